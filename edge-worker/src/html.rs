//! The few pages that the Worker writes itself for operators and for people whose sign-in failed: no script, and the one
//! style sheet named by its hash, so that nothing else inline may run.

use data_encoding::BASE64;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use sha2::{Digest, Sha256};
use shared::quote::markup::markup;

use crate::response::{Response, with_type};

const STYLE: &str = ":root{color-scheme:light dark}body{font:14px/20px system-ui,sans-serif;max-width:44rem;margin:4rem auto;padding:0 16px}\
h1{font-size:20px;line-height:32px}pre{font:13px/20px ui-monospace,monospace;padding:12px;border:1px solid #868d99;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}div{margin:24px 0}div pre{margin:4px 0}\
code{font:13px/20px ui-monospace,monospace}button{font:inherit;font-weight:600;min-height:40px;padding:0 16px;border-radius:6px;\
border:1px solid #1a5fd0;background:#1a5fd0;color:#fff;cursor:pointer}input{font:inherit;min-height:32px;padding:0 8px}\
.muted{color:#59616c}@media(prefers-color-scheme:dark){.muted{color:#9aa3af}}";

/// A page whose forms may lead to `form_target` besides this origin. `body` is HTML: whatever comes from elsewhere has to
/// go through [`markup`].
pub(crate) fn document(status: StatusCode, title: &str, body: &str, form_target: &str) -> Response {
    let title = markup(title);
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title} · Hedgerow</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1>{body}</main></body></html>"
    );
    let mut response = with_type(status, "text/html; charset=utf-8", text.into_bytes());
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self' {form_target}; frame-ancestors 'none'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, value);
    }
    response
}
