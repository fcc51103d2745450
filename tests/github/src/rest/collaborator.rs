//! `GET /repos/{owner}/{repo}/collaborators/{username}/permission`.

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use super::account::simple;
use super::repository::permissions;
use super::subject::Subject;
use crate::state::Permission;
use crate::web::ApiError;

pub(super) async fn permission(
    subject: Subject,
    Path((_, _, login)): Path<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    subject.viewer.user()?;
    let user = subject.github.user(&login).ok_or(ApiError::NOT_FOUND)?;
    let role = subject.repo.settings.permission_of(Some(&user.login));
    // Maintain and triage are finer than the old four words.
    let (word, name) = match role {
        None => ("none", "none"),
        Some(Permission::Read) => ("read", "read"),
        Some(Permission::Triage) => ("read", "triage"),
        Some(Permission::Write) => ("write", "write"),
        Some(Permission::Maintain) => ("write", "maintain"),
        Some(Permission::Admin) => ("admin", "admin"),
    };
    let mut person = simple(&subject.url, &user);
    person["role_name"] = json!(name);
    if let Some(role) = role {
        person["permissions"] = permissions(role);
    }
    Ok(Json(
        json!({"permission": word, "role_name": name, "user": person}),
    ))
}
