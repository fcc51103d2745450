//! Why the primary button cannot be pressed, if it cannot.

use shared::api::{BaseBranch, ModeOffer, Permission, SnapshotAnswer, WriteMode};
use shared::count::counted;
use shared::quote::sentence::{Name, capitalised};

use super::branch_state::BranchState;
use super::preview::Preview;
use super::wording::{branch_label, other_branch};

/// Why nothing can be committed now, in the order in which a person would clear it. `None` means go.
pub fn disabled_reason(
    preview: Option<&Preview>,
    signed_in: bool,
    branch_state: &BranchState,
) -> Option<String> {
    let Some(preview) = preview else {
        return Some("Complete the fields first.".to_owned());
    };
    if !signed_in {
        // What everybody can read is compared already.
        return Some(match branch_state {
            BranchState::Failed => "Sign in to compare with the branch and to commit.".to_owned(),
            _ => "Sign in to commit.".to_owned(),
        });
    }
    let spec = &preview.spec;
    match branch_state {
        BranchState::Loading => Some(format!("Reading {}…", branch_label(spec))),
        BranchState::Failed => Some(format!("{} could not be read.", branch_label(spec))),
        BranchState::Loaded(read) => refused(&read.answer).or_else(|| in_the_way(preview)),
    }
}

/// What GitHub would refuse, whatever the files.
pub fn refused(answer: &SnapshotAnswer) -> Option<String> {
    let name = &answer.repository.name;
    if let Some(why) = unwritable(name, answer.permission, answer.repository.archived) {
        return Some(why);
    }
    // An empty repository gets two commits, and a branch that does not exist begins from its base.
    let begins = answer.repository.empty || answer.base.is_some();
    if answer.head.is_none() && !begins {
        let instead = other_branch(answer).map_or_else(
            || "Create it on GitHub first.".to_owned(),
            |branch| format!("Create it on GitHub first, or use {}.", Name(branch)),
        );
        return Some(format!(
            "{name} has no branch {}. {instead}",
            Name(answer.branch.as_str())
        ));
    }
    None
}

/// Why a person can write nothing to a repository, if that is so.
pub fn unwritable(name: &str, permission: Permission, archived: bool) -> Option<String> {
    if archived {
        return Some(format!(
            "{name} is archived: nothing can be written. Unarchive it on GitHub."
        ));
    }
    (permission == Permission::Read)
        .then(|| format!("You can read {name}, but not push to it. Ask an owner for write access."))
}

/// What a person has to clear first.
pub fn in_the_way(preview: &Preview) -> Option<String> {
    let blocked = preview.outcome.as_ref().err()?;
    match blocked.obstacles.as_slice() {
        [] => None,
        [one] => Some(format!("{}. Move it away first.", one.message)),
        [first, rest @ ..] => Some(format!(
            "{}, and {} in the way. Move them away first.",
            first.message,
            counted(rest.len(), "more file")
        )),
    }
}

/// Why a change is no pull request where the branch does not exist.
pub const NO_TARGET: &str =
    "There is no such branch that a pull request could be for; the commit makes it.";

/// How the change reaches the branch, and why it must be that way, if it must.
pub fn mode(
    preview: &Preview,
    answer: &SnapshotAnswer,
    chosen: WriteMode,
) -> (WriteMode, Option<String>) {
    match &answer.mode {
        _ if preview.begins() => (WriteMode::Commit, Some(NO_TARGET.to_owned())),
        ModeOffer {
            mode: WriteMode::PullRequest,
            reason,
            ..
        } if preview.changes() > 0 => (WriteMode::PullRequest, reason.clone()),
        _ => (chosen, None),
    }
}

/// Why no pull request can be opened, where the change has to be one.
pub fn no_pull_request(answer: &SnapshotAnswer, mode: WriteMode) -> Option<String> {
    let why = answer.mode.no_pull_request.as_ref();
    let why = why.filter(|_| mode == WriteMode::PullRequest)?;
    Some(format!("No pull request can be opened: {why}."))
}

/// What is worth knowing about how the commit begins, before it is made.
pub fn beginning(answer: &SnapshotAnswer) -> Option<String> {
    let signing = answer.mode.signing.as_deref();
    let (mut text, instead) = if answer.repository.empty {
        let text = "The repository has no commit yet. Two commits are made: GitHub takes only one file in the first, so that \
             is `directory-info.json`, and everything else follows in the second.";
        (text.to_owned(), "")
    } else if let Some(base) = &answer.base {
        let text = format!(
            "There is no branch {} yet. It begins from {} at `{}`; the branch appears with the commit.",
            Name(answer.branch.as_str()),
            Name(base.branch.as_str()),
            base.head.short()
        );
        (text, " Then create it on GitHub first.")
    } else {
        return signing.map(str::to_owned);
    };
    if let Some(reason) = &answer.mode.reason {
        text.push_str(&format!(" GitHub may refuse that: {reason}.{instead}"));
    }
    if let Some(signing) = signing {
        text.push_str(&format!(" {}.", capitalised(signing)));
    }
    Some(text)
}

/// Tells whether the branch that was asked for does not exist; an empty repository has none yet.
pub fn is_without_branch(answer: &SnapshotAnswer) -> bool {
    answer.head.is_none() && !answer.repository.empty
}

/// What is said in place of a tree.
pub fn nothing_to_show(branch: &str) -> String {
    format!(
        "There is no branch {}, so there is nothing to compare.",
        Name(branch)
    )
}

/// Why nothing is written to the branch of a fabric among others.
pub fn gone(branch: &str) -> String {
    format!(
        "There is no branch {}; open the fabric to give it another one.",
        Name(branch)
    )
}

/// What is said beforehand of the branch of a fabric that is there already: the branch is gone, or never was.
pub fn beginning_anew(branch: &str, base: &BaseBranch) -> String {
    format!(
        "There is no branch {}. It would begin anew from {} at `{}`, with the files of that branch and without any others \
         that it had. If it was renamed, give the fabric its new name under Settings instead.",
        Name(branch),
        Name(base.branch.as_str()),
        base.head.short()
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::branch_state::LoadedBranch;
    use crate::preview::tests::{changed, spec};
    use shared::api::{BranchRules, Repository};
    use shared::plan::Overwrite;

    pub fn answer() -> SnapshotAnswer {
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
            committed_at: None,
            head_commit: None,
            root: snapshot.head().map(|head| head.tree),
            listings: Vec::new(),
            claim: None,
            near_branches: Vec::new(),
        }
    }

    fn reason(change: impl FnOnce(&mut SnapshotAnswer)) -> Option<String> {
        let mut answer = answer();
        change(&mut answer);
        let preview = Preview::new(spec(), Some(&changed()), Overwrite::No);
        disabled_reason(
            Some(&preview),
            true,
            &BranchState::Loaded(LoadedBranch::new(spec(), answer, changed())),
        )
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
        ] {
            assert!(
                found.as_ref().is_some_and(|text| text.contains(expected)),
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_protected_branch_is_reached_by_a_pull_request() {
        let preview = Preview::new(spec(), Some(&changed()), Overwrite::No);
        let mut answer = answer();
        assert_eq!(
            mode(&preview, &answer, WriteMode::Commit),
            (WriteMode::Commit, None)
        );
        answer.mode = ModeOffer {
            mode: WriteMode::PullRequest,
            reason: Some("`main` takes changes through pull requests only".into()),
            no_pull_request: Some("the branch `hedgerow` is in the way".into()),
            signing: None,
        };
        assert_eq!(no_pull_request(&answer, WriteMode::Commit), None);
        let why = no_pull_request(&answer, WriteMode::PullRequest);
        assert!(why.is_some_and(|why| why.contains("`hedgerow` is in the way")));
        let (mode, reason) = mode(&preview, &answer, WriteMode::Commit);
        assert_eq!(mode, WriteMode::PullRequest);
        assert!(reason.is_some_and(|reason| reason.contains("pull requests only")));
    }

    #[test]
    fn a_branch_that_is_made_takes_no_pull_request_and_no_unchanged() {
        let mut answer = answer();
        answer.mode.mode = WriteMode::PullRequest;
        answer.base = answer.head.take().map(|head| BaseBranch {
            branch: "trunk".into(),
            head,
        });
        let base = answer.base.as_ref();
        let preview = Preview::new(spec(), Some(&changed()), Overwrite::No).beginning(base);
        let (mode, reason) = mode(&preview, &answer, WriteMode::PullRequest);
        assert_eq!((mode, reason.is_some()), (WriteMode::Commit, true));
        let sent = preview
            .approved(mode)
            .and_then(|change| change.approval.base);
        assert_eq!(sent, answer.base);
        let does = crate::wording::create_action(Some(&preview), mode);
        assert_eq!(does, "Make acme/network@main and commit 13 files");
        // As what is compared with already holds everything.
        let mut whole = preview;
        if let Ok(plan) = &mut whole.outcome {
            (plan.writes, plan.commits) = (Vec::new(), 0);
            *plan = plan.clone().beginning("main", base);
        }
        assert!(!whole.is_up_to_date());
        let does = crate::wording::create_action(Some(&whole), mode);
        assert_eq!(does, "Make acme/network@main");
        assert_eq!(crate::wording::initialise_action(&whole, mode, false), does);
    }

    #[test]
    fn two_commits_and_new_branches_are_said_beforehand() {
        let mut answer = answer();
        assert_eq!(beginning(&answer), None);
        answer.base = answer.head.take().map(|head| BaseBranch {
            branch: "trunk".into(),
            head,
        });
        assert!(beginning(&answer).is_some_and(|text| text.contains("begins from `trunk`")));
        answer.mode.reason = Some("the rules do not let everybody create `main`".to_owned());
        assert!(beginning(&answer).is_some_and(|text| text.contains("not let everybody create")));
        answer.mode.signing = Some("the new branch is made first".to_owned());
        assert!(
            beginning(&answer).is_some_and(|text| text.ends_with(" The new branch is made first."))
        );
        answer.repository.empty = true;
        let text = beginning(&answer).unwrap_or_default();
        for part in [
            "Two commits",
            "not let everybody create `main`. ",
            "made first.",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn signing_in_comes_before_reading() {
        let preview = Preview::new(spec(), None, Overwrite::No);
        let reason = disabled_reason(Some(&preview), false, &BranchState::Loading);
        assert!(reason.is_some_and(|text| text.starts_with("Sign in")));
    }
}
