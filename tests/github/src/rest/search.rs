//! `GET /search/repositories`: words of the name, and the qualifiers `user:`, `org:`, `repo:`, `is:` and `archived:`.

use std::sync::Arc;

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Deserialize;
use serde_json::{Value, json};

use super::pagination::Page;
use super::repository::summary;
use crate::github::GitHub;
use crate::state::Repository;
use crate::web::{ApiError, Viewer};

#[derive(Debug, Default, Deserialize)]
pub(super) struct Search {
    q: Option<String>,
    page: Option<usize>,
    per_page: Option<usize>,
}

pub(super) async fn repositories(
    State(github): State<Arc<GitHub>>,
    Extension(viewer): Extension<Viewer>,
    OriginalUri(asked): OriginalUri,
    Query(search): Query<Search>,
) -> Result<(HeaderMap, Json<Value>), ApiError> {
    let wanted = search.q.as_deref().unwrap_or("").trim();
    if wanted.is_empty() {
        return Err(ApiError::invalid("Search", "q", "missing"));
    }
    let mut repos: Vec<_> = github
        .visible(&viewer)
        .into_iter()
        .filter(|(repo, reach)| reach.sso.is_none() || !repo.settings.private)
        .map(|(repo, _)| repo)
        .collect();
    repos.retain(|repo| fits(&repo.settings, wanted));
    repos.sort_by_key(|repo| repo.settings.full_name());
    let total = repos.len();
    let page = Page::new(search.page, search.per_page);
    let (headers, repos) = page.of(repos, &github.url, &asked);
    let items: Vec<_> = repos
        .iter()
        .map(|repo| {
            let mut item = summary(&github, repo, Some(&viewer));
            item["score"] = json!(1.0);
            item
        })
        .collect();
    let body = json!({"total_count": total, "incomplete_results": false, "items": items});
    Ok((headers, Json(body)))
}

/// Tells whether a repository meets every word of a search.
pub(crate) fn fits(repository: &Repository, wanted: &str) -> bool {
    let full_name = repository.full_name().to_lowercase();
    wanted.split_whitespace().all(|word| {
        let word = word.to_lowercase();
        let Some((qualifier, value)) = word.split_once(':') else {
            // A word with a slash is about the whole name, any other about the name below the owner.
            let name = match word.contains('/') {
                true => full_name.clone(),
                false => repository.name.to_lowercase(),
            };
            return name.contains(&word);
        };
        match (qualifier, value) {
            ("user" | "org", owner) => repository.owner.eq_ignore_ascii_case(owner),
            ("repo", name) => full_name == name,
            ("is" | "visibility", "private" | "public" | "internal") => {
                repository.visibility() == value
            }
            ("archived", value) => repository.archived == (value == "true"),
            // `in:name`, `fork:true`, `sort:…` leave nothing out here.
            _ => true,
        }
    })
}
