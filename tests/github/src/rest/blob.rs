//! `GET` and `POST /repos/{owner}/{repo}/git/blobs`.

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::input::{Input, oid};
use super::subject::Subject;
use crate::state::ObjectKind;
use crate::web::ApiError;

/// GitHub breaks base64 into lines of this length.
const LINE: usize = 60;

pub(super) async fn show(
    subject: Subject,
    Path((_, _, sha)): Path<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    let objects = subject.objects()?;
    let malformed = "The sha parameter must be exactly 40 characters and contain only [0-9a-f].";
    let oid = oid(&sha).ok_or_else(|| ApiError::Unprocessable(malformed.to_owned()))?;
    let blob = objects.find_blob(oid).map_err(|_| ApiError::NOT_FOUND)?;
    Ok(Json(json!({
        "sha": oid.to_string(),
        "node_id": subject.object_id(ObjectKind::Blob, oid),
        "size": blob.size(),
        "url": subject.api(&format!("/git/blobs/{oid}")),
        "content": lines(blob.content()),
        "encoding": "base64",
    })))
}

/// Stores bytes; `encoding` is utf-8 unless it is said to be base64.
pub(super) async fn create(
    subject: Subject,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.writable()?;
    let objects = subject.objects()?;
    let input = Input::parse(&request)?;
    let content = input.text("content")?;
    let bytes = match input.maybe("encoding")?.unwrap_or("utf-8") {
        "utf-8" => content.as_bytes().to_vec(),
        "base64" => decode(content)?,
        _ => return Err(ApiError::Unprocessable("Invalid encoding".to_owned())),
    };
    let oid = objects.blob(&bytes)?;
    let body = json!({"sha": oid.to_string(), "url": subject.api(&format!("/git/blobs/{oid}"))});
    Ok((StatusCode::CREATED, Json(body)))
}

/// Encodes as GitHub does, in lines.
pub(super) fn lines(content: &[u8]) -> String {
    let encoded = STANDARD.encode(content);
    let lines = encoded.as_bytes().chunks(LINE);
    lines
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect()
}

/// Decodes base64, whose lines may be broken anywhere.
pub(super) fn decode(content: &str) -> Result<Vec<u8>, ApiError> {
    let plain: String = content.split_ascii_whitespace().collect();
    let refused = |_| ApiError::Unprocessable("content is not valid Base64".to_owned());
    STANDARD.decode(plain).map_err(refused)
}
