//! The pages that a person sees at GitHub: plain HTML, one click each.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(super) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <link rel=\"icon\" href=\"data:,\"><title>{title}</title><style>body{{font:16px/24px system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}}\
         button{{font:inherit;display:block;width:100%;padding:.75rem;margin:.5rem 0;text-align:left;cursor:pointer}}\
         small{{color:#59616c}}</style><h1>{title}</h1>{body}"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, html).into_response()
}

/// Text as HTML shows it.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// A hidden field of a form.
pub(super) fn hidden(name: &str, value: &str) -> String {
    let value = escape(value);
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
}

/// Sends the browser on.
pub(super) fn redirect(location: &str) -> Response {
    let headers = [(header::LOCATION, location)];
    (StatusCode::FOUND, headers).into_response()
}

/// An address with further parameters.
pub(super) fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let mut text = url.to_owned();
    for (name, value) in pairs {
        let joint = if text.contains('?') { '&' } else { '?' };
        let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
        text.push_str(&format!("{joint}{name}={value}"));
    }
    text
}
