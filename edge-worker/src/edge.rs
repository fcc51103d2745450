//! What every request has to pass and every answer carries, whatever the route.

use std::net::{IpAddr, Ipv6Addr};

use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};

use crate::config::Config;
use crate::error::ApiError;
use crate::host::{Host, Limit};
use crate::request::{Request, header};
use crate::response::Response;

/// The most bytes of an address; a page's draft travels in one to GitHub's sign-in and back.
const MAX_ADDRESS: usize = 16 * 1024;
/// The most bytes of a path.
const MAX_PATH: usize = 1024;

/// What a page of the Worker may load: the same as the page's files may, and nothing inline.
///
/// The browser may ask GitHub's API itself, so that people can check what a page claims.
pub(crate) fn page_policy(config: &Config) -> String {
    let github = origin_of(&config.github_api_url);
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         connect-src 'self' {github}; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// Refuses what no route would take: addresses that are too long, writes from other sites, and too many requests.
pub(crate) async fn admit(host: &impl Host, request: &Request) -> Result<(), ApiError> {
    let uri = request.uri();
    let query = uri.query().map_or(0, str::len);
    if uri.path().len() > MAX_PATH || uri.path().len() + query > MAX_ADDRESS {
        return Err(ApiError::AddressTooLong);
    }
    let method = request.method();
    if method != Method::GET && method != Method::HEAD {
        check_origin(host.config(), request)?;
    }
    let limit = match uri.path().starts_with("/api/auth/") {
        true => Limit::SignIn,
        false => Limit::Address,
    };
    match header(request, "cf-connecting-ip") {
        Some(address) => admit_within(host, limit, &network(address)).await,
        None => Ok(()),
    }
}

/// What is counted as one address: an IPv6 network of 64 bits, whose addresses one subscriber changes at will.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => format!("{}/64", Ipv6Addr::from(u128::from(address) >> 64 << 64)),
        },
        _ => address.to_owned(),
    }
}

/// Refuses whoever asks too often.
pub(crate) async fn admit_within(
    host: &impl Host,
    limit: Limit,
    key: &str,
) -> Result<(), ApiError> {
    match host.within_limit(limit, key).await {
        true => Ok(()),
        false => Err(ApiError::TooManyRequests),
    }
}

/// Refuses writes that another site's page sends with the person's cookie. A browser sends one of the two headers with
/// every write; clients that are no browser send neither, and have no cookie that they were not given.
pub(crate) fn check_origin(config: &Config, request: &Request) -> Result<(), ApiError> {
    let site = header(request, "sec-fetch-site");
    let is_same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let is_same_origin = header(request, "origin").is_none_or(|origin| {
        if !config.public_url.is_empty() && origin == origin_of(&config.public_url) {
            return true;
        }
        let named = origin.split_once("://").map(|(_, host)| host);
        let authority = request
            .uri()
            .authority()
            .map(|authority| authority.as_str());
        named.is_some() && (named == header(request, "host") || named == authority)
    });
    match is_same_site && is_same_origin {
        true => Ok(()),
        false => Err(ApiError::CrossSite),
    }
}

/// Adds to an answer what keeps browsers from misusing it. A route that has its own word keeps it.
pub(crate) fn guard(config: &Config, response: &mut Response) {
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

/// Scheme, host and port of an address.
pub(crate) fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |place| place + 3);
    let end = url[start..]
        .find('/')
        .map_or(url.len(), |place| start + place);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use super::{network, origin_of};

    #[test]
    fn addresses_of_one_ipv6_network_are_counted_together() {
        for (address, counted) in [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("unknown", "unknown"),
        ] {
            assert_eq!(network(address), counted);
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        for (url, origin) in [
            ("https://api.github.com", "https://api.github.com"),
            ("https://git.example.com/api/v3", "https://git.example.com"),
            ("http://127.0.0.1:8788/x/y", "http://127.0.0.1:8788"),
            ("", ""),
        ] {
            assert_eq!(origin_of(url), origin);
        }
    }
}
