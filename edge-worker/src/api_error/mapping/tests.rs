#![allow(clippy::unwrap_used)]
use http::StatusCode;
use shared::problem::{Advice, Code};

use super::of_write;
use crate::github::GithubError::*;
use crate::github::RuleSubject;
use crate::operation::WriteError::{
    self, Contended, Github, NotProposed, ProposalRefused, ProtectedCommitOnly, TreeMismatch,
    Unconfirmed,
};

/// One error of each kind.
fn examples() -> Vec<WriteError> {
    let text = || "…".to_owned();
    let rule = |subject| {
        let words = text();
        Github(RuleViolated { subject, words })
    };
    let all = vec![
        Github(Unauthorized),
        Github(PermissionMissing {
            needed: Some("contents=write".to_owned()),
            reason: text(),
        }),
        Github(SsoRequired(None)),
        Github(TokenNotApproved(text())),
        Github(AppNotInstalled {
            repository: text(),
            needed: None,
        }),
        Github(Forbidden(text())),
        Github(NoRepository(text())),
        Github(Archived(text())),
        Github(Empty(text())),
        Github(Redirected),
        Github(BranchMissing(text())),
        Github(Stale),
        Contended,
        Github(Protected(text())),
        ProtectedCommitOnly(text()),
        ProposalRefused {
            branch: "hedgerow/…".to_owned(),
            words: text(),
        },
        rule(RuleSubject::Secret),
        rule(RuleSubject::Files),
        rule(RuleSubject::Message),
        rule(RuleSubject::Author),
        rule(RuleSubject::NewBranch),
        rule(RuleSubject::MergeCommit),
        rule(RuleSubject::LeftBehind),
        rule(RuleSubject::Signature),
        rule(RuleSubject::FirstSignature),
        rule(RuleSubject::Other),
        Github(TooLarge(text())),
        Github(RateLimited(Some(1_795_426_530_999))),
        Github(Unavailable {
            status: None,
            words: text(),
        }),
        Github(NotUnderstood),
        Github(Refused(text())),
        Github(PullRequestExists),
        Github(NothingToPropose),
        Github(TreeRefused {
            expected: text(),
            actual: text(),
        }),
        TreeMismatch {
            commit: text(),
            expected: text(),
            actual: text(),
        },
        Unconfirmed,
        WriteError::Interrupted,
        Github(AppKey(text())),
        Github(TooOld {
            lacks: text(),
            words: text(),
        }),
    ];
    // A kind that is missing above does not compile here, or fails there.
    let place = |error: &WriteError| match error {
        Github(Unauthorized) => 0,
        Github(PermissionMissing { .. }) => 1,
        Github(SsoRequired(_)) => 2,
        Github(TokenNotApproved(_)) => 3,
        Github(AppNotInstalled { .. }) => 4,
        Github(Forbidden(_)) => 5,
        Github(NoRepository(_)) => 6,
        Github(Archived(_)) => 7,
        Github(Empty(_)) => 8,
        Github(Redirected) => 9,
        Github(BranchMissing(_)) => 10,
        Github(Stale) => 11,
        Contended => 12,
        Github(Protected(_)) => 13,
        ProtectedCommitOnly(_) => 14,
        ProposalRefused { .. } => 15,
        Github(RuleViolated { subject, .. }) => match subject {
            RuleSubject::Secret => 16,
            RuleSubject::Files => 17,
            RuleSubject::Message => 18,
            RuleSubject::Author => 19,
            RuleSubject::NewBranch => 20,
            RuleSubject::MergeCommit => 21,
            RuleSubject::LeftBehind => 22,
            RuleSubject::Signature => 23,
            RuleSubject::FirstSignature => 24,
            RuleSubject::Other => 25,
        },
        Github(TooLarge(_)) => 26,
        Github(RateLimited(_)) => 27,
        Github(Unavailable { .. }) => 28,
        Github(NotUnderstood) => 29,
        Github(Refused(_)) => 30,
        Github(PullRequestExists) => 31,
        Github(NothingToPropose) => 32,
        Github(TreeRefused { .. }) => 33,
        TreeMismatch { .. } => 34,
        Unconfirmed => 35,
        WriteError::Interrupted => 36,
        Github(AppKey(_)) => 37,
        Github(TooOld { .. }) => 38,
        // It has the code and the next step of what it failed with.
        NotProposed { .. } => usize::MAX,
    };
    let places: Vec<usize> = all.iter().map(place).collect();
    assert_eq!(places, (0..39).collect::<Vec<_>>());
    all
}

/// Each code with its status.
pub fn all_codes() -> Vec<(StatusCode, Code)> {
    let all = examples();
    let parts = all.iter().map(of_write);
    parts.map(|(status, code, ..)| (status, code)).collect()
}

#[test]
fn errors_md_has_a_row_for_every_error() {
    let rows: Vec<String> = examples()
        .iter()
        .map(|error| {
            let (status, code, _, advice) = of_write(error);
            let page = match advice.page == advice.api {
                true => "the same",
                false => advice.page,
            };
            let Advice { api, .. } = advice;
            format!(
                "| `{code}` | {} | {error} | {api} | {page} |",
                status.as_u16()
            )
        })
        .collect();
    let documented: Vec<&str> = include_str!("../../../../docs/errors.md")
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert_eq!(
        documented,
        rows,
        "docs/errors.md should have these rows:\n{}",
        rows.join("\n")
    );
}

#[test]
fn messages_and_titles_fit_where_they_stand() {
    for error in examples() {
        let (_, _, title, _) = of_write(&error);
        assert!(!error.to_string().ends_with('.'));
        assert!(title.starts_with(char::is_uppercase), "{title}");
    }
}
