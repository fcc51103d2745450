//! `POST /repos/{owner}/{repo}/git/trees`: a tree from entries, on top of another tree.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use git2::{ObjectType, Oid, Repository};
use serde_json::Value;

use super::input::{Input, oid, unprocessable};
use super::subject::Subject;
use super::tree::{Depth, body};
use crate::git::edit::{self, Edit, EditError, Occupied};
use crate::git::path;
use crate::web::ApiError;

const NEITHER: &str =
    "Must supply either tree.sha or tree.content. Request will be rejected if both are present.";

pub(super) async fn create(
    subject: Subject,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.writable()?;
    let objects = subject.objects()?;
    let input = Input::parse(&request)?;
    let base = base_tree(&objects, input.get("base_tree"))?;
    let entries = input.get("tree").as_array();
    let entries = entries.ok_or_else(|| unprocessable("\"tree\" wasn't supplied."))?;
    if entries.is_empty() {
        return Err(ApiError::Unprocessable("Invalid tree info".to_owned()));
    }
    let mut edits = BTreeMap::new();
    for entry in entries {
        let (path, edit) = edit(&objects, entry)?;
        subject.may_touch(&path)?;
        if edits.insert(path.clone(), edit).is_some() {
            // GitHub's answer to this is not known; nobody should rely on the order.
            let problem = format!("tree.path {path} is named more than once");
            return Err(ApiError::Unprocessable(problem));
        }
    }
    let tree = edit::apply(&objects, base, &edits, Occupied::Refuse).map_err(unfit)?;
    let tree = objects.find_tree(tree)?;
    let body = body(&subject, &objects, &tree, Depth::Directory)?;
    Ok((StatusCode::CREATED, Json(body)))
}

/// GitHub documents a tree's id and also takes a commit's; nobody should rely on that.
fn base_tree(objects: &Repository, given: &Value) -> Result<Option<Oid>, ApiError> {
    let Some(text) = given.as_str().filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let refused = || ApiError::Unprocessable("base_tree is not a valid tree oid".to_owned());
    let oid = oid(text).ok_or_else(refused)?;
    objects.find_tree(oid).map_err(|_| refused())?;
    Ok(Some(oid))
}

fn edit(objects: &Repository, entry: &Value) -> Result<(String, Edit), ApiError> {
    let refused = |problem: String| ApiError::Unprocessable(problem);
    let path = entry["path"].as_str().unwrap_or("");
    path::check(path).map_err(|error| refused(format!("tree.{error}")))?;
    let mode = entry["mode"].as_str();
    let mode = mode.and_then(|mode| u32::from_str_radix(mode, 8).ok());
    let kind = match mode {
        Some(0o100644 | 0o100755 | 0o120000) => ObjectType::Blob,
        Some(0o040000) => ObjectType::Tree,
        Some(0o160000) => ObjectType::Commit,
        _ => return Err(refused("Must supply a valid tree.mode".to_owned())),
    };
    let mode = mode.unwrap_or_default();
    if entry["type"]
        .as_str()
        .is_some_and(|given| given != kind.str())
    {
        return Err(refused(format!(
            "tree.type does not fit tree.mode {mode:06o}"
        )));
    }
    let sha = entry.get("sha");
    let edit = match (sha, entry.get("content")) {
        (Some(Value::Null), None) => Edit::Remove,
        (Some(Value::String(sha)), None) => {
            let found = oid(sha).filter(|oid| exists(objects, *oid, kind));
            let problem = format!("tree.sha {sha} is not a valid {}", kind.str());
            let oid = found.ok_or_else(|| refused(problem))?;
            Edit::Put { mode, oid }
        }
        (None, Some(Value::String(content))) if kind == ObjectType::Blob => {
            let oid = objects.blob(content.as_bytes())?;
            Edit::Put { mode, oid }
        }
        _ => return Err(refused(NEITHER.to_owned())),
    };
    Ok((path.to_owned(), edit))
}

/// A submodule's commit lies elsewhere.
fn exists(objects: &Repository, oid: Oid, kind: ObjectType) -> bool {
    kind == ObjectType::Commit || objects.find_object(oid, Some(kind)).is_ok()
}

fn unfit(error: EditError) -> ApiError {
    match error {
        EditError::Git(error) => ApiError::Git(error),
        // What GitHub says to a deletion of something absent or of a directory.
        EditError::Absent(_) => ApiError::Unprocessable("GitRPC::BadObjectState".to_owned()),
        other => ApiError::Unprocessable(format!("GitRPC::BadObjectState: {other}")),
    }
}
