//! Writes that are followed to their end: sent, and sent again under the same key while they are under way.

use std::time::Duration;

use shared::api::{ApprovedChange, CreateFabric, FabricAnswer};
use shared::quote::url;

use super::{Answered, client};
use crate::browser;
use model::failure::Failure;
use model::sent_write::SentWrite;

/// Where fabrics are created.
pub const CREATE: &str = "/api/fabrics";

/// How long to wait before a write that is under way is asked about again.
const AGAIN: Duration = Duration::from_millis(1_500);
/// For how long that is asked, in milliseconds: a little longer than a write that waits for others can be under way.
const PATIENCE_MS: i64 = 200_000;

/// A write: its route and its body.
pub type Write = (String, String);

/// Creates a fabric and initialises its directory.
pub fn create(body: &CreateFabric) -> Write {
    (CREATE.to_owned(), client::json(body))
}

/// Initialises an existing fabric.
pub fn initialise(id: &str, body: &ApprovedChange) -> Write {
    let route = format!("/api/fabrics/{}/init-gitops", url::component(id));
    (route, client::json(body))
}

/// Sends a write, and asks what becomes of it while it is under way and `goes_on` says so. Under the same key it happens
/// once, however often it is sent.
pub async fn follow(
    sent: &SentWrite,
    goes_on: &dyn Fn() -> bool,
) -> Result<Answered<FabricAnswer>, Failure> {
    let begun_ms = browser::now_ms();
    loop {
        let answer = client::post_under(&sent.key, &sent.route, &sent.body).await;
        let is_under_way = matches!(&answer, Err(failure) if failure.is_under_way());
        if !is_under_way || !goes_on() || browser::now_ms() - begun_ms > PATIENCE_MS {
            return answer;
        }
        browser::sleep(AGAIN).await;
    }
}
