//! `GET /user/repos`: the repositories in which the caller has a role.

use std::sync::Arc;

use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, HeaderValue};
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
    let mut repos = github.visible(&viewer);
    repos.retain(|(repo, _)| repo.settings.permissions.contains_key(login));
    repos.sort_by_key(|(repo, _)| repo.settings.full_name());
    let hidden = repos
        .iter()
        .any(|(repo, reach)| reach.sso.is_some() && repo.settings.private);
    repos.retain(|(repo, reach)| reach.sso.is_none() || !repo.settings.private);
    let (mut headers, repos) = page.of(repos, &github.url, &asked);
    if hidden {
        let partial = HeaderValue::from_static("partial-results; organizations=9001");
        headers.insert("x-github-sso", partial);
    }
    let bodies = repos
        .iter()
        .map(|(repo, _)| summary(&github, repo, Some(&viewer)));
    Ok((headers, Json(bodies.collect())))
}
