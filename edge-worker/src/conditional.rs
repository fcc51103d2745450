//! Answers that a client may keep and ask about again: `ETag` and `If-None-Match`.

use http::header::{CACHE_CONTROL, ETAG, HeaderValue, VARY};
use http::{Method, StatusCode};
use shared::record::{CheckState, FabricRecord, Visibility};

use crate::request::{Request, header};
use crate::response::Response;

/// Marks an answer with the tag of what it tells; where the client has that already, the answer is 304 without a body.
///
/// The answer is the person's own, and asked about every time, so a tag saves bytes and never shows what is old.
pub(crate) fn tagged(request: &Request, tag: &str, response: Response) -> Response {
    with_tag(request, tag, "private, no-cache", response)
}

/// As [`tagged`], with what caches may do in words of `Cache-Control`.
pub(crate) fn with_tag(
    request: &Request,
    tag: &str,
    cache: &'static str,
    mut response: Response,
) -> Response {
    let tag = format!("\"{tag}\"");
    if client_has(request, &tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.body_mut().clear();
    }
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(VARY, HeaderValue::from_static("Cookie"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// The tag of a record as it is read: it becomes stale without a new version, and GitHub says another thing of a draft.
pub(crate) fn seen_tag(record: &FabricRecord) -> String {
    if record.visibility == Visibility::Draft {
        let why = record.directory_init_error.as_ref();
        let why = why.map_or("draft", |why| why.code.as_str());
        return format!("{}-{why}", record.version);
    }
    let stale = match record.check.state {
        CheckState::Stale => "-stale",
        CheckState::Ok | CheckState::Unknown | CheckState::Other(_) => "",
    };
    format!("{}{stale}", record.version)
}

fn client_has(request: &Request, tag: &str) -> bool {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = header(request, "if-none-match").unwrap_or_default();
    reads
        && known.split(',').map(str::trim).any(|known| {
            // Compressing on the way makes a tag weak.
            known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_matching_etag_is_answered_304_without_a_body() {
        for (known, status) in [
            ("", 200),
            ("\"6\"", 200),
            ("\"7\"", 304),
            ("W/\"7\"", 304),
            ("\"6\", \"7\"", 304),
            ("*", 304),
            ("7", 200),
        ] {
            let request = http::Request::builder()
                .header("if-none-match", known)
                .body(Vec::new())
                .unwrap();
            let answer = tagged(&request, "7", http::Response::new(b"body".to_vec()));
            assert_eq!(answer.status(), status, "{known}");
            assert_eq!(answer.body().is_empty(), status == 304);
            assert_eq!(answer.headers()[ETAG], "\"7\"");
        }
    }
}
