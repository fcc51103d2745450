//! `POST /api/fabrics/{id}/validate-gitops`

use http::StatusCode;
use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::operation::validate;
use crate::request::Request;
use crate::response::{Response, json};
use crate::session::signed_in;

/// Reads the branch and says whether the directory is what it should be.
pub(crate) async fn validate_gitops(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let answer = validate(host, &person, id).await?;
    Ok(json(StatusCode::OK, &answer))
}
