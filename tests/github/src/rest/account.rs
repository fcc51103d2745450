//! `GET /user`, and accounts inside other answers.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::github::GitHub;
use crate::state::{NodeId, User, UserKind};
use crate::web::{ApiError, Viewer};

pub(super) async fn show(
    State(github): State<Arc<GitHub>>,
    Extension(viewer): Extension<Viewer>,
) -> Result<Json<Value>, ApiError> {
    let user = viewer.user()?;
    let mut body = simple(&github.url, user);
    let more = json!({
        "name": user.name, "company": null, "blog": "", "location": null, "email": null, "hireable": null,
        "bio": null, "twitter_username": null, "public_repos": 0, "public_gists": 0, "followers": 0,
        "following": 0, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "private_gists": 0, "total_private_repos": 0, "owned_private_repos": 0, "disk_usage": 0,
        "collaborators": 0, "two_factor_authentication": true,
    });
    extend(&mut body, more);
    Ok(Json(body))
}

/// Returns GitHub's `simple-user`.
pub(crate) fn simple(url: &str, user: &User) -> Value {
    let login = &user.login;
    let node_id = match user.kind {
        UserKind::Person => NodeId::User(user.id),
        UserKind::Organization => NodeId::Organization(user.id),
    };
    let mut body = json!({
        "login": login,
        "id": user.id,
        "node_id": node_id.encode(),
        "avatar_url": format!("{url}/avatars/u/{}", user.id),
        "gravatar_id": "",
        "url": format!("{url}/users/{login}"),
        "html_url": format!("{url}/{login}"),
        "type": user.type_name(),
        "user_view_type": "public",
        "site_admin": false,
    });
    for (name, path) in [
        ("followers_url", "followers"),
        ("following_url", "following{/other_user}"),
        ("gists_url", "gists{/gist_id}"),
        ("starred_url", "starred{/owner}{/repo}"),
        ("subscriptions_url", "subscriptions"),
        ("organizations_url", "orgs"),
        ("repos_url", "repos"),
        ("events_url", "events{/privacy}"),
        ("received_events_url", "received_events"),
    ] {
        body[name] = json!(format!("{url}/users/{login}/{path}"));
    }
    body
}

/// Adds the fields of `more` to `body`.
pub(super) fn extend(body: &mut Value, more: Value) {
    if let (Value::Object(body), Value::Object(more)) = (body, more) {
        body.extend(more);
    }
}
