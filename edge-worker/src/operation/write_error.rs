//! Why a write did not end as it was approved: what GitHub said, or what was seen of the branch afterwards.

use crate::github::GithubError;

/// Why a write did not end as it was approved. `docs/errors.md` has a row for each kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum WriteError {
    #[error("{0}")]
    Github(#[from] GithubError),
    #[error("other commits keep arriving on the branch")]
    Contended,
    /// As [`GithubError::Protected`], for a write that no pull request can carry.
    #[error("the branch is protected: {0}")]
    ProtectedCommitOnly(String),
    #[error(
        "the commit {commit} was made, but its tree is {actual} and not the approved {expected}"
    )]
    TreeMismatch {
        commit: String,
        expected: String,
        actual: String,
    },
    #[error("GitHub did not answer, and it is not known whether the commit was made")]
    Unconfirmed,
}
