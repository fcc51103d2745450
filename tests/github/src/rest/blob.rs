//! `GET /repos/{owner}/{repo}/git/blobs/{sha}`.

use axum::Json;
use axum::extract::Path;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::input::oid;
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
    let encoded = STANDARD.encode(blob.content());
    let lines = encoded.as_bytes().chunks(LINE);
    let content: String = lines
        .map(|line| format!("{}\n", String::from_utf8_lossy(line)))
        .collect();
    Ok(Json(json!({
        "sha": oid.to_string(),
        "node_id": subject.object_id(ObjectKind::Blob, oid),
        "size": blob.size(),
        "url": subject.api(&format!("/git/blobs/{oid}")),
        "content": content,
        "encoding": "base64",
    })))
}
