//! `GET`, `PATCH` and `DELETE /repos/{owner}/{repo}`.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::account::{extend, simple};
use super::input::Input;
use super::subject::Subject;
use crate::git::Repo;
use crate::github::GitHub;
use crate::state::{NodeId, Permission};
use crate::web::{ApiError, Viewer, timestamp};

const CREATED_AT: &str = "2026-01-01T00:00:00Z";

/// Fields whose value is the API's address with this path after it.
const LINKS: [(&str, &str); 37] = [
    ("url", ""),
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    (
        "notifications_url",
        "/notifications{?since,all,participating}",
    ),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

pub(super) async fn show(subject: Subject) -> Json<Value> {
    Json(whole(&subject, &subject.repo))
}

/// Changes what an administrator may change; another name makes the old one lead here.
pub(super) async fn update(subject: Subject, request: Bytes) -> Result<Json<Value>, ApiError> {
    subject.administrable()?;
    let input = Input::parse(&request)?;
    let mut settings = subject.repo.settings.clone();
    if let Some(description) = input.maybe("description")? {
        settings.description = Some(description.to_owned());
    }
    if let Some(branch) = input.maybe("default_branch")? {
        if subject.repo.head(branch).is_none() {
            return Err(ApiError::invalid("Repository", "default_branch", "invalid"));
        }
        settings.default_branch = branch.to_owned();
    }
    if let Some(private) = input.get("private").as_bool() {
        settings.private = private;
    }
    if let Some(archived) = input.get("archived").as_bool() {
        settings.archived = archived;
    }
    let mut repo = subject.repo.clone();
    if settings != repo.settings {
        subject.github.change(settings.clone())?;
        repo.settings = settings;
    }
    if let Some(name) = input.maybe("name")?
        && name != repo.settings.name
    {
        let renamed = subject.github.rename(&repo.settings, name);
        let taken =
            |_| ApiError::custom("Repository", "name already exists on this account".into());
        repo = renamed.map_err(taken)?;
    }
    Ok(Json(whole(&subject, &repo)))
}

/// Throws a repository away.
pub(super) async fn delete(subject: Subject) -> Result<StatusCode, ApiError> {
    subject.administrable()?;
    subject.github.remove(&subject.repo)?;
    Ok(StatusCode::NO_CONTENT)
}

fn whole(subject: &Subject, repo: &Repo) -> Value {
    let mut body = summary(&subject.github, repo, Some(&subject.viewer));
    let more = json!({"network_count": 0, "subscribers_count": 0});
    extend(&mut body, more);
    body
}

/// Returns GitHub's `repository`, as lists have it.
pub(crate) fn summary(github: &GitHub, repo: &Repo, viewer: Option<&Viewer>) -> Value {
    let settings = &repo.settings;
    let login = viewer.and_then(Viewer::login);
    let asks_for_next_ids = viewer.is_some_and(|viewer| viewer.asks_for_next_ids);
    let full_name = settings.full_name();
    let page = format!("{}/{full_name}", github.url);
    let owner = github.user(&settings.owner);
    // Nobody has pushed to an empty repository; GitHub then says when it was created.
    let pushed_at = pushed_at(repo).map_or_else(|| CREATED_AT.to_owned(), timestamp);
    let mut body = json!({
        "id": settings.id,
        "node_id": NodeId::of_repository(settings.id, settings.node_ids, asks_for_next_ids),
        "name": settings.name,
        "full_name": full_name,
        "owner": owner.map(|owner| simple(&github.url, &owner)),
        "private": settings.private,
        "visibility": settings.visibility(),
        "archived": settings.archived,
        "disabled": false,
        "default_branch": settings.default_branch,
        "html_url": page,
        "clone_url": format!("{page}.git"),
        "git_url": format!("{page}.git"),
        "ssh_url": format!("{page}.git"),
        "svn_url": page,
        "mirror_url": null,
        "description": settings.description,
        "homepage": null,
        "language": null,
        "license": null,
        "topics": [],
        "fork": settings.fork_of.is_some(),
        "forks": 0, "forks_count": 0, "stargazers_count": 0, "watchers": 0, "watchers_count": 0,
        "open_issues": 0, "open_issues_count": 0, "size": 0,
        "has_issues": true, "has_projects": true, "has_wiki": true, "has_pages": false,
        "has_downloads": true, "has_discussions": false,
        "created_at": CREATED_AT,
        "updated_at": CREATED_AT,
        "pushed_at": pushed_at,
    });
    for switch in ["is_template", "web_commit_signoff_required"] {
        body[switch] = json!(false);
    }
    body["custom_properties"] = json!({});
    for (name, path) in LINKS {
        body[name] = json!(format!("{}/repos/{full_name}{path}", github.url));
    }
    // Nobody's permissions are shown to nobody.
    if let (Some(_), Some(permission)) = (login, settings.permission_of(login)) {
        body["permissions"] = permissions(permission);
    }
    body
}

pub(super) fn permissions(permission: Permission) -> Value {
    json!({
        "admin": permission >= Permission::Admin,
        "maintain": permission >= Permission::Maintain,
        "push": permission >= Permission::Write,
        "triage": permission >= Permission::Triage,
        "pull": true,
    })
}

fn pushed_at(repo: &Repo) -> Option<i64> {
    let objects = repo.open().ok()?;
    let head = objects.head().ok()?.peel_to_commit().ok()?;
    Some(head.committer().when().seconds())
}
