//! Why a write did not end as it was approved: what GitHub said, or what was seen of the branch afterwards.

use serde::{Deserialize, Serialize};
use shared::quote::sentence::Name;

use crate::github::{GithubError, RuleSubject};

/// Why a write did not end as it was approved. `docs/errors.md` has a row for each kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub(crate) enum WriteError {
    #[error("{0}")]
    Github(#[from] GithubError),
    #[error("other commits keep arriving on the branch")]
    Contended,
    /// As [`GithubError::Protected`], for a write that no pull request can carry.
    #[error("the branch is protected: {0}")]
    ProtectedCommitOnly(String),
    /// A rule keeps the change off the branch that a pull request would come from.
    #[error("the rules of the repository also hold for {}, the branch of the pull request: {words}", Name(.branch))]
    ProposalRefused { branch: String, words: String },
    #[error(
        "the commit {commit} was made, but its tree is {actual} and not the approved {expected}"
    )]
    TreeMismatch {
        commit: String,
        expected: String,
        actual: String,
    },
    /// The commit of a pull request was made, and its last step failed.
    #[error("{} {}, and proposing again goes on from there; {}: {error}", done(.commit.as_deref()), Name(.branch), undone(*.open))]
    NotProposed {
        branch: String,
        /// None where the commit was there before.
        commit: Option<String>,
        /// The number of the pull request that is open.
        open: Option<u64>,
        error: GithubError,
    },
    #[error("GitHub did not answer, and it is not known whether the commit was made")]
    Unconfirmed,
    #[error("Hedgerow was interrupted before anything was sent to GitHub; nothing was written")]
    Interrupted,
}

fn done(commit: Option<&str>) -> String {
    match commit {
        Some(commit) => format!("the commit {commit} was made on the branch"),
        None => "the change is there already, on the branch".to_owned(),
    }
}

fn undone(open: Option<u64>) -> String {
    match open {
        Some(number) => {
            format!("pull request {number} has it, but its title and description were not updated")
        }
        None => "no pull request was opened for it".to_owned(),
    }
}

impl WriteError {
    /// What GitHub said of a write to the branch that a pull request would come from: that branch has rules as well.
    pub(crate) fn of_proposal(error: GithubError, branch: &str) -> Self {
        match error {
            GithubError::Protected(words)
            | GithubError::RuleViolated {
                subject: RuleSubject::NewBranch,
                words,
            } => Self::ProposalRefused {
                branch: branch.to_owned(),
                words,
            },
            error => error.into(),
        }
    }

    /// What GitHub said of the commit that a branch begins with, or a repository: a pull request could not be against a
    /// branch that does not exist.
    pub(crate) fn of_beginning(error: GithubError, is_first: bool) -> Self {
        match error {
            GithubError::RuleViolated {
                subject: RuleSubject::Signature,
                words,
            } if is_first => Self::Github(GithubError::RuleViolated {
                subject: RuleSubject::FirstSignature,
                words,
            }),
            GithubError::Protected(words) => Self::Github(GithubError::RuleViolated {
                subject: RuleSubject::NewBranch,
                words,
            }),
            error => error.into(),
        }
    }

    /// What GitHub said of a write that no pull request can carry.
    pub(crate) fn of_commit_only(error: GithubError) -> Self {
        match error {
            GithubError::Protected(words) => Self::ProtectedCommitOnly(words),
            error => error.into(),
        }
    }
}
