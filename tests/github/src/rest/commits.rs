//! `GET /repos/{owner}/{repo}/commits`, `…/commits/{ref}` and `…/compare/{base}...{head}`.

use axum::Json;
use axum::extract::{OriginalUri, Path, Query};
use axum::http::HeaderMap;
use git2::{Commit, Oid, Repository, Sort};
use serde::Deserialize;
use serde_json::{Value, json};

use super::changes::Changes;
use super::check_runs;
use super::commit::listed;
use super::pagination::Page;
use super::statuses;
use super::subject::Subject;
use crate::git::expression;
use crate::web::ApiError;

/// A comparison lists no more commits than this on its first page.
const COMPARED: usize = 250;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Filter {
    sha: Option<String>,
    path: Option<String>,
    page: Option<usize>,
    per_page: Option<usize>,
}

/// Lists commits, newest first.
pub(super) async fn list(
    subject: Subject,
    OriginalUri(asked): OriginalUri,
    Query(filter): Query<Filter>,
) -> Result<(HeaderMap, Json<Vec<Value>>), ApiError> {
    let objects = subject.objects()?;
    let usual = &subject.repo.settings.default_branch;
    let start = filter.sha.as_ref().unwrap_or(usual);
    let start = find(&objects, start).ok_or(ApiError::NOT_FOUND)?.id();
    let mut walk = objects.revwalk()?;
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
    walk.push(start)?;
    let mut found = Vec::new();
    for oid in walk {
        let commit = objects.find_commit(oid?)?;
        let path = filter.path.as_deref().filter(|path| !path.is_empty());
        if path.is_none_or(|path| touches(&commit, path)) {
            found.push(commit);
        }
    }
    let page = Page::new(filter.page, filter.per_page);
    let (headers, found) = page.below(found, &subject, &asked);
    let bodies = found.iter().map(|commit| listed(&subject, commit));
    Ok((headers, Json(bodies.collect())))
}

/// Tells whether a commit changed what is at `path`, against its first parent.
fn touches(commit: &Commit<'_>, path: &str) -> bool {
    let at = |commit: &Commit<'_>| {
        let tree = commit.tree().ok()?;
        let entry = tree.get_path(std::path::Path::new(path)).ok()?;
        Some((entry.id(), entry.filemode_raw()))
    };
    at(commit) != commit.parent(0).ok().as_ref().and_then(at)
}

/// Shows one commit with what it changed, or what is said about it.
pub(super) async fn show(
    subject: Subject,
    Path((_, _, name)): Path<(String, String, String)>,
    Query(asked): Query<check_runs::Filter>,
) -> Result<Json<Value>, ApiError> {
    if let Some((name, part)) = name.rsplit_once('/') {
        match part {
            "status" => return statuses::combined(&subject, name),
            "statuses" => return statuses::list(&subject, name),
            "check-runs" => return check_runs::list(&subject, name, &asked),
            _ => {}
        }
    }
    let objects = subject.objects()?;
    let commit = find(&objects, &name)
        .ok_or_else(|| ApiError::Unprocessable(format!("No commit found for SHA: {name}")))?;
    let parent = commit.parent(0).ok().map(|parent| parent.tree());
    let parent = parent.transpose()?;
    let tree = commit.tree()?;
    let changes = Changes::between(&subject, &objects, parent.as_ref(), &tree, commit.id())?;
    let mut body = listed(&subject, &commit);
    body["stats"] = json!({
        "additions": changes.additions,
        "deletions": changes.deletions,
        "total": changes.additions + changes.deletions,
    });
    body["files"] = json!(changes.files);
    Ok(Json(body))
}

/// Compares two branches, tags or commits: what `head` has that `base` has not.
pub(super) async fn compare(
    subject: Subject,
    Path((_, _, both)): Path<(String, String, String)>,
) -> Result<Json<Value>, ApiError> {
    let objects = subject.objects()?;
    let (base, head) = both.split_once("...").ok_or(ApiError::NOT_FOUND)?;
    let own = format!("{}:", subject.repo.settings.owner);
    let named = |name: &str| {
        find(&objects, name.strip_prefix(&own).unwrap_or(name)).ok_or(ApiError::NOT_FOUND)
    };
    let (base, head) = (named(base)?, named(head)?);
    // Without a common ancestor there is nothing to compare.
    let fork = objects.merge_base(base.id(), head.id());
    let fork = objects.find_commit(fork.map_err(|_| ApiError::NOT_FOUND)?)?;
    let (ahead, behind) = objects.graph_ahead_behind(head.id(), base.id())?;
    let status = match (ahead, behind) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let mut commits = between(&objects, base.id(), head.id())?;
    commits.truncate(COMPARED);
    let commits: Vec<_> = commits
        .iter()
        .map(|oid| Ok(listed(&subject, &objects.find_commit(*oid)?)))
        .collect::<Result<_, git2::Error>>()?;
    let old = fork.tree()?;
    let changes = Changes::between(&subject, &objects, Some(&old), &head.tree()?, head.id())?;
    let page = subject.page(&format!("/compare/{both}"));
    let permanent = format!("{}...{}", base.id(), head.id());
    Ok(Json(json!({
        "url": subject.api(&format!("/compare/{both}")),
        "html_url": page,
        "permalink_url": subject.page(&format!("/compare/{permanent}")),
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "base_commit": listed(&subject, &base),
        "merge_base_commit": listed(&subject, &fork),
        "status": status,
        "ahead_by": ahead,
        "behind_by": behind,
        "total_commits": ahead,
        "commits": commits,
        "files": changes.files,
    })))
}

/// Returns the commits of `head` that `base` does not contain, oldest first.
pub(super) fn between(objects: &Repository, base: Oid, head: Oid) -> Result<Vec<Oid>, git2::Error> {
    let mut walk = objects.revwalk()?;
    walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE)?;
    walk.push(head)?;
    walk.hide(base)?;
    walk.collect()
}

pub(super) fn find<'r>(objects: &'r Repository, name: &str) -> Option<Commit<'r>> {
    expression::resolve(objects, name)?.peel_to_commit().ok()
}
