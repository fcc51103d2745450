//! A fabric's badge: an SVG, and the format of shields.io.

use http::StatusCode;
use http::header::HeaderValue;
use sha2::{Digest, Sha256};
use shared::record::FabricRecord;
use shared::status::{BADGE_STYLE, NO_FABRIC, Tone, Verdict, badge_svg, shields_badge};

use crate::api_error::ApiError;
use crate::conditional::with_tag;
use crate::request::Request;
use crate::response::{Response, json, with_type};

/// What may keep a badge: everybody, for a minute, and for a while longer as long as a new one is being fetched.
const BADGE_CACHE: &str = "public, max-age=60, stale-while-revalidate=300";

/// A record's badge, or the one for none; `label` names the fabric as far as the visitor may know it.
pub(crate) fn badge(
    request: &Request,
    record: Result<&FabricRecord, &ApiError>,
    label: impl Fn(&FabricRecord) -> String,
) -> Response {
    let (label, (message, tone), status, tag) = match record {
        Ok(record) => (label(record), said(record), StatusCode::OK, tag_of(record)),
        Err(error) => {
            let (message, status) = without(error);
            let muted = (message, Tone::Muted);
            ("hedgerow".to_owned(), muted, status, "none".to_owned())
        }
    };
    let svg = badge_svg(&label, message, tone);
    let mut response = with_type(status, "image/svg+xml; charset=utf-8", svg.into_bytes());
    let style = data_encoding::BASE64.encode(&Sha256::digest(BADGE_STYLE));
    let policy = format!("default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'");
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert("content-security-policy", policy);
    }
    // Pages of other sites show it.
    let anywhere = HeaderValue::from_static("cross-origin");
    response
        .headers_mut()
        .insert("cross-origin-resource-policy", anywhere);
    if status != StatusCode::OK {
        return response;
    }
    with_tag(request, &tag, BADGE_CACHE, response)
}

/// A record's badge in the format of shields.io, or the one for none.
pub(crate) fn shields(request: &Request, record: Result<&FabricRecord, &ApiError>) -> Response {
    let (label, (message, tone), tag) = match record {
        Ok(record) => (record.name.to_string(), said(record), tag_of(record)),
        Err(error) => {
            let (message, status) = without(error);
            let tag = format!("none-{}", status.as_u16());
            ("hedgerow".to_owned(), (message, Tone::Muted), tag)
        }
    };
    // An answer that is not a 200 would show as an error of shields.io rather than of the fabric.
    let response = json(StatusCode::OK, &shields_badge(&label, message, tone));
    with_tag(request, &tag, BADGE_CACHE, response)
}

/// What a badge says where there is no record to show, or Hedgerow's own storage did not answer.
fn without(error: &ApiError) -> (&'static str, StatusCode) {
    match error {
        ApiError::Storage(_) => (Verdict::NotKnown.word(), StatusCode::SERVICE_UNAVAILABLE),
        _ => (NO_FABRIC, StatusCode::NOT_FOUND),
    }
}

/// What a badge says of a record.
fn said(record: &FabricRecord) -> (&'static str, Tone) {
    let verdict = Verdict::of(record);
    (verdict.word(), verdict.tone())
}

/// Another version of Hedgerow may say the same record in another word.
fn tag_of(record: &FabricRecord) -> String {
    let (message, _) = said(record);
    format!("{}-{}", record.version, message.replace(' ', "-"))
}
