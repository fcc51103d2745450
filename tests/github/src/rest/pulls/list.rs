//! `GET` of pull requests: a list, one, and the files of one.

use axum::Json;
use axum::extract::{OriginalUri, Query};
use axum::http::HeaderMap;
use git2::Oid;
use serde::Deserialize;
use serde_json::Value;

use super::One;
use super::body::{simple, whole};
use super::create::own_branch;
use super::state::Pulls;
use crate::rest::changes::Changes;
use crate::rest::pagination::Page;
use crate::rest::subject::Subject;
use crate::state::{PullRequest, PullState};
use crate::web::ApiError;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Filter {
    state: Option<String>,
    head: Option<String>,
    base: Option<String>,
    direction: Option<String>,
    page: Option<usize>,
    per_page: Option<usize>,
}

/// Lists open pull requests, newest first, unless something else is asked for.
pub(super) async fn list(
    subject: Subject,
    OriginalUri(asked): OriginalUri,
    Query(filter): Query<Filter>,
) -> Result<(HeaderMap, Json<Vec<Value>>), ApiError> {
    subject.may_read("pull_requests")?;
    let mut pulls = Pulls::all(&subject.github, &subject.repo)?;
    let state = filter.state.as_deref().unwrap_or("open");
    pulls.retain(|pull| match state {
        "all" => true,
        "closed" => pull.state != PullState::Open,
        _ => pull.state == PullState::Open,
    });
    // Without an owner the filter is not one: GitHub then lists everything.
    if let Some(head) = filter.head.as_deref().filter(|head| head.contains(':')) {
        let branch = own_branch(&subject, head);
        pulls.retain(|pull| Some(&pull.head) == branch.as_ref());
    }
    if let Some(base) = &filter.base {
        pulls.retain(|pull| pull.base == *base);
    }
    if filter.direction.as_deref() != Some("asc") {
        pulls.reverse();
    }
    let page = Page::new(filter.page, filter.per_page);
    let (headers, pulls) = page.below(pulls, &subject, &asked);
    let bodies = pulls.iter().map(|pull| simple(&subject, pull));
    Ok((headers, Json(bodies.collect())))
}

pub(super) async fn show(one: One) -> Result<Json<Value>, ApiError> {
    Ok(Json(whole(&one.subject, &one.pull)?))
}

pub(super) async fn files(
    one: One,
    OriginalUri(asked): OriginalUri,
    Query(page): Query<Page>,
) -> Result<(HeaderMap, Json<Vec<Value>>), ApiError> {
    let files = changes(&one.subject, &one.pull)?.files;
    let (headers, files) = page.below(files, &one.subject, &asked);
    Ok((headers, Json(files)))
}

/// Compares a pull request with where it left the base branch.
pub(super) fn changes(subject: &Subject, pull: &PullRequest) -> Result<Changes, ApiError> {
    let objects = subject.repo.open()?;
    let (base, head) = (
        Oid::from_str(&pull.base_oid)?,
        Oid::from_str(&pull.head_oid)?,
    );
    let fork = objects.merge_base(base, head).ok();
    let old = fork
        .map(|fork| objects.find_commit(fork)?.tree())
        .transpose()?;
    let new = objects.find_commit(head)?.tree()?;
    Changes::between(subject, &objects, old.as_ref(), &new, head)
}
