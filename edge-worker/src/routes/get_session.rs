//! `GET /api/session`

use http::StatusCode;
use shared::api::Session;

use crate::error::ApiError;
use crate::host::Host;
use crate::request::Request;
use crate::response::{Response, json};
use crate::session::signed_in;

/// Says who is signed in; nobody is an answer, not an error.
pub(crate) async fn get_session(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let user = match signed_in(host, request).await {
        Ok(person) => Some(person.user),
        Err(ApiError::SignedOut) => None,
        Err(error) => return Err(error),
    };
    Ok(json(
        StatusCode::OK,
        &Session {
            user,
            github_url: host.config().github_url.clone(),
        },
    ))
}
