//! GitHub's GraphQL API: the part of its schema that Hedgerow's documents use, name for name.

mod blob;
mod commit;
mod connection;
mod create_commit;
mod failure;
mod object;
mod pull_request;
mod query;
mod rate_limit;
mod reference;
mod refusal;
mod repository;
mod rules;
mod scalars;
mod source;
mod tag;
mod tree;
mod update_refs;
mod user;

use std::sync::{Arc, LazyLock};

use async_graphql::{EmptySubscription, Request, Schema, Variables};
use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::Value;

use crate::github::GitHub;
use crate::web::{ApiError, Viewer};

/// GitHub takes mutations of about 40 MB (one measurement: 40 MiB failed).
const BODY_LIMIT: usize = 40_000_000;

type GitHubSchema = Schema<query::Query, create_commit::Mutation, EmptySubscription>;

static SCHEMA: LazyLock<GitHubSchema> = LazyLock::new(|| {
    let schema = Schema::build(query::Query, create_commit::Mutation, EmptySubscription);
    schema.finish()
});

/// Returns the served schema in GraphQL's own language.
pub(crate) fn sdl() -> String {
    SCHEMA.sdl()
}

/// Answers `POST /graphql`. Whatever goes wrong inside a document is a 200 with `errors`.
pub(crate) async fn answer(
    State(github): State<Arc<GitHub>>,
    Extension(viewer): Extension<Viewer>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    if viewer.user.is_none() {
        return Err(ApiError::GraphqlRequiresAuthentication);
    }
    if body.len() > BODY_LIMIT {
        return Err(ApiError::TooLarge);
    }
    let body: Value = serde_json::from_slice(&body).map_err(|_| ApiError::BadJson)?;
    let document = body["query"].as_str().ok_or(ApiError::BadRequest(
        "A query attribute must be specified and must be a string.",
    ))?;
    let mut request = Request::new(document)
        .variables(Variables::from_json(body["variables"].clone()))
        .data(github)
        .data(viewer);
    if let Some(name) = body["operationName"].as_str() {
        request = request.operation_name(name);
    }
    let response = SCHEMA.execute(request).await;
    let response = serde_json::to_value(response).map_err(|_| ApiError::BadJson)?;
    Ok(Json(failure::as_github_writes(response)))
}
