//! Why the primary button cannot be pressed, if it cannot.

use shared::api::{Permission, SnapshotAnswer};

use super::preview::Preview;
use super::wording::{files, other_branch};

/// What is known of the branch.
#[derive(Clone, Debug, PartialEq)]
pub enum Reading {
    /// The question is on its way, or waits for somebody to sign in.
    Asking,
    /// GitHub could not tell.
    Failed,
    /// It was read and its listings were verified.
    Read(Box<SnapshotAnswer>),
}

/// Why nothing can be committed now, in the order in which a person would clear it. `None` means go.
pub fn closed(preview: Option<&Preview>, signed_in: bool, reading: &Reading) -> Option<String> {
    let Some(preview) = preview else {
        return Some("Complete the fields first.".to_owned());
    };
    if !signed_in {
        return Some("Sign in to compare with the branch and to commit.".to_owned());
    }
    let spec = &preview.spec;
    match reading {
        Reading::Asking => Some(format!("Reading {}@{}…", spec.git_repository, spec.branch)),
        Reading::Failed => Some(format!(
            "{}@{} could not be read.",
            spec.git_repository, spec.branch
        )),
        Reading::Read(answer) => refused(answer).or_else(|| in_the_way(preview, answer)),
    }
}

/// What GitHub would refuse, whatever the files.
pub fn refused(answer: &SnapshotAnswer) -> Option<String> {
    let name = &answer.repository.name;
    if answer.repository.archived {
        return Some(format!(
            "{name} is archived: nothing can be written. Unarchive it on GitHub."
        ));
    }
    if answer.permission == Permission::Read {
        return Some(format!(
            "You can read {name}, but not push to it. Ask an owner for write access."
        ));
    }
    // An empty repository gets two commits, and a branch that does not exist begins from its base.
    let begins = answer.repository.empty || answer.base.is_some();
    if answer.head.is_none() && !begins {
        let instead = other_branch(answer).map_or_else(
            || "Create it on GitHub first.".to_owned(),
            |branch| format!("Create it on GitHub first, or use `{branch}`."),
        );
        return Some(format!(
            "{name} has no branch `{}`. {instead}",
            answer.branch
        ));
    }
    None
}

fn in_the_way(preview: &Preview, answer: &SnapshotAnswer) -> Option<String> {
    match &preview.outcome {
        Err(blocked) => match blocked.obstacles.as_slice() {
            [] => None,
            [one] => Some(format!("{}. Move it away first.", one.message)),
            [first, rest @ ..] => Some(format!(
                "{}, and {} more in the way. Move them away first.",
                first.message,
                files(rest.len())
            )),
        },
        Ok(plan) if answer.rules.pull_request_required && !plan.is_up_to_date() => Some(format!(
            "`{}` takes changes through pull requests only. Choose a branch that you can push to.",
            answer.branch
        )),
        Ok(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::preview::tests::{changed, spec};
    use shared::api::{BranchRules, ModeOffer, Repository};
    use shared::plan::Overwrite;

    fn answer() -> SnapshotAnswer {
        let snapshot = changed();
        SnapshotAnswer {
            repository: Repository {
                id: "R_1".into(),
                name: "acme/network".into(),
                url: String::new(),
                private: false,
                archived: false,
                empty: false,
                default_branch: Some("main".into()),
            },
            branch: "main".into(),
            directory: spec().gitops_directory,
            permission: Permission::Write,
            rules: BranchRules::default(),
            head: snapshot.head().map(|head| head.commit),
            base: None,
            mode: ModeOffer::default(),
            root: snapshot.head().map(|head| head.tree),
            listings: Vec::new(),
        }
    }

    fn reason(change: impl FnOnce(&mut SnapshotAnswer)) -> Option<String> {
        let mut answer = answer();
        change(&mut answer);
        let preview = Preview::new(spec(), Some(&changed()), Overwrite::No);
        closed(Some(&preview), true, &Reading::Read(Box::new(answer)))
    }

    #[test]
    fn every_refusal_is_stated() {
        assert_eq!(reason(|_| {}), None);
        for (found, expected) in [
            (
                reason(|answer| answer.permission = Permission::Read),
                "not push",
            ),
            (
                reason(|answer| answer.repository.archived = true),
                "archived",
            ),
            (reason(|answer| answer.head = None), "no branch"),
            (
                reason(|answer| answer.rules.pull_request_required = true),
                "pull requests only",
            ),
        ] {
            assert!(
                found.as_ref().is_some_and(|text| text.contains(expected)),
                "{found:?}"
            );
        }
    }

    #[test]
    fn signing_in_comes_before_reading() {
        let preview = Preview::new(spec(), None, Overwrite::No);
        let reason = closed(Some(&preview), false, &Reading::Asking);
        assert!(reason.is_some_and(|text| text.starts_with("Sign in")));
    }
}
