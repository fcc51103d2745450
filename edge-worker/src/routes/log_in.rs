//! `GET /api/auth/login?return_to=` and `GET /api/auth/callback`

use http::header::{LOCATION, REFERRER_POLICY, SET_COOKIE};
use http::{HeaderValue, StatusCode};

use crate::api_error::ApiError;
use crate::host::Host;
use crate::request::{Request, query};
use crate::response::{Response, header_value, with_type};
use crate::session::{Login, begin_login, finish_login};

/// Sends the browser to GitHub's sign-in page.
pub(crate) async fn log_in(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let return_to = query(request, "return_to");
    Ok(redirect(&begin_login(host, request, &return_to).await?))
}

/// GitHub sent the browser back: opens the session and returns to the page that the person came from.
pub(crate) async fn log_in_callback(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    Ok(redirect(&finish_login(host, request).await?))
}

fn redirect(login: &Login) -> Response {
    let mut response = with_type(
        StatusCode::SEE_OTHER,
        "text/plain; charset=utf-8",
        Vec::new(),
    );
    let headers = response.headers_mut();
    headers.insert(LOCATION, header_value(&login.location));
    // The address that is left holds a code or leads to one.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for cookie in &login.cookies {
        headers.append(SET_COOKIE, header_value(cookie));
    }
    response
}
