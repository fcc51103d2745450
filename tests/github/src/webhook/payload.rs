//! Payloads, member for member as far as receivers look (npm `@octokit/webhooks-schemas`).

use std::sync::Arc;

use git2::{Oid, Repository};
use serde_json::{Value, json};

use super::{Hook, Target};
use crate::git::Repo;
use crate::github::GitHub;
use crate::rest::{pull_request_body, repository_summary, simple_user};
use crate::state::PullRequest;
use crate::web::timestamp;

const ZERO: &str = "0000000000000000000000000000000000000000";
/// A push names no more commits than this.
const MOST: usize = 2048;

/// Returns what a new hook is told first.
pub(crate) fn ping(github: &GitHub, hook: &Hook, shown: Value, repo: Option<&Repo>) -> Value {
    let mut body = json!({"zen": "Keep it logically awesome.", "hook_id": hook.id, "hook": shown});
    if let Some(repo) = repo {
        body["repository"] = repository_summary(github, repo, None);
        body["sender"] = sender(github, Some(&repo.settings.owner));
    }
    body
}

/// Returns `push`: a reference that was made, moved or taken away. `head_commit` is null for the last.
pub(super) fn push(
    github: &GitHub,
    repo: &Repo,
    name: &str,
    old: Option<&String>,
    new: Option<&String>,
    login: Option<&str>,
) -> Value {
    let (before, after) = (
        old.map_or(ZERO, String::as_str),
        new.map_or(ZERO, String::as_str),
    );
    let objects = repo.open().ok();
    let commits = objects.as_ref().and_then(|objects| {
        let fresh = fresh(objects, old, new?)?;
        let page = format!("{}/{}", github.url, repo.settings.full_name());
        fresh
            .into_iter()
            .map(|oid| commit(objects, oid, &page))
            .collect::<Option<Vec<_>>>()
    });
    let commits = commits.unwrap_or_default();
    let forced = match (&objects, old, new) {
        (Some(objects), Some(old), Some(new)) => !contains(objects, new, old),
        _ => false,
    };
    let page = format!("{}/{}", github.url, repo.settings.full_name());
    let name_of = login.unwrap_or("somebody-else");
    json!({
        "ref": name,
        "before": before,
        "after": after,
        "base_ref": null,
        "created": old.is_none(),
        "deleted": new.is_none(),
        "forced": forced,
        "compare": format!("{page}/compare/{before}...{after}"),
        "head_commit": commits.last(),
        "commits": commits,
        "repository": repository_summary(github, repo, None),
        "pusher": {"name": name_of, "email": null},
        "sender": sender(github, login),
    })
}

/// Returns `repository`.
pub(super) fn repository(github: &GitHub, repo: &Repo, action: &str, login: Option<&str>) -> Value {
    json!({
        "action": action,
        "repository": repository_summary(github, repo, None),
        "sender": sender(github, login),
    })
}

/// Returns what a list of an installation's repositories says of these.
pub(super) fn listed(github: &GitHub, numbers: impl Iterator<Item = u64>) -> Vec<Value> {
    let repos = numbers.filter_map(|number| github.repo_by_id(number));
    let listed = repos.map(|repo| {
        let summary = repository_summary(github, &repo, None);
        json!({
            "id": summary["id"], "node_id": summary["node_id"], "name": summary["name"],
            "full_name": summary["full_name"], "private": summary["private"],
        })
    });
    listed.collect()
}

/// Returns `pull_request`; `old` is what it was before.
pub(super) fn pull_request(
    github: &Arc<GitHub>,
    repo: &Repo,
    (old, pull): (Option<&PullRequest>, &PullRequest),
    action: &str,
    login: Option<&str>,
) -> Value {
    let mut payload = json!({
        "action": action,
        "number": pull.number,
        "pull_request": pull_request_body(github, repo, pull),
        "repository": repository_summary(github, repo, None),
        "sender": sender(github, login),
    });
    if let Some(old) = old.filter(|_| action == "edited") {
        payload["changes"] = changes(old, pull);
    }
    if let Some(old) = old.filter(|_| action == "synchronize") {
        payload["before"] = json!(old.head_oid);
        payload["after"] = json!(pull.head_oid);
    }
    payload
}

/// What somebody edited, and what it was.
fn changes(old: &PullRequest, new: &PullRequest) -> Value {
    let mut changes = json!({});
    if old.title != new.title {
        changes["title"] = json!({"from": old.title});
    }
    if old.body != new.body {
        changes["body"] = json!({"from": old.body.as_deref().unwrap_or_default()});
    }
    if old.base != new.base {
        changes["base"] = json!({"ref": {"from": old.base}, "sha": {"from": old.base_oid}});
    }
    changes
}

/// Adds the installation that an App is told through.
pub(super) fn for_hook(github: &GitHub, hook: &Hook, repo: &Repo, mut payload: Value) -> Value {
    if let Target::App(app) = hook.target {
        let installations = github.installations();
        let known = installations
            .iter()
            .find(|known| known.app == app && known.covers(&repo.settings));
        if let Some(known) = known {
            payload["installation"] = json!({"id": known.id, "node_id": format!("I_{}", known.id)});
        }
    }
    payload
}

pub(super) fn sender(github: &GitHub, login: Option<&str>) -> Value {
    let user = login
        .and_then(|login| github.user(login))
        .or_else(|| github.user("ada"));
    user.map_or(Value::Null, |user| simple_user(&github.url, &user))
}

fn contains(objects: &Repository, new: &str, old: &str) -> bool {
    let (Ok(new), Ok(old)) = (Oid::from_str(new), Oid::from_str(old)) else {
        return false;
    };
    new == old || objects.graph_descendant_of(new, old).unwrap_or(false)
}

/// Returns the commits that the reference did not contain before, oldest first.
fn fresh(objects: &Repository, old: Option<&String>, new: &str) -> Option<Vec<Oid>> {
    let mut walk = objects.revwalk().ok()?;
    walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE)
        .ok()?;
    walk.push(Oid::from_str(new).ok()?).ok()?;
    match old {
        Some(old) => walk.hide(Oid::from_str(old).ok()?).ok()?,
        // A new branch tells only its own head.
        None => return Some(vec![Oid::from_str(new).ok()?]),
    }
    walk.take(MOST).collect::<Result<_, _>>().ok()
}

fn commit(objects: &Repository, oid: Oid, page: &str) -> Option<Value> {
    let commit = objects.find_commit(oid).ok()?;
    let parent = commit.parent(0).ok().and_then(|parent| parent.tree().ok());
    let tree = commit.tree().ok()?;
    let diff = objects
        .diff_tree_to_tree(parent.as_ref(), Some(&tree), None)
        .ok()?;
    let (mut added, mut removed, mut modified) = (Vec::new(), Vec::new(), Vec::new());
    for delta in diff.deltas() {
        let path = delta.new_file().path_bytes().unwrap_or_default();
        let path = String::from_utf8_lossy(path).into_owned();
        match delta.status() {
            git2::Delta::Added => added.push(path),
            git2::Delta::Deleted => removed.push(path),
            _ => modified.push(path),
        }
    }
    let person = |who: &git2::Signature<'_>| {
        json!({
            "name": String::from_utf8_lossy(who.name_bytes()),
            "email": String::from_utf8_lossy(who.email_bytes()),
        })
    };
    Some(json!({
        "id": oid.to_string(),
        "tree_id": commit.tree_id().to_string(),
        "distinct": true,
        "message": String::from_utf8_lossy(commit.message_raw_bytes()),
        "timestamp": timestamp(commit.committer().when().seconds()),
        "url": format!("{page}/commit/{oid}"),
        "author": person(&commit.author()),
        "committer": person(&commit.committer()),
        "added": added,
        "removed": removed,
        "modified": modified,
    }))
}
