//! `POST /api/auth/logout`

use http::HeaderValue;
use http::header::SET_COOKIE;

use crate::api_error::ApiError;
use crate::host::{Host, ObjectUnavailable};
use crate::request::Request;
use crate::response::{Response, empty};
use crate::session;

/// Forgets the session and its token, and removes the cookie.
pub(crate) async fn log_out(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    session::close(host, request).await?;
    let cookie = HeaderValue::from_str(&session::clear())
        .map_err(|error| ObjectUnavailable(error.to_string()))?;
    let mut response = empty();
    response.headers_mut().insert(SET_COOKIE, cookie);
    Ok(response)
}
