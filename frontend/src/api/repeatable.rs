//! Writes that can be repeated later, after a reload as well: body and key are the caller's to keep.

use shared::api::{ApprovedChange, CreateFabric, FabricAnswer};
use shared::quote::url;

use super::{Answered, client};
use crate::model::failure::Failure;

/// A write: its route and its body.
pub type Write = (String, String);

/// Creates a fabric and initialises its directory.
pub fn create(body: &CreateFabric) -> Write {
    ("/api/fabrics".to_owned(), client::json(body))
}

/// Initialises an existing fabric.
pub fn initialise(id: &str, body: &ApprovedChange) -> Write {
    let route = format!("/api/fabrics/{}/init-gitops", url::component(id));
    (route, client::json(body))
}

/// Sends a write under a key. Under the same key it happens once,
/// however often it is sent.
pub async fn send(
    key: &str,
    (route, body): (&str, &str),
) -> Result<Answered<FabricAnswer>, Failure> {
    client::post_under(key, route, body).await
}
