//! `/_standin`: what an end-to-end test controls over HTTP.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::git::{Push, RepoError};
use crate::github::GitHub;
use crate::rest::merge_past_rules;
use crate::traffic::{Fault, RecordedRequest, Violation};
use crate::web::Limits;
use crate::webhook::{emit, hook_app};

type Shared = State<Arc<GitHub>>;

pub(crate) fn routes() -> Router<Arc<GitHub>> {
    Router::new()
        .route("/health", get(health))
        .route("/requests", get(requests).delete(forget_requests))
        .route("/violations", get(violations))
        .route("/secrets", get(secrets))
        .route("/faults", get(faults).post(inject).delete(forget_faults))
        .route("/release", post(release))
        .route("/commits", post(commit))
        .route("/repositories", post(configure))
        .route("/users", post(user))
        .route("/tokens", post(token))
        .route("/installations", post(install))
        .route("/app_hook", post(app_hook))
        .route("/events", post(event))
        .route("/limits", post(limit))
        .route("/sso", post(require_sso))
        .route("/renames", post(rename))
        .route("/branch_renames", post(rename_branch))
        .route("/merges", post(merge))
        .route("/forks", post(fork))
        .route("/reset", post(reset))
}

async fn health(State(github): Shared) -> Json<Value> {
    Json(json!({"status": "ok", "url": github.url}))
}

async fn requests(State(github): Shared) -> Json<Vec<RecordedRequest>> {
    Json(github.requests().clone())
}

async fn violations(State(github): Shared) -> Json<Vec<Violation>> {
    Json(github.violations())
}

/// Every secret of Apps so far, for tests that look for them elsewhere.
async fn secrets(State(github): Shared) -> Json<Vec<String>> {
    Json(github.apps.secrets())
}

async fn forget_requests(State(github): Shared) -> StatusCode {
    github.requests().clear();
    StatusCode::NO_CONTENT
}

async fn faults(State(github): Shared) -> Json<Vec<Fault>> {
    Json(github.faults().clone())
}

/// Takes one fault or a list of them.
async fn inject(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    match body.trim_ascii_start().starts_with(b"[") {
        true => github.faults().extend(read::<Vec<Fault>>(&body)?),
        false => github.faults().push(read(&body)?),
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn forget_faults(State(github): Shared) -> StatusCode {
    github.faults().clear();
    StatusCode::NO_CONTENT
}

async fn release(State(github): Shared) -> StatusCode {
    github.released.notify_waiters();
    StatusCode::NO_CONTENT
}

async fn commit(State(github): Shared, body: Bytes) -> Result<Response, Refused> {
    let push: Push = read(&body)?;
    let oid = github.push(push)?;
    Ok((StatusCode::CREATED, Json(json!({"oid": oid}))).into_response())
}

/// Adds a repository without a commit, or changes the settings of one: fields that are not given stay.
async fn configure(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    github.configure(read(&body)?)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds an account, in the place of one with the same number.
async fn user(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    github.add_user(read(&body)?);
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a token, in the place of one with the same secret.
async fn token(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    github.add_token(read(&body)?);
    Ok(StatusCode::NO_CONTENT)
}

/// Installs an App, in the place of an installation with the same number.
async fn install(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    github.install(read(&body)?);
    Ok(StatusCode::NO_CONTENT)
}

/// Tells the App's webhook where to go.
async fn app_hook(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    match hook_app(&github, read(&body)?) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Refused::Elsewhere),
    }
}

/// Sends the App an event as it is given.
async fn event(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    let Event { event, payload } = read(&body)?;
    emit(&github, &event, payload);
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the limits of a person, and starts counting again.
async fn limit(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    let Limited { login, limits } = read(&body)?;
    github.meter.limit(&login, limits);
    Ok(StatusCode::NO_CONTENT)
}

/// Lets an organization want single sign-on.
async fn require_sso(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    let Sso {
        organization,
        required,
    } = read(&body)?;
    github.require_sso(&organization, required);
    Ok(StatusCode::NO_CONTENT)
}

/// Gives `repository` another `name` below the same owner.
async fn rename(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    let Rename { repository, name } = read(&body)?;
    let settings = github.repo(&repository)?.settings;
    github.rename(&settings, &name)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Calls the `branch` of `repository` by another `name`.
async fn rename_branch(State(github): Shared, body: Bytes) -> Result<StatusCode, Refused> {
    let RenameBranch {
        repository,
        branch,
        name,
    } = read(&body)?;
    github.rename_branch(&github.repo(&repository)?, &branch, &name)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Merges pull request `number` of `repository` as somebody who may.
async fn merge(State(github): Shared, body: Bytes) -> Result<Response, Refused> {
    let Merge { repository, number } = read(&body)?;
    let oid = merge_past_rules(&github, &github.repo(&repository)?, number)?;
    Ok((StatusCode::CREATED, Json(json!({"oid": oid}))).into_response())
}

/// Lets `owner` fork a `repository`; answers the fork's name.
async fn fork(State(github): Shared, body: Bytes) -> Result<Response, Refused> {
    let Fork { repository, owner } = read(&body)?;
    let fork = github.fork(&github.repo(&repository)?, &owner)?;
    let name = json!({"full_name": fork.settings.full_name()});
    Ok((StatusCode::CREATED, Json(name)).into_response())
}

async fn reset(State(github): Shared) -> Result<StatusCode, Refused> {
    github.reset()?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Event {
    event: String,
    payload: Value,
}

#[derive(Deserialize)]
struct Limited {
    login: String,
    limits: Limits,
}

#[derive(Deserialize)]
struct Sso {
    organization: String,
    required: bool,
}

#[derive(Deserialize)]
struct Rename {
    repository: String,
    name: String,
}

#[derive(Deserialize)]
struct RenameBranch {
    repository: String,
    branch: String,
    name: String,
}

#[derive(Deserialize)]
struct Fork {
    repository: String,
    owner: String,
}

#[derive(Deserialize)]
struct Merge {
    repository: String,
    number: u64,
}

/// Reads JSON whatever the request calls it.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    Ok(serde_json::from_slice(body)?)
}

/// A control request that cannot be done.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("{0}")]
    Input(#[from] serde_json::Error),
    #[error("webhooks go to addresses of this machine only")]
    Elsewhere,
    #[error("{0}")]
    Repo(#[from] RepoError),
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let problem = Json(json!({"message": self.to_string()}));
        (StatusCode::UNPROCESSABLE_ENTITY, problem).into_response()
    }
}
