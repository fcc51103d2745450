//! `POST /api/auth/logout`

use http::header::SET_COOKIE;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::request::Request;
use crate::response::{Response, empty, header_value};
use crate::session;

/// Forgets the session and its token, and removes the cookie.
pub(crate) async fn log_out(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    session::close(host, request).await?;
    let mut response = empty();
    response
        .headers_mut()
        .insert(SET_COOKIE, header_value(&session::clear()));
    Ok(response)
}
