//! What happened since the last look: references that moved by any way, and pull requests that changed.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use serde_json::json;

use super::payload;
use super::{Hook, Known, Target, send};
use crate::git::{Repo, RepoError};
use crate::github::GitHub;
use crate::rest::Pulls;
use crate::state::{PullRequest, PullState};

/// Looks at every repository that somebody watches, and tells what is new. `login` is who has just asked for something.
pub(crate) fn look(github: &Arc<GitHub>, login: Option<&str>) {
    if github.hooks.lock().hooks.is_empty() {
        return;
    }
    let _turn = github
        .hooks
        .looking
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    super::installed::look(github, login);
    for (repo, hooks) in watched(github) {
        let id = repo.settings.id;
        // A repository that goes away in the meantime has nothing to tell.
        let Ok(now) = known(github, &repo) else {
            continue;
        };
        let before = github.hooks.lock().known.insert(id, now.clone());
        let Some(before) = before.filter(|before| *before != now) else {
            continue;
        };
        for (event, payload) in events(github, &repo, &before, &now, login) {
            for hook in &hooks {
                send(
                    github,
                    hook,
                    event,
                    payload::for_hook(github, hook, &repo, payload.clone()),
                );
            }
        }
    }
}

/// Returns the repositories with the hooks that are told about them.
fn watched(github: &GitHub) -> Vec<(Repo, Vec<Hook>)> {
    let hooks = github.hooks.lock().hooks.clone();
    let installations = github.installations();
    let is_subscribed = |repo: &Repo, hook: &Hook| match hook.target {
        Target::Repository(id) => id == repo.settings.id,
        Target::App(app) => installations
            .iter()
            .any(|known| known.app == app && known.covers(&repo.settings)),
    };
    let repos = github.repos().into_iter();
    repos
        .map(|repo| {
            let own: Vec<_> = hooks
                .iter()
                .filter(|hook| is_subscribed(&repo, hook))
                .cloned()
                .collect();
            (repo, own)
        })
        .filter(|(_, hooks)| !hooks.is_empty())
        .collect()
}

fn known(github: &GitHub, repo: &Repo) -> Result<Known, RepoError> {
    let objects = repo.open()?;
    let mut references = BTreeMap::new();
    for reference in objects.references()? {
        let reference = reference?;
        // What GitHub makes of pull requests is no push.
        let told = |name: &&str| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
        if let (Some(name), Some(target)) = (reference.name().ok().filter(told), reference.target())
        {
            references.insert(name.to_owned(), target.to_string());
        }
    }
    let pulls = Pulls::all(github, repo)?;
    Ok(Known {
        references,
        pulls,
        is_private: repo.settings.private,
        is_archived: repo.settings.archived,
        name: repo.settings.name.clone(),
    })
}

fn events(
    github: &Arc<GitHub>,
    repo: &Repo,
    before: &Known,
    now: &Known,
    login: Option<&str>,
) -> Vec<(&'static str, serde_json::Value)> {
    let mut events = Vec::new();
    let names = before.references.keys().chain(now.references.keys());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names.dedup();
    for name in names {
        let (old, new) = (before.references.get(name), now.references.get(name));
        if old != new {
            let push = payload::push(github, repo, name, old, new, login);
            events.push(("push", push));
        }
    }
    for (is_it, was_it, [begins, ends]) in [
        (
            now.is_private,
            before.is_private,
            ["privatized", "publicized"],
        ),
        (
            now.is_archived,
            before.is_archived,
            ["archived", "unarchived"],
        ),
    ] {
        if is_it != was_it {
            let action = if is_it { begins } else { ends };
            events.push((
                "repository",
                payload::repository(github, repo, action, login),
            ));
        }
    }
    if now.name != before.name {
        let mut renamed = payload::repository(github, repo, "renamed", login);
        renamed["changes"] = json!({"repository": {"name": {"from": before.name}}});
        events.push(("repository", renamed));
    }
    for pull in &now.pulls {
        let old = before.pulls.iter().find(|old| old.number == pull.number);
        if let Some(action) = action(old, pull) {
            let payload = payload::pull_request(github, repo, (old, pull), action, login);
            events.push(("pull_request", payload));
        }
    }
    events
}

/// Returns GitHub's word for what became of a pull request.
fn action(old: Option<&PullRequest>, new: &PullRequest) -> Option<&'static str> {
    let Some(old) = old else {
        return Some("opened");
    };
    Some(match (old.state, new.state) {
        (PullState::Open, PullState::Closed | PullState::Merged) => "closed",
        (PullState::Closed, PullState::Open) => "reopened",
        _ if old.head_oid != new.head_oid => "synchronize",
        _ if (&old.title, &old.body, &old.base) != (&new.title, &new.body, &new.base) => "edited",
        _ => return None,
    })
}
