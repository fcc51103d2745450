//! `GET`, `PUT` and `DELETE /repos/{owner}/{repo}/branches/{branch}/protection`: classic protection. That a branch has none
//! (404) does not mean that no ruleset guards it.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::input::Input;
use super::subject::Subject;
use crate::state::Protection;
use crate::web::ApiError;

const NONE: ApiError = ApiError::NotFound("Branch not protected");

pub(super) fn show(subject: &Subject, branch: &str) -> Result<Json<Value>, ApiError> {
    subject.administrable()?;
    let protection = subject.repo.settings.protection_of(branch).ok_or(NONE)?;
    Ok(Json(shown(subject, branch, protection)))
}

/// Protects a branch, in the place of an earlier protection of it.
pub(super) fn put(subject: &Subject, branch: &str, body: &Bytes) -> Result<Json<Value>, ApiError> {
    subject.administrable()?;
    if subject.repo.head(branch).is_none() {
        return Err(ApiError::NotFound("Branch not found"));
    }
    let input = Input::parse(body)?;
    let reviews = input.get("required_pull_request_reviews");
    let checks = input.get("required_status_checks");
    let named = |list: &Value, name: Option<&str>| -> Vec<String> {
        let items = list.as_array().into_iter().flatten();
        let text = |item: &Value| name.map_or(item.clone(), |name| item[name].clone());
        items
            .filter_map(|item| text(item).as_str().map(str::to_owned))
            .collect()
    };
    let mut contexts = named(&checks["contexts"], None);
    contexts.extend(named(&checks["checks"], Some("context")));
    contexts.dedup();
    let approvals = reviews["required_approving_review_count"]
        .as_u64()
        .unwrap_or(1);
    let protection = Protection {
        pattern: branch.to_owned(),
        approvals: (!reviews.is_null()).then_some(approvals as u32),
        contexts,
        requires_signatures: false,
        allows_force_pushes: input.is_true("allow_force_pushes"),
        allows_deletions: input.is_true("allow_deletions"),
        enforce_admins: input.is_true("enforce_admins"),
    };
    let mut settings = subject.repo.settings.clone();
    settings.protections.retain(|known| known.pattern != branch);
    settings.protections.push(protection.clone());
    subject.github.change(settings)?;
    Ok(Json(shown(subject, branch, &protection)))
}

pub(super) fn delete(subject: &Subject, branch: &str) -> Result<StatusCode, ApiError> {
    subject.administrable()?;
    let mut settings = subject.repo.settings.clone();
    let known = settings.protections.len();
    settings.protections.retain(|known| known.pattern != branch);
    if settings.protections.len() == known {
        return Err(NONE);
    }
    subject.github.change(settings)?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(subject: &Subject, branch: &str, protection: &Protection) -> Value {
    let url = subject.api(&format!("/branches/{branch}/protection"));
    let switch = |on: bool| json!({"enabled": on});
    let mut body = json!({
        "url": url,
        "required_signatures": {"url": format!("{url}/required_signatures"), "enabled": protection.requires_signatures},
        "enforce_admins": {"url": format!("{url}/enforce_admins"), "enabled": protection.enforce_admins},
        "required_linear_history": switch(false),
        "allow_force_pushes": switch(protection.allows_force_pushes),
        "allow_deletions": switch(protection.allows_deletions),
        "block_creations": switch(false),
        "required_conversation_resolution": switch(false),
    });
    if !protection.contexts.is_empty() {
        let checks = protection.contexts.iter();
        let checks: Vec<_> = checks
            .map(|context| json!({"context": context, "app_id": null}))
            .collect();
        body["required_status_checks"] = json!({
            "url": format!("{url}/required_status_checks"),
            "strict": true,
            "contexts": protection.contexts,
            "contexts_url": format!("{url}/required_status_checks/contexts"),
            "checks": checks,
        });
    }
    if let Some(approvals) = protection.approvals {
        body["required_pull_request_reviews"] = json!({
            "url": format!("{url}/required_pull_request_reviews"),
            "dismiss_stale_reviews": false,
            "require_code_owner_reviews": false,
            "required_approving_review_count": approvals,
        });
    }
    body
}
