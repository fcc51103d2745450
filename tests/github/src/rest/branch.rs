//! `GET /repos/{owner}/{repo}/branches/{branch}`: the head and its tree in one request; and the list of branches.
//! The name that a branch had before leads to the new one here, and nowhere else.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Query};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::commit::listed;
use super::pagination::Page;
use super::protection;
use super::subject::Subject;
use crate::git::reference;
use crate::web::ApiError;

/// `GET /repos/{owner}/{repo}/branches`.
pub(super) async fn list(
    subject: Subject,
    OriginalUri(asked): OriginalUri,
    Query(page): Query<Page>,
) -> Result<(HeaderMap, Json<Vec<Value>>), ApiError> {
    let objects = subject.repo.open()?;
    let settings = &subject.repo.settings;
    let mut branches = Vec::new();
    for name in objects.references_glob("refs/heads/*")?.names() {
        let name = name?.to_owned();
        if let Some(oid) = reference::read(&objects, &name)? {
            let branch = name.trim_start_matches("refs/heads/").to_owned();
            branches.push((branch, oid));
        }
    }
    branches.sort();
    let (headers, branches) = page.below(branches, &subject, &asked);
    let bodies = branches.into_iter().map(|(branch, oid)| {
        json!({
            "name": branch,
            "commit": {"sha": oid.to_string(), "url": subject.api(&format!("/commits/{oid}"))},
            "protected": settings.is_guarded(&branch),
        })
    });
    Ok((headers, Json(bodies.collect())))
}

const NOT_FOUND: ApiError = ApiError::NotFound("Branch not found");

/// Ends the path of a branch's protection; a branch whose own name ends so cannot be asked for.
const PROTECTION: &str = "/protection";

/// `PUT …/branches/{branch}/protection`.
pub(super) async fn protect(
    subject: Subject,
    Path((_, _, path)): Path<(String, String, String)>,
    request: Bytes,
) -> Result<Json<Value>, ApiError> {
    let branch = path.strip_suffix(PROTECTION).ok_or(ApiError::NOT_FOUND)?;
    protection::put(&subject, branch, &request)
}

/// `DELETE …/branches/{branch}/protection`.
pub(super) async fn unprotect(
    subject: Subject,
    Path((_, _, path)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    let branch = path.strip_suffix(PROTECTION).ok_or(ApiError::NOT_FOUND)?;
    protection::delete(&subject, branch)
}

pub(super) async fn show(
    subject: Subject,
    Path((_, _, branch)): Path<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    if let Some(branch) = branch.strip_suffix(PROTECTION) {
        return protection::show(&subject, branch);
    }
    let objects = subject.repo.open()?;
    let head = reference::read(&objects, &format!("refs/heads/{branch}"))?;
    let renamed = subject.repo.settings.former_branches.get(&branch);
    if let (None, Some(now)) = (head, renamed) {
        return Err(ApiError::Moved {
            to: subject.api(&format!("/branches/{now}")),
            keeps_method: false,
        });
    }
    let commit = objects.find_commit(head.ok_or(NOT_FOUND)?)?;
    let settings = &subject.repo.settings;
    let protection = settings.protection_of(&branch);
    let contexts = protection.map_or(&[][..], |protection| &protection.contexts);
    let is_protected = settings.is_guarded(&branch);
    let level = if contexts.is_empty() {
        "off"
    } else {
        "everyone"
    };
    let address = subject.api(&format!("/branches/{branch}"));
    Ok(Json(json!({
        "name": branch,
        "commit": listed(&subject, &commit),
        "_links": {"self": address, "html": subject.page(&format!("/tree/{branch}"))},
        "protected": is_protected,
        "protection": {
            "enabled": protection.is_some(),
            "required_status_checks": {"enforcement_level": level, "contexts": contexts, "checks": []},
        },
        "protection_url": format!("{address}/protection"),
    })))
}
