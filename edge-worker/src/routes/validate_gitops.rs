//! `POST /api/fabrics/{id}/validate-gitops`

use http::StatusCode;
use shared::api::ValidateGitops;
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
    // Any other body was never looked at, and clients that send one go on, unless they say that something was meant.
    let is_json = crate::request::header(request, "content-type")
        .is_some_and(|kind| kind.starts_with("application/json"));
    let is_meant = String::from_utf8_lossy(request.body()).contains("deletions_meant_until");
    let body: Option<ValidateGitops> = match request.body().is_empty() || !(is_json || is_meant) {
        true => None,
        false => crate::request::json(request)?,
    };
    let meant = body.and_then(|body| body.deletions_meant_until);
    let answer = validate(host, &person, id, meant).await?;
    Ok(json(StatusCode::OK, &answer))
}
