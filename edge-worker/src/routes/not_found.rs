//! What is at no address: the page that says so, where a browser shows it; the page that is meant, where only a slash is too much.

use http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use http::{Method, StatusCode};
use shared::pages::without_slash;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::request::{Request, origin, prefers_page};
use crate::response::{Response, empty};
use crate::server_page::{About, Page, render};

/// Answers for an address that no route has.
pub(crate) async fn not_found(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(ApiError::NoRoute);
    }
    let uri = request.uri();
    if let Some(meant) = without_slash(uri.path()) {
        return permanent_redirect(meant, uri.query());
    }
    if !prefers_page(request) {
        return Err(ApiError::NoRoute);
    }
    let page = Page {
        about: About::NotFound,
        address: &format!("{}{}", origin(host, request), uri.path()),
        indexable: false,
        shared: false,
    };
    Ok(no_store(render(host, &page).await))
}

fn permanent_redirect(path: &str, query: Option<&str>) -> Result<Response, ApiError> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let to = HeaderValue::from_str(&format!("{path}{query}")).map_err(|_| ApiError::NoRoute)?;
    let mut response = empty();
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(LOCATION, to);
    Ok(no_store(response))
}

/// A later build may have a page here.
fn no_store(mut response: Response) -> Response {
    let value = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, value);
    response
}
