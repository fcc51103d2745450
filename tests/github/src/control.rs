//! `/_standin`: what an end-to-end test controls over HTTP.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::git::{Push, RepoError};
use crate::github::GitHub;
use crate::traffic::{Fault, RecordedRequest};

type Shared = State<Arc<GitHub>>;

pub(crate) fn routes() -> Router<Arc<GitHub>> {
    Router::new()
        .route("/health", get(health))
        .route("/requests", get(requests).delete(forget_requests))
        .route("/faults", get(faults).post(inject).delete(forget_faults))
        .route("/commits", post(commit))
        .route("/reset", post(reset))
}

/// One fault or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Faults {
    Several(Vec<Fault>),
    One(Box<Fault>),
}

async fn health(State(github): Shared) -> Json<Value> {
    Json(json!({"status": "ok", "url": github.url}))
}

async fn requests(State(github): Shared) -> Json<Vec<RecordedRequest>> {
    Json(github.requests().clone())
}

async fn forget_requests(State(github): Shared) -> StatusCode {
    github.requests().clear();
    StatusCode::NO_CONTENT
}

async fn faults(State(github): Shared) -> Json<Vec<Fault>> {
    Json(github.faults().clone())
}

async fn inject(State(github): Shared, Json(faults): Json<Faults>) -> StatusCode {
    match faults {
        Faults::Several(several) => github.faults().extend(several),
        Faults::One(one) => github.faults().push(*one),
    }
    StatusCode::NO_CONTENT
}

async fn forget_faults(State(github): Shared) -> StatusCode {
    github.faults().clear();
    StatusCode::NO_CONTENT
}

async fn commit(State(github): Shared, Json(push): Json<Push>) -> Result<Response, Refused> {
    let oid = github.push(push)?;
    Ok((StatusCode::CREATED, Json(json!({"oid": oid}))).into_response())
}

async fn reset(State(github): Shared) -> Result<StatusCode, Refused> {
    github.reset()?;
    Ok(StatusCode::NO_CONTENT)
}

/// A control request that cannot be done.
struct Refused(RepoError);

impl From<RepoError> for Refused {
    fn from(error: RepoError) -> Self {
        Refused(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let problem = Json(json!({"message": self.0.to_string()}));
        (StatusCode::UNPROCESSABLE_ENTITY, problem).into_response()
    }
}
