//! `GET /repos/{owner}/{repo}/branches/{branch}`: the head and its tree in one request.

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use super::commit::{details, parents};
use super::subject::Subject;
use crate::git::reference;
use crate::state::ObjectKind;
use crate::web::ApiError;

const NOT_FOUND: ApiError = ApiError::NotFound("Branch not found");

pub(super) async fn show(
    subject: Subject,
    Path((_, _, branch)): Path<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    let objects = subject.repo.open()?;
    let head = reference::read(&objects, &format!("refs/heads/{branch}"))?;
    let commit = objects.find_commit(head.ok_or(NOT_FOUND)?)?;
    let sha = commit.id();
    let mut inner = details(&subject, &commit);
    inner["comment_count"] = json!(0);
    let settings = &subject.repo.settings;
    let protection = settings.protection_of(&branch);
    let contexts = protection.map_or(&[][..], |protection| &protection.contexts);
    let is_protected = protection.is_some() || settings.rules_of(&branch).next().is_some();
    let level = if contexts.is_empty() {
        "off"
    } else {
        "everyone"
    };
    let address = subject.api(&format!("/branches/{branch}"));
    Ok(Json(json!({
        "name": branch,
        "commit": {
            "sha": sha.to_string(),
            "node_id": subject.object_id(ObjectKind::Commit, sha),
            "commit": inner,
            "url": subject.api(&format!("/commits/{sha}")),
            "html_url": subject.page(&format!("/commit/{sha}")),
            "comments_url": subject.api(&format!("/commits/{sha}/comments")),
            "author": null,
            "committer": null,
            "parents": parents(&subject, &commit, "/commits"),
        },
        "_links": {"self": address, "html": subject.page(&format!("/tree/{branch}"))},
        "protected": is_protected,
        "protection": {
            "enabled": protection.is_some(),
            "required_status_checks": {"enforcement_level": level, "contexts": contexts, "checks": []},
        },
        "protection_url": format!("{address}/protection"),
    })))
}
