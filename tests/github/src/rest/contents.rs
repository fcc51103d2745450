//! `GET /repos/{owner}/{repo}/contents/{path}`: a file, or what a directory holds.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use git2::{ObjectType, Oid, Repository, Tree, TreeEntry};
use serde_json::{Value, json};

use super::blob::lines;
use super::subject::Subject;
use crate::git::expression;
use crate::web::ApiError;

/// Larger files come without their content, even larger ones not at all (OpenAPI: 1 MB and 100 MB).
const WHOLE: usize = 1024 * 1024;
/// A directory's list ends here (OpenAPI).
const LONGEST: usize = 1000;

pub(super) async fn show(
    subject: Subject,
    Path(names): Path<HashMap<String, String>>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if subject.repo.is_empty()? {
        return Err(ApiError::NotFound("This repository is empty."));
    }
    let objects = subject.repo.open()?;
    let path = names.get("path").map_or("", String::as_str);
    let path = path.trim_matches('/');
    let usual = &subject.repo.settings.default_branch;
    let revision = query.get("ref").unwrap_or(usual);
    let commit = expression::resolve(&objects, revision)
        .and_then(|object| object.peel_to_commit().ok())
        .ok_or_else(|| ApiError::Absent(format!("No commit found for the ref {revision}")))?;
    let root = commit.tree()?;
    let place = Place {
        subject: &subject,
        revision,
    };
    let wanted = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    let wanted = wanted.unwrap_or("");
    if path.is_empty() {
        return Ok(Json(directory(&place, &objects, "", &root, wanted)).into_response());
    }
    let entry = root.get_path(std::path::Path::new(path));
    let entry = entry.map_err(|_| ApiError::NOT_FOUND)?;
    match entry.kind() {
        Some(ObjectType::Tree) => {
            let tree = objects.find_tree(entry.id())?;
            Ok(Json(directory(&place, &objects, path, &tree, wanted)).into_response())
        }
        Some(ObjectType::Blob) => {
            let blob = objects.find_blob(entry.id())?;
            if wanted.contains("raw") {
                let kind = [(
                    header::CONTENT_TYPE,
                    "application/vnd.github.v3.raw; charset=utf-8",
                )];
                return Ok((kind, blob.content().to_vec()).into_response());
            }
            Ok(Json(place.file(path, &entry, blob.content())).into_response())
        }
        _ => Ok(Json(place.entry(path, "submodule", entry.id(), 0)).into_response()),
    }
}

/// The commit that contents are shown from.
pub(super) struct Place<'a> {
    pub subject: &'a Subject,
    pub revision: &'a str,
}

impl Place<'_> {
    /// Returns what every form of an entry tells.
    pub fn entry(&self, path: &str, kind: &str, oid: Oid, size: usize) -> Value {
        let name = path.rsplit('/').next().unwrap_or(path);
        let (subject, revision) = (self.subject, self.revision);
        let itself = subject.api(&format!("/contents/{path}?ref={revision}"));
        let (git, page, download) = match kind {
            "submodule" => (Value::Null, Value::Null, Value::Null),
            "dir" => (
                json!(subject.api(&format!("/git/trees/{oid}"))),
                json!(subject.page(&format!("/tree/{revision}/{path}"))),
                Value::Null,
            ),
            _ => (
                json!(subject.api(&format!("/git/blobs/{oid}"))),
                json!(subject.page(&format!("/blob/{revision}/{path}"))),
                json!(subject.page(&format!("/raw/{revision}/{path}"))),
            ),
        };
        json!({
            "name": name,
            "path": path,
            "sha": oid.to_string(),
            "size": size,
            "url": itself,
            "html_url": page,
            "git_url": git,
            "download_url": download,
            "type": kind,
            "_links": {"self": itself, "git": git, "html": page},
        })
    }

    fn file(&self, path: &str, entry: &TreeEntry<'_>, content: &[u8]) -> Value {
        if entry.filemode_raw() == 0o120000 {
            let mut body = self.entry(path, "symlink", entry.id(), content.len());
            body["target"] = json!(String::from_utf8_lossy(content));
            return body;
        }
        let mut body = self.entry(path, "file", entry.id(), content.len());
        let is_whole = content.len() <= WHOLE;
        body["content"] = json!(if is_whole {
            lines(content)
        } else {
            String::new()
        });
        body["encoding"] = json!(if is_whole { "base64" } else { "none" });
        body
    }
}

/// Returns the list of entries, or the object around it that `application/vnd.github.object` asks for.
fn directory(
    place: &Place<'_>,
    objects: &Repository,
    path: &str,
    tree: &Tree<'_>,
    wanted: &str,
) -> Value {
    let entries = tree.iter().take(LONGEST).map(|entry| {
        let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
        let path = match path {
            "" => name,
            path => format!("{path}/{name}"),
        };
        let kind = match (entry.kind(), entry.filemode_raw()) {
            (Some(ObjectType::Tree), _) => "dir",
            (Some(ObjectType::Blob), 0o120000) => "symlink",
            (Some(ObjectType::Blob), _) => "file",
            _ => "submodule",
        };
        let size = objects.find_blob(entry.id()).map_or(0, |blob| blob.size());
        // In lists a submodule is called a file, for the sake of old clients (OpenAPI).
        let shown = if kind == "submodule" { "file" } else { kind };
        let mut body = place.entry(&path, kind, entry.id(), size);
        body["type"] = json!(shown);
        body
    });
    let entries: Vec<_> = entries.collect();
    match wanted.contains("object") {
        true => {
            let mut body = place.entry(path, "dir", tree.id(), 0);
            body["entries"] = json!(entries);
            body
        }
        false => json!(entries),
    }
}
