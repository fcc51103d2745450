//! What comes in: paths, queries, bodies, all of them bounded.

use serde::de::DeserializeOwned;
use shared::fabric::FieldError;
use shared::names::RepoName;

use crate::api_error::ApiError;
use crate::route_table::MAX_BODY;

/// A request as the router gets it.
pub(crate) type Request = http::Request<Vec<u8>>;

/// The most levels of a body; none that a route takes has more than four.
const MAX_DEPTH: usize = 16;

pub(crate) fn json<T: DeserializeOwned>(request: &Request) -> Result<T, ApiError> {
    if request.body().len() > MAX_BODY {
        return Err(ApiError::BodyTooLarge);
    }
    let is_json = header(request, "content-type")
        .is_some_and(|kind| kind.split(';').next().map(str::trim) == Some("application/json"));
    if !is_json {
        return Err(ApiError::NotJson(
            "the body must be sent as `application/json`".to_owned(),
        ));
    }
    if depth(request.body()) > MAX_DEPTH {
        return Err(ApiError::NotJson(format!(
            "the body is nested more than {MAX_DEPTH} levels deep"
        )));
    }
    serde_json::from_slice(request.body()).map_err(|error| ApiError::NotJson(unreadable(&error)))
}

/// What is wrong with a text that should be JSON of some form. The parser's own words are for whoever wrote the parser.
pub(crate) fn unreadable(error: &serde_json::Error) -> String {
    let words = error.to_string();
    if let Some(rest) = words.strip_prefix("missing field `") {
        let field = rest.split('`').next().unwrap_or_default();
        return format!("the field `{field}` is missing");
    }
    let what = match error.is_data() {
        true => "a field has another kind of value than it takes",
        false => "it is not JSON",
    };
    match (error.line(), error.column()) {
        // Where a text was read to its end before its fields were looked at.
        (0, _) => what.to_owned(),
        (line, column) => format!("{what}, in line {line} before column {column}"),
    }
}

/// A header's value, if it is text.
pub(crate) fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request
        .headers()
        .get(name)
        .and_then(|value| value.to_str().ok())
}

/// Tells whether the caller prefers a page to JSON, as browsers do for what they show.
pub(crate) fn prefers_page(request: &Request) -> bool {
    let accepted = header(request, "accept").unwrap_or_default();
    let weight = |wanted: &[&str]| {
        let weights = accepted.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let is_it = parts.next().is_some_and(|kind| wanted.contains(&kind));
            let weight = parts.find_map(|part| part.strip_prefix("q=")?.parse().ok());
            is_it.then_some(weight.unwrap_or(1.0_f32))
        });
        weights.fold(0.0, f32::max)
    };
    weight(&["text/html"]) > weight(&["application/json", "application/problem+json"])
}

/// A query parameter, decoded; the empty string where it is absent.
pub(crate) fn query(request: &Request, name: &str) -> String {
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

/// The parameter `repository`.
pub(crate) fn repository(request: &Request) -> Result<RepoName, ApiError> {
    RepoName::parse(&query(request, "repository")).map_err(|error| {
        ApiError::Fields(vec![FieldError {
            field: "repository".to_owned(),
            message: error.to_string(),
        }])
    })
}

/// The parameter `cursor` of a list, as `parse` reads it; none for the first page.
pub(crate) fn cursor<T>(
    request: &Request,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, ApiError> {
    let cursor = query(request, "cursor");
    if cursor.is_empty() {
        return Ok(None);
    }
    parse(&cursor).map(Some).ok_or_else(|| {
        let message = "send the `next_cursor` of the page before".to_owned();
        let field = "cursor".to_owned();
        ApiError::Fields(vec![FieldError { field, message }])
    })
}

/// A number of rows within a cursor; all of a cursor from before cursors named a place in the order.
pub(crate) fn row_count(text: &str) -> Option<u64> {
    let is_count = text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_count)
}

/// Hedgerow's own origin: as configured, else as the request names it.
pub(crate) fn origin(host: &impl crate::host::Host, request: &Request) -> String {
    let configured = &host.config().public_url;
    if !configured.is_empty() {
        return configured.clone();
    }
    let uri = request.uri();
    let scheme = uri.scheme_str().unwrap_or("https");
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}")
}

/// Scheme, host and port of an address.
pub(crate) fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |index| index + 3);
    let end = url[start..]
        .find('/')
        .map_or(url.len(), |index| start + index);
    &url[..end]
}

/// How many levels deep JSON is nested.
fn depth(json: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::{depth, origin_of, prefers_page};

    #[test]
    fn html_is_sent_where_accept_prefers_it_to_json() {
        for (accept, is_page) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                true,
            ),
            ("text/html;q=0.9, application/json;q=0.5", true),
            ("application/json, text/html;q=0.9", false),
            ("application/json", false),
            ("*/*", false),
            ("text/html;q=0", false),
            ("", false),
        ] {
            let request = http::Request::builder().header("accept", accept);
            let request = request.body(Vec::new()).expect("a request");
            assert_eq!(prefers_page(&request), is_page, "{accept}");
        }
    }

    #[test]
    fn json_depth_ignores_brackets_in_strings() {
        for (json, levels) in [
            ("1", 0),
            ("{}", 1),
            (r#"{"a":[{"b":1}],"c":[]}"#, 3),
            (r#"{"a":"[[[[\"{{{"}"#, 1),
        ] {
            assert_eq!(depth(json.as_bytes()), levels, "{json}");
        }
        assert_eq!(depth("[".repeat(200).as_bytes()), 200);
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
