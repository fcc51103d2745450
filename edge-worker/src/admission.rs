//! What every request has to pass, whatever the route: the length of its address, its origin, and the limits on how
//! often one may ask.

use std::net::{IpAddr, Ipv6Addr};

use http::Method;

use crate::api_error::ApiError;
use crate::config::Config;
use crate::host::{Host, Limit};
use crate::request::{Request, header, origin_of};
use crate::route_table::Found;

/// The most bytes of an address; a page's draft travels in one to GitHub's sign-in and back.
const MAX_ADDRESS: usize = 16 * 1024;
/// The most bytes of a path.
const MAX_PATH: usize = 1024;

/// Refuses what no route would take: addresses that are too long, writes from other sites, and too many requests.
pub(crate) async fn admit(
    host: &impl Host,
    request: &Request,
    found: Option<&Found<'_>>,
) -> Result<(), ApiError> {
    let uri = request.uri();
    let query = uri.query().map_or(0, str::len);
    if uri.path().len() > MAX_PATH || uri.path().len() + query > MAX_ADDRESS {
        return Err(ApiError::AddressTooLong);
    }
    let method = request.method();
    if method != Method::GET && method != Method::HEAD {
        check_origin(host.config(), request)?;
    }
    let limit = found.map_or(Limit::Address, |found| found.route.limit);
    match header(request, "cf-connecting-ip") {
        Some(address) => enforce_limit(host, limit, &rate_limit_key(address)).await,
        None => Ok(()),
    }
}

/// What is counted as one address: an IPv6 network of 64 bits, whose addresses one subscriber changes at will.
fn rate_limit_key(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => format!("{}/64", Ipv6Addr::from(u128::from(address) >> 64 << 64)),
        },
        _ => address.to_owned(),
    }
}

/// Refuses callers that ask too often.
pub(crate) async fn enforce_limit(
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
/// every write; clients other than browsers send neither, and have no cookie that they were not given.
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

#[cfg(test)]
mod tests {
    use super::rate_limit_key;

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
            assert_eq!(rate_limit_key(address), counted);
        }
    }
}
