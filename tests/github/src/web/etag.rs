//! ETags: an answer that the caller already has is not sent again.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use git2::{ObjectType, Oid};

/// Tags a successful answer, and empties it if `asked` shows that the caller has it.
pub(crate) async fn tag(asked: &HeaderMap, response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Some(tag) = tag_of(&body) else {
        return Response::from_parts(parts, Body::from(body));
    };
    let known = asked.get(header::IF_NONE_MATCH);
    let is_known = known
        .and_then(|known| known.to_str().ok())
        .is_some_and(|known| known.split(',').any(|one| weak(one) == weak(&tag)));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, tag);
    }
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(body))
}

fn tag_of(body: &Bytes) -> Option<String> {
    let oid = Oid::hash_object(ObjectType::Blob, body).ok()?;
    Some(format!("W/\"{oid}\""))
}

fn weak(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/")
}
