//! The page of one fabric as the Worker writes it: everything is there without JavaScript, and with it the whole page
//! starts in its place. Whatever a person or a repository named is data here ([`shared::quote`]).

mod body;
mod head;

use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use shared::api::Problem;
use shared::record::FabricRecord;

use crate::host::Host;
use crate::response::Response;

/// Headers of the built page that its copies keep.
const COPIED_HEADERS: [&str; 6] = [
    "content-security-policy",
    "cross-origin-opener-policy",
    "referrer-policy",
    "x-frame-options",
    "strict-transport-security",
    "permissions-policy",
];

/// What a page says.
pub(crate) struct Page<'a> {
    /// What is known of the fabric, as far as the visitor may know it.
    pub about: About<'a>,
    /// The whole address of the page, for links to it.
    pub address: &'a str,
    /// Whether other sites may show it in their lists.
    pub indexable: bool,
    /// Whether a share link led here.
    pub shared: bool,
}

/// What is known of a fabric.
pub(crate) enum About<'a> {
    /// Everything.
    Fabric(&'a FabricRecord),
    /// Only its state and when that was checked: no names and no paths.
    State(&'a FabricRecord),
    /// Only since when it is not known whether it is public.
    Unconfirmed(&'a str),
    /// Nothing: there is no such fabric, or it is not for them to see.
    NoFabric,
    /// That nothing is at the address, and never was.
    NotFound,
    /// Nothing: a share link that was revoked or never existed.
    NoShare,
    /// Nothing: Hedgerow's own storage did not answer.
    NoAnswer,
    /// Nothing: why it could not be found out, and what to do next.
    Failed(&'a Problem),
}

/// Writes the page: 200, 404 where there is nothing to tell, or another status where that is not known.
pub(crate) async fn render(host: &impl Host, page: &Page<'_>) -> Response {
    let shell = host.app_html().await.unwrap_or_else(|| {
        let body = "<!doctype html><html lang=\"en\"><head><title>Hedgerow</title></head><body></body></html>";
        http::Response::new(body.as_bytes().to_vec())
    });
    let html = String::from_utf8_lossy(shell.body()).into_owned();
    let html = with_head(&html, &head::head(page));
    let html = with_body(&html, &body::body(page, &host.config().github_url));
    let mut response = http::Response::new(html.into_bytes());
    *response.status_mut() = match page.about {
        About::Fabric(_) | About::State(_) | About::Unconfirmed(_) => StatusCode::OK,
        About::NoFabric | About::NotFound | About::NoShare => StatusCode::NOT_FOUND,
        About::NoAnswer => StatusCode::SERVICE_UNAVAILABLE,
        About::Failed(problem) => {
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        }
    };
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    for name in COPIED_HEADERS {
        if let Some(value) = shell.headers().get(name) {
            headers.insert(HeaderName::from_static(name), value.clone());
        }
    }
    response
}

/// Takes the scripts out of a page, so that what the Worker wrote stays.
pub(crate) fn without_scripts(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(http::header::ETAG);
    let html = String::from_utf8_lossy(&body);
    let mut rest = html.as_ref();
    let mut without = String::with_capacity(rest.len());
    while let Some(start) = rest.find("<script") {
        without.push_str(&rest[..start]);
        let end = rest[start..].find("</script>");
        rest = end.map_or("", |end| &rest[start + end + "</script>".len()..]);
    }
    without.push_str(rest);
    http::Response::from_parts(parts, without.into_bytes())
}

/// Puts lines in place of the built page's title.
fn with_head(html: &str, lines: &str) -> String {
    let (start, end) = match (html.find("<title>"), html.find("</title>")) {
        (Some(start), Some(end)) if start < end => (start, end + "</title>".len()),
        _ => return html.to_owned(),
    };
    format!("{}{lines}{}", &html[..start], &html[end..])
}

/// Puts content at the beginning of the body; the page takes it away when it starts.
fn with_body(html: &str, content: &str) -> String {
    let Some(body) = html.find("<body") else {
        return html.to_owned();
    };
    let Some(end) = html[body..].find('>') else {
        return html.to_owned();
    };
    let at = body + end + 1;
    // The built page's text for browsers without JavaScript is not true here.
    let rest = match (
        html[at..].find("<noscript>"),
        html[at..].find("</noscript>"),
    ) {
        (Some(start), Some(end)) if start < end => {
            format!(
                "{}{}",
                &html[at..at + start],
                &html[at + end + "</noscript>".len()..]
            )
        }
        _ => html[at..].to_owned(),
    };
    format!(
        "{}\n    <div id=\"loading\">{content}</div>{rest}",
        &html[..at]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_replaces_the_title_and_starts_the_body() {
        let built = "<html><head><title>Hedgerow</title></head><body class=\"x\"><noscript>n</noscript></body></html>";
        let html = with_body(&with_head(built, "<title>east</title>"), "<p>facts</p>");
        assert!(html.contains("<head><title>east</title></head>"), "{html}");
        let facts = "<body class=\"x\">\n    <div id=\"loading\"><p>facts</p></div></body>";
        assert!(html.contains(facts), "{html}");
    }
}
