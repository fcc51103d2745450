//! What every request has to pass, whatever the route: the length of its address and of its body, its origin, and the limits on how
//! often one may ask.

use std::net::{IpAddr, Ipv6Addr};

use http::Method;
use http::header::{CONTENT_LENGTH, ORIGIN};

use crate::api_error::ApiError;
use crate::config::Config;
use crate::host::{Host, Limit};
use crate::request::{Request, header, origin_of};
use crate::route_table::{Found, MAX_BODY, Sites};

/// The most bytes of an address; a page's draft travels in one to GitHub's sign-in and back.
const MAX_ADDRESS: usize = 16 * 1024;
/// The most bytes of a path.
const MAX_PATH: usize = 1024;

/// Refuses what no route would take: addresses and bodies that are too long, what other sites send a browser to, and too many requests.
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
    let most = found.map_or(MAX_BODY, |found| found.route.most_bytes());
    if declared_length(request).is_some_and(|length| length > most) {
        return Err(ApiError::BodyTooLarge);
    }
    let method = request.method();
    let is_read = method == Method::GET || method == Method::HEAD;
    let is_checked = match found.map(|found| found.route.sites) {
        Some(Sites::Own) => true,
        Some(Sites::Signed) => false,
        Some(Sites::Linked | Sites::Embedded) | None => !is_read,
    };
    if is_checked {
        check_origin(host.config(), request)?;
    }
    let limit = found.map_or(Limit::Address, |found| found.route.limit);
    match counted_address(request) {
        Some(address) => enforce_limit(host, limit, &address).await,
        None => Ok(()),
    }
}

/// How many bytes the body has, as the request says; what is no number is longer than any.
pub(crate) fn declared_length(request: &http::Request<impl Sized>) -> Option<usize> {
    let length = request.headers().get(CONTENT_LENGTH)?;
    let length = length.to_str().ok().and_then(|length| length.parse().ok());
    Some(length.unwrap_or(usize::MAX))
}

/// The network address that a request comes from, as it is counted.
pub(crate) fn counted_address(request: &Request) -> Option<String> {
    header(request, "cf-connecting-ip").map(rate_limit_key)
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
///
/// Where that cannot be told, who is signed in and who only looks goes on: those limits hold load down, and everybody would be kept out for a
/// failure that is none of theirs. Nobody signs in meanwhile, since each attempt leaves something that stays and asks GitHub for somebody
/// who is not known yet.
pub(crate) async fn enforce_limit(
    host: &impl Host,
    limit: Limit,
    key: &str,
) -> Result<(), ApiError> {
    match host.within_limit(limit, key).await {
        Some(true) => Ok(()),
        Some(false) => Err(ApiError::TooManyRequests),
        None if limit == Limit::SignIn => Err(ApiError::LimitNotKnown),
        None => Ok(()),
    }
}

/// Refuses what another site's page sends with the person's cookie. A browser sends one of the two headers with every
/// write and every socket, and newer ones say with every request which site it comes from; clients other than browsers send
/// neither, and have no cookie that they were not given.
fn check_origin(config: &Config, request: &Request) -> Result<(), ApiError> {
    let origin = request.headers().get(ORIGIN);
    let is_ours = origin.is_none_or(|origin| {
        let origin = origin.to_str().ok().and_then(Origin::parse);
        origin.is_some_and(|origin| origin.is_ours(config, request))
    });
    match is_ours && !is_led_by_another_site(request) {
        true => Ok(()),
        false => Err(ApiError::CrossSite),
    }
}

/// Tells whether the browser says that another site's page, by a link or a part of it, led to this request.
pub(crate) fn is_led_by_another_site(request: &Request) -> bool {
    let site = request.headers().get("sec-fetch-site");
    site.is_some_and(|site| !matches!(site.as_bytes(), b"same-origin" | b"none"))
}

/// Scheme, host and port, as browsers write them: in lower case, without the port that the scheme has anyway.
#[derive(PartialEq, Eq)]
struct Origin {
    scheme: String,
    host: String,
}

impl Origin {
    fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (scheme, host) = text.split_once("://")?;
        let usual = match scheme {
            "https" => ":443",
            "http" => ":80",
            _ => return None,
        };
        Some(Self {
            scheme: scheme.to_owned(),
            host: host.strip_suffix(usual).unwrap_or(host).to_owned(),
        })
    }

    /// Tells whether it is the configured one, or the one that the request was sent to. A proxy in front may take TLS off, so
    /// that the request names another scheme than the browser sees; where the browser says by itself that the two origins are the same, it
    /// compared their schemes.
    fn is_ours(&self, config: &Config, request: &Request) -> bool {
        if Self::parse(origin_of(&config.public_url)).as_ref() == Some(self) {
            return true;
        }
        let uri = request.uri();
        let named = uri.scheme_str().zip(uri.authority());
        let named = named.and_then(|(scheme, host)| Self::parse(&format!("{scheme}://{host}")));
        let is_vouched_for = header(request, "sec-fetch-site") == Some("same-origin");
        named.is_some_and(|named| {
            named.host == self.host && (named.scheme == self.scheme || is_vouched_for)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{check_origin, rate_limit_key};
    use crate::config::Config;

    /// What a browser, or another client, says of where a request comes from; and whether it may be a write.
    #[test]
    fn a_write_comes_from_the_whole_origin_that_it_is_sent_to() {
        const HTTPS: &str = "https://hedgerow.example";
        const HTTP: &str = "http://hedgerow.example";
        const LOCAL: &str = "http://localhost:8787";
        let elsewhere = "https://hedgerow.workers.dev";
        let (same, none) = (Some("same-origin"), None);
        for (public_url, sent_to, origin, site, is_ours) in [
            // A browser on Hedgerow's own page.
            ("", HTTPS, Some(HTTPS), same, true),
            ("", HTTPS, Some(HTTPS), none, true),
            ("", LOCAL, Some(LOCAL), same, true),
            ("", LOCAL, Some(LOCAL), none, true),
            ("", HTTP, Some(HTTP), none, true),
            // What is no browser says nothing.
            ("", HTTPS, None, none, true),
            ("", HTTPS, None, Some("none"), true),
            // Another scheme, host or port is another origin.
            ("", HTTPS, Some(HTTP), none, false),
            ("", HTTP, Some(HTTPS), none, false),
            ("", HTTPS, Some("https://evil.example"), same, false),
            (
                "",
                HTTPS,
                Some("https://hedgerow.example:8443"),
                none,
                false,
            ),
            (
                "",
                HTTPS,
                Some("https://hedgerow.example.evil.example"),
                none,
                false,
            ),
            (
                "",
                HTTPS,
                Some("https://evil.example/hedgerow.example"),
                none,
                false,
            ),
            (
                "",
                HTTPS,
                Some("https://hedgerow.example@evil.example"),
                none,
                false,
            ),
            ("", LOCAL, Some("http://localhost:8788"), none, false),
            ("", LOCAL, Some("http://127.0.0.1:8787"), none, false),
            ("", HTTPS, Some("null"), none, false),
            ("", HTTPS, Some(""), none, false),
            ("", HTTPS, Some("hedgerow.example"), none, false),
            ("", HTTPS, Some("ftp://hedgerow.example"), none, false),
            (
                "",
                HTTPS,
                Some("https://hedgerow.ex\u{e4}mple"),
                none,
                false,
            ),
            // The same one, written otherwise.
            ("", HTTPS, Some("https://hedgerow.example:443"), none, true),
            ("", HTTP, Some("http://hedgerow.example:80"), none, true),
            ("", HTTPS, Some("https://Hedgerow.Example"), none, true),
            // A proxy takes TLS off: the browser's own word counts, or what is configured.
            ("", HTTP, Some(HTTPS), same, true),
            ("", HTTP, Some(HTTPS), Some("cross-site"), false),
            (HTTPS, HTTP, Some(HTTPS), none, true),
            (HTTPS, HTTP, Some(HTTP), none, true),
            (HTTPS, HTTPS, Some(HTTP), none, false),
            // A proxy, or a second domain, names another host.
            (HTTPS, "http://10.0.0.1:8787", Some(HTTPS), none, true),
            (HTTPS, elsewhere, Some(elsewhere), same, true),
            ("", "http://10.0.0.1:8787", Some(HTTPS), same, false),
            (
                "https://hedgerow.example:443/",
                HTTP,
                Some(HTTPS),
                none,
                true,
            ),
            // What a browser says of the site counts whatever the origin is.
            (HTTPS, HTTPS, Some(HTTPS), Some("cross-site"), false),
            (HTTPS, HTTPS, Some(HTTPS), Some("same-site"), false),
            ("", HTTPS, None, Some("cross-site"), false),
            ("", HTTPS, None, Some("same-site"), false),
            ("", HTTPS, None, Some("Same-Origin"), false),
            ("", HTTPS, None, Some(""), false),
        ] {
            let mut config = Config::new("", "", "");
            config.public_url = public_url.to_owned();
            let mut request = http::Request::builder().uri(format!("{sent_to}/api/plan"));
            for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
                if let Some(value) = value {
                    request = request.header(name, value);
                }
            }
            let request = request.body(Vec::new()).expect("a request");
            let said = (public_url, sent_to, origin, site);
            assert_eq!(check_origin(&config, &request).is_ok(), is_ours, "{said:?}");
        }
    }

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
