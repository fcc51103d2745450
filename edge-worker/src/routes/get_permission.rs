//! `GET /api/fabrics/{id}/permission`

use http::StatusCode;
use http::header::{CACHE_CONTROL, HeaderValue};
use shared::names::FabricId;

use crate::access::{load, permission_of};
use crate::api_error::ApiError;
use crate::host::Host;
use crate::request::Request;
use crate::response::{Response, json};
use crate::session::signed_in;

/// Says what the person may do in the fabric's repository, so that a page need not offer what would be refused: one
/// request to GitHub. Each write asks again by itself.
pub(crate) async fn get_permission(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let answer = permission_of(host, &person, &load(host, id).await?).await?;
    let mut response = json(StatusCode::OK, &answer);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
