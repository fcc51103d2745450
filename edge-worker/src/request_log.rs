//! What is logged of a request: which operation, on which repository, what came of it, what it cost. Never a token, and
//! never an address that is a secret itself.

use http::Method;
use serde_json::json;

use crate::host::Host;
use crate::observed_host::Observed;
use crate::route_table::Found;

/// Writes the line about a request that was answered.
pub(crate) fn report<H: Host>(
    host: &Observed<'_, H>,
    method: &Method,
    found: Option<&Found<'_>>,
    status: u16,
    code: Option<&str>,
) {
    let mut line = json!({
        "event": "request",
        "operation": operation(method, found),
        "fabric": found.and_then(Found::fabric),
        "repository": *host.repository.borrow(),
        "status": status,
        "outcome": code.unwrap_or("ok"),
        "github_requests": host.github_requests.get(),
        "object_calls": host.object_calls.get(),
        "duration_ms": host.now_ms().saturating_sub(host.started_ms),
    });
    // So that somebody who rotates a secret learns of one that does not count.
    let unused = &host.config().unused_secrets;
    if !unused.is_empty() {
        line["unused_secrets"] = json!(unused);
    }
    host.log(&line.to_string());
}

/// The route without what differs from request to request: no id, and no share link's secret. Of an address that is no
/// route's nothing is said, since it may be a secret with a slip in it.
fn operation(method: &Method, found: Option<&Found<'_>>) -> String {
    let path = found.map_or("…", |found| found.route.path);
    let segments = path
        .split('/')
        .map(|segment| match segment.strip_prefix('{') {
            Some(_) => "…",
            None => segment,
        });
    format!("{method} {}", segments.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Found, Method, operation};
    use crate::route_table::find;

    #[test]
    fn a_logged_operation_names_the_route_and_no_secret() {
        let id = "a".repeat(26);
        let secret = "b".repeat(96);
        let logged = |path: &str| operation(&Method::GET, find(path).as_ref());
        for (path, expected) in [
            ("/api/fabrics".to_owned(), "GET /api/fabrics"),
            (
                format!("/api/fabrics/{id}/history"),
                "GET /api/fabrics/…/history",
            ),
            (
                format!("/api/fabrics/{id}/shares/{id}"),
                "GET /api/fabrics/…/shares/…",
            ),
            (format!("/s/{secret}"), "GET /s/…"),
            (format!("/s/{secret}/badge.svg"), "GET /s/…/badge.svg"),
            ("/s/short".to_owned(), "GET /s/…"),
            (format!("/api/shares/{secret}"), "GET /api/shares/…"),
            (format!("/f/{id}/badge.svg"), "GET /f/…/badge.svg"),
            (format!("/{secret}"), "GET …"),
            (format!("//s/{secret}"), "GET …"),
            (format!("/s/{secret}/"), "GET …"),
            ("/api/<img src=x>".to_owned(), "GET …"),
        ] {
            assert_eq!(logged(&path), expected);
        }
        let badge = format!("/f/{id}/badge.svg");
        assert_eq!(
            find(&badge).as_ref().and_then(Found::fabric),
            Some(id.as_str())
        );
        let share = format!("/s/{secret}");
        assert_eq!(find(&share).as_ref().and_then(Found::fabric), None);
    }
}
