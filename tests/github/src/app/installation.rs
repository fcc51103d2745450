//! What an App asks about itself: where it is installed, and for a token there.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::jwt::caller;
use super::store::{App, now_s, random};
use crate::git::Repo;
use crate::github::GitHub;
use crate::state::{Grant, Installation, NodeId, Permissions, Selection, Token, TokenKind};
use crate::web::timestamp;

const LIFE_S: i64 = 60 * 60;
/// The most repositories that a token can be narrowed to.
const MOST_REPOSITORIES: usize = 500;

type Shared = State<Arc<GitHub>>;

/// How a token is to be narrowed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Narrowed {
    repositories: Vec<String>,
    repository_ids: Vec<u64>,
    permissions: Permissions,
}

/// `GET /app`.
pub(super) async fn app(State(github): Shared, headers: HeaderMap) -> Response {
    match caller(&github, &headers) {
        Ok(app) => Json(about(&github, &app)).into_response(),
        Err(refusal) => *refusal,
    }
}

/// `GET /repos/{owner}/{repo}/installation`.
pub(super) async fn of_repository(
    State(github): Shared,
    Path((owner, repo)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let app = match caller(&github, &headers) {
        Ok(app) => app,
        Err(refusal) => return *refusal,
    };
    let full_name = format!("{owner}/{repo}");
    let repository = github.repo(&full_name).ok();
    if repository.is_none()
        && let Some(renamed) = github.renamed(&full_name)
    {
        let to = format!(
            "{}/repositories/{}/installation",
            github.url, renamed.settings.id
        );
        let answer = Json(
            json!({"message": "Moved Permanently", "url": to, "documentation_url": "https://docs.github.com/rest"}),
        );
        return (
            StatusCode::MOVED_PERMANENTLY,
            [(LOCATION, to.clone())],
            answer,
        )
            .into_response();
    }
    answer(&github, &app, repository)
}

/// `GET /repositories/{id}/installation`, where a former name leads.
pub(super) async fn of_repository_by_id(
    State(github): Shared,
    Path(id): Path<u64>,
    headers: HeaderMap,
) -> Response {
    match caller(&github, &headers) {
        Ok(app) => answer(&github, &app, github.repo_by_id(id)),
        Err(refusal) => *refusal,
    }
}

fn answer(github: &GitHub, app: &App, repository: Option<Repo>) -> Response {
    let found = repository.and_then(|repo| {
        let mut all = github.installations().into_iter();
        all.find(|known| known.app == app.id && known.covers(&repo.settings))
    });
    match found {
        Some(found) => Json(described(github, app, &found)).into_response(),
        None => refused(StatusCode::NOT_FOUND, "Not Found"),
    }
}

/// `POST /app/installations/{id}/access_tokens`.
pub(super) async fn token(
    State(github): Shared,
    Path(id): Path<u64>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let app = match caller(&github, &headers) {
        Ok(app) => app,
        Err(refusal) => return *refusal,
    };
    let all = github.installations();
    let Some(found) = all
        .iter()
        .find(|known| known.id == id && known.app == app.id)
    else {
        return refused(StatusCode::NOT_FOUND, "Not Found");
    };
    if found.suspended {
        return refused(
            StatusCode::FORBIDDEN,
            "This installation has been suspended",
        );
    }
    let narrowed = match body.is_empty() {
        true => Ok(Narrowed::default()),
        false => serde_json::from_slice::<Narrowed>(&body),
    };
    let Ok(narrowed) = narrowed else {
        return refused(StatusCode::BAD_REQUEST, "Problems parsing JSON");
    };
    let mut ids: BTreeSet<u64> = narrowed.repository_ids.iter().copied().collect();
    let not_accessible = || {
        let message = "There is at least one repository that does not exist or is not accessible to the parent installation.";
        refused(StatusCode::UNPROCESSABLE_ENTITY, message)
    };
    let is_covered = |id: &u64| {
        github
            .repo_by_id(*id)
            .is_some_and(|repo| found.covers(&repo.settings))
    };
    if !ids.iter().all(is_covered) || ids.len() > MOST_REPOSITORIES {
        return not_accessible();
    }
    for name in &narrowed.repositories {
        match github.repo(&format!("{}/{name}", found.account)) {
            Ok(repo) if found.covers(&repo.settings) => ids.insert(repo.settings.id),
            _ => return not_accessible(),
        };
    }
    let is_granted = |(name, access): (&String, &crate::state::Access)| {
        name == "metadata"
            || found
                .permissions
                .get(name)
                .is_some_and(|granted| granted >= access)
    };
    if !narrowed.permissions.iter().all(is_granted) {
        let message = "The permissions requested are not granted to this installation.";
        return refused(StatusCode::UNPROCESSABLE_ENTITY, message);
    }
    let permissions = match narrowed.permissions.is_empty() {
        true => found.permissions.clone(),
        false => narrowed.permissions,
    };
    let selection = match ids.is_empty() {
        true => found.repositories.clone(),
        false => Selection::Only(ids),
    };
    // Not forty characters, and not of one form: nobody may rely on either.
    let secret = random(&format!("ghs_{}_", app.id)) + &random(".");
    let until_s = now_s() + LIFE_S;
    let answer = json!({
        "token": secret,
        "expires_at": timestamp(until_s),
        "permissions": permissions,
        "repository_selection": match selection { Selection::All => "all", Selection::Only(_) => "selected" },
    });
    github.apps.lock().issued.push(secret.clone());
    github.add_token(Grant {
        token: Token::new(secret),
        login: format!("{}[bot]", app.slug),
        kind: TokenKind::Installation {
            installation: found.id,
            repositories: selection,
            permissions,
        },
        expires_at_s: Some(until_s),
        sso: BTreeSet::new(),
    });
    (StatusCode::CREATED, Json(answer)).into_response()
}

fn refused(status: StatusCode, message: &str) -> Response {
    let body = json!({"message": message, "documentation_url": "https://docs.github.com/rest", "status": status.as_str()});
    (status, Json(body)).into_response()
}

/// GitHub's `integration`.
pub(crate) fn about(github: &GitHub, app: &App) -> Value {
    json!({
        "id": app.id, "slug": app.slug, "name": app.name, "client_id": app.client_id,
        "node_id": format!("A_{}", app.id),
        "owner": account(github, &app.owner),
        "description": null, "external_url": app.url,
        "html_url": format!("{}/apps/{}", github.url, app.slug),
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "permissions": app.permissions, "events": app.events,
    })
}

/// An installation as the App is told of it.
pub(crate) fn installation_body(github: &GitHub, found: &Installation) -> Value {
    let apps = github.apps.lock();
    let app = apps.apps.iter().find(|app| app.id == found.app).cloned();
    drop(apps);
    app.map_or(Value::Null, |app| described(github, &app, found))
}

fn described(github: &GitHub, app: &App, found: &Installation) -> Value {
    let url = &github.url;
    let target = github.user(&found.account).map_or(0, |user| user.id);
    let selection = match found.repositories {
        Selection::All => "all",
        Selection::Only(_) => "selected",
    };
    json!({
        "id": found.id, "account": account(github, &found.account),
        "repository_selection": selection,
        "access_tokens_url": format!("{url}/app/installations/{}/access_tokens", found.id),
        "repositories_url": format!("{url}/installation/repositories"),
        "html_url": format!("{url}/organizations/{}/settings/installations/{}", found.account, found.id),
        "app_id": app.id, "app_slug": app.slug, "client_id": app.client_id,
        "target_id": target, "target_type": "Organization",
        "permissions": found.permissions, "events": app.events,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "single_file_name": null, "suspended_by": null, "suspended_at": null,
    })
}

/// GitHub's `simple-user`, as far as clients look.
fn account(github: &GitHub, login: &str) -> Value {
    match github.user(login) {
        Some(user) => crate::rest::simple_user(&github.url, &user),
        None => {
            json!({"login": login, "id": 0, "node_id": NodeId::User(0).encode(), "type": "User"})
        }
    }
}
