//! `GET /repos/{owner}/{repo}/git/trees/{sha or branch}`, and trees in other answers.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query};
use git2::{ObjectType, Oid, Repository, Tree, TreeEntry, TreeWalkMode, TreeWalkResult};
use serde_json::{Value, json};

use super::subject::Subject;
use crate::git::expression;
use crate::web::ApiError;

/// GitHub lists no more entries than this at once, unless a repository's settings say less.
const LIMIT: usize = 100_000;

pub(super) async fn show(
    subject: Subject,
    Path((_, _, name)): Path<(String, String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<Value>, ApiError> {
    let objects = subject.objects()?;
    let object = expression::resolve(&objects, &name).ok_or(ApiError::NOT_FOUND)?;
    let tree = object.peel_to_tree().map_err(|_| ApiError::NOT_FOUND)?;
    // Any value asks for the whole tree, even 0.
    let mode = match query.contains_key("recursive") {
        true => Depth::Whole,
        false => Depth::Directory,
    };
    Ok(Json(body(&subject, &objects, &tree, mode)?))
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    Directory,
    Whole,
}

pub(super) fn body(
    subject: &Subject,
    objects: &Repository,
    tree: &Tree<'_>,
    depth: Depth,
) -> Result<Value, ApiError> {
    let limit = subject.repo.settings.most_entries.unwrap_or(LIMIT);
    let mut entries = Vec::new();
    let walked = tree.walk(TreeWalkMode::PreOrder, |parent, entry| {
        entries.push(shown(subject, objects, parent, entry));
        match (depth, entry.kind()) {
            _ if entries.len() >= limit => TreeWalkResult::Abort,
            (Depth::Directory, Some(ObjectType::Tree)) => TreeWalkResult::Skip,
            _ => TreeWalkResult::Ok,
        }
    });
    // Ending it early is told as an error.
    if entries.len() < limit {
        walked?;
    }
    let sha: Oid = tree.id();
    Ok(json!({
        "sha": sha.to_string(),
        "url": subject.api(&format!("/git/trees/{sha}")),
        "truncated": entries.len() >= limit,
        "tree": entries,
    }))
}

fn shown(subject: &Subject, objects: &Repository, parent: &str, entry: &TreeEntry<'_>) -> Value {
    let sha = entry.id();
    let kind = entry.kind().unwrap_or(ObjectType::Commit);
    let name = String::from_utf8_lossy(entry.name_bytes());
    let mut body = json!({
        "path": format!("{parent}{name}"),
        "mode": format!("{:06o}", entry.filemode_raw()),
        "type": kind.str(),
        "sha": sha.to_string(),
    });
    match kind {
        ObjectType::Blob => {
            body["size"] = json!(objects.find_blob(sha).map_or(0, |blob| blob.size()));
            body["url"] = json!(subject.api(&format!("/git/blobs/{sha}")));
        }
        ObjectType::Tree => body["url"] = json!(subject.api(&format!("/git/trees/{sha}"))),
        _ => {}
    }
    body
}
