//! The headers that keep browsers from misusing an answer.

use http::HeaderMap;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};

use crate::config::Config;
use crate::request::origin_of;
use crate::response::Response;
use crate::route_table::{Found, Sites};

/// What a page of the Worker may load: the same as the page's files may, and nothing inline.
///
/// The browser may ask GitHub's API itself, so that people can check what a page claims.
fn page_policy(config: &Config) -> String {
    let github = origin_of(&config.github_api_url);
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' {github}; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Adds to an answer what keeps browsers from misusing it. A route that has its own word keeps it.
pub(crate) fn set_security_headers(
    config: &Config,
    found: Option<&Found<'_>>,
    response: &mut Response,
) {
    let headers = response.headers_mut();
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let is_page = kind.is_some_and(|kind| kind.starts_with("text/html"));
    let policy = match is_page {
        true => page_policy(config),
        false => "default-src 'none'; frame-ancestors 'none'".to_owned(),
    };
    set(headers, CONTENT_SECURITY_POLICY, &policy);
    set(
        headers,
        HeaderName::from_static("x-content-type-options"),
        "nosniff",
    );
    set(headers, HeaderName::from_static("x-frame-options"), "DENY");
    set(
        headers,
        HeaderName::from_static("referrer-policy"),
        "same-origin",
    );
    set(
        headers,
        HeaderName::from_static("strict-transport-security"),
        "max-age=31536000",
    );
    let readers = match found.map(|found| found.route.sites) {
        Some(Sites::Embedded) => "cross-origin",
        Some(Sites::Own | Sites::Linked | Sites::Signed) | None => "same-origin",
    };
    let name = HeaderName::from_static("cross-origin-resource-policy");
    set(headers, name, readers);
    if is_page {
        let name = HeaderName::from_static("cross-origin-opener-policy");
        set(headers, name, "same-origin");
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.entry(name).or_insert(value);
    }
}
