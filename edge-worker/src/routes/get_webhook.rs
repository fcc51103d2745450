//! `GET /api/fabrics/{id}/webhook`: what an administrator of the repository types into GitHub's form, so that GitHub tells Hedgerow
//! what happens there also without the App.

use http::StatusCode;
use shared::names::FabricId;

use crate::access::{load, require_administrator};
use crate::api_error::ApiError;
use crate::deliveries::webhook_of;
use crate::host::Host;
use crate::request::{Request, origin};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Shows the secret of the repository's own hook, to whoever administers it.
pub(crate) async fn get_webhook(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let fabric = load(host, id).await?;
    let repository = require_administrator(host, &person, &fabric).await?;
    let webhook = webhook_of(host, &origin(host, request), repository.number)?;
    Ok(json(StatusCode::OK, &webhook))
}
