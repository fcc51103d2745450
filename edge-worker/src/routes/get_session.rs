//! `GET /api/session`

use http::StatusCode;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::request::Request;
use crate::response::{Response, json};
use crate::session::{session_answer, signed_in};

/// Says who is signed in, and how to sign in; "nobody" is an answer, not an error.
pub(crate) async fn get_session(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let person = match signed_in(host, request).await {
        Ok(person) => Some((person.user, person.method)),
        Err(ApiError::SignedOut) => None,
        Err(error) => return Err(error),
    };
    Ok(json(StatusCode::OK, &session_answer(host.config(), person)))
}
