//! Where the App is installed since the last look, and where no longer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::payload::{listed, sender};
use super::{Installed, emit};
use crate::app::{APP_ID, installation_body};
use crate::github::GitHub;
use crate::state::{Installation, Selection};

/// Looks at the installations of the App, and tells it what is new.
pub(super) fn look(github: &Arc<GitHub>, login: Option<&str>) {
    let now = installed(github);
    let before = github.hooks.lock().installed.replace(now.clone());
    let Some(before) = before.filter(|before| *before != now) else {
        return;
    };
    for (id, (installation, covered)) in &now {
        let Some((was, had)) = before.get(id) else {
            let created = told(github, installation, "created", login);
            emit(github, "installation", with_all(github, created, covered));
            continue;
        };
        if was.suspended != installation.suspended {
            let action = if installation.suspended {
                "suspend"
            } else {
                "unsuspend"
            };
            emit(
                github,
                "installation",
                told(github, installation, action, login),
            );
        }
        if was.permissions != installation.permissions {
            let accepted = told(github, installation, "new_permissions_accepted", login);
            emit(github, "installation", with_all(github, accepted, covered));
        }
        for (action, new) in [("added", covered - had), ("removed", had - covered)] {
            if new.is_empty() {
                continue;
            }
            let list = listed(github, new.into_iter());
            let mut changed = told(github, installation, action, login);
            let selection = match installation.repositories {
                Selection::All => "all",
                Selection::Only(_) => "selected",
            };
            changed["repository_selection"] = json!(selection);
            changed["repositories_added"] = json!([]);
            changed["repositories_removed"] = json!([]);
            changed[format!("repositories_{action}")] = json!(list);
            changed["requester"] = Value::Null;
            emit(github, "installation_repositories", changed);
        }
    }
    for (id, (installation, covered)) in &before {
        if !now.contains_key(id) {
            let deleted = told(github, installation, "deleted", login);
            emit(github, "installation", with_all(github, deleted, covered));
        }
    }
}

fn installed(github: &GitHub) -> BTreeMap<u64, Installed> {
    let repos = github.repos();
    let own = github.installations().into_iter();
    let own = own.filter(|installation| installation.app == APP_ID);
    own.map(|installation| {
        // One that is suspended covers what it did.
        let active = Installation {
            suspended: false,
            ..installation.clone()
        };
        let covered = repos.iter().filter(|repo| active.covers(&repo.settings));
        let covered: BTreeSet<u64> = covered.map(|repo| repo.settings.id).collect();
        (installation.id, (installation, covered))
    })
    .collect()
}

fn told(github: &GitHub, installation: &Installation, action: &str, login: Option<&str>) -> Value {
    let mut body = installation_body(github, installation);
    let sender = sender(github, login);
    if installation.suspended {
        body["suspended_by"] = sender.clone();
        body["suspended_at"] = json!("2026-01-01T00:00:00Z");
    }
    json!({"action": action, "installation": body, "sender": sender})
}

fn with_all(github: &GitHub, mut told: Value, covered: &BTreeSet<u64>) -> Value {
    told["repositories"] = json!(listed(github, covered.iter().copied()));
    told
}
