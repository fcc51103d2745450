//! `GET /user/repos`: the repositories in which the caller has a role.

use std::sync::Arc;

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde_json::Value;

use super::pagination::Page;
use super::repository::summary;
use crate::github::GitHub;
use crate::web::{ApiError, Viewer};

pub(super) async fn list(
    State(github): State<Arc<GitHub>>,
    Extension(viewer): Extension<Viewer>,
    OriginalUri(asked): OriginalUri,
    Query(page): Query<Page>,
) -> Result<(HeaderMap, Json<Vec<Value>>), ApiError> {
    let login = viewer.user()?.login.as_str();
    let mut repos = github.visible(Some(login));
    repos.retain(|repo| repo.settings.permissions.contains_key(login));
    repos.sort_by_key(|repo| repo.settings.full_name());
    let (headers, repos) = page.of(repos, &github.url, &asked);
    let bodies = repos.iter().map(|repo| summary(&github, repo, Some(login)));
    Ok((headers, Json(bodies.collect())))
}
