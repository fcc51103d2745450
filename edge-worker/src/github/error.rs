//! What GitHub can answer instead of what was asked for.

use http::StatusCode;

/// Why GitHub did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GithubError {
    #[error("GitHub does not accept the token; it may have expired or been revoked")]
    Unauthorized,
    #[error("GitHub refused: {0}")]
    Forbidden(String),
    #[error("there is no repository {0}, or you cannot see it")]
    NoRepository(String),
    #[error("the branch moved while the commit was being made")]
    Stale,
    #[error("the branch is protected: {0}")]
    Protected(String),
    #[error("GitHub's rate limit is reached{}", .0.map(|seconds| format!("; it asks to wait {seconds} seconds")).unwrap_or_default())]
    RateLimited(Option<u64>),
    #[error("GitHub did not answer: {0}")]
    Unavailable(String),
    #[error("GitHub gave an answer that cannot be understood: {0}")]
    NotUnderstood(String),
    #[error("GitHub refused the commit: {0}")]
    Refused(String),
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
    #[error("the GitHub App's private key cannot be used: {0}")]
    AppKey(String),
    #[error("other commits keep arriving on the branch")]
    Contended,
}

impl GithubError {
    /// Status, code, title and next step.
    pub(crate) fn parts(&self) -> (StatusCode, &'static str, &'static str, &'static str) {
        match self {
            Self::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "github_unauthorized",
                "Token not accepted",
                "sign in again with a valid token",
            ),
            Self::Forbidden(_) => (
                StatusCode::FORBIDDEN,
                "github_forbidden",
                "Refused by GitHub",
                "check the token's permissions (Contents: read and write) and your organisation's rules for tokens",
            ),
            Self::NoRepository(_) => (
                StatusCode::NOT_FOUND,
                "repository_not_found",
                "No such repository",
                "check `owner/name`, and that your token covers the repository",
            ),
            Self::Stale | Self::Contended => (
                StatusCode::CONFLICT,
                "head_moved",
                "The branch moved",
                "preview again and approve the new plan",
            ),
            Self::Protected(_) => (
                StatusCode::CONFLICT,
                "branch_protected",
                "Protected branch",
                "choose a branch that you may push to, or ask for the rule to be changed",
            ),
            Self::RateLimited(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "rate_limited",
                "Rate limited",
                "wait, then try again",
            ),
            Self::Unavailable(_) => (
                StatusCode::BAD_GATEWAY,
                "github_unavailable",
                "GitHub unavailable",
                "try again in a minute; nothing that you typed is lost",
            ),
            Self::NotUnderstood(_) => (
                StatusCode::BAD_GATEWAY,
                "github_answer",
                "Answer not understood",
                "try again; if it stays so, report it with the request's id",
            ),
            Self::Refused(_) => (
                StatusCode::CONFLICT,
                "github_refused",
                "Refused by GitHub",
                "read GitHub's reason, mend it, then initialise again",
            ),
            Self::TreeMismatch { .. } => (
                StatusCode::CONFLICT,
                "tree_mismatch",
                "Not what was approved",
                "look at the commit on GitHub, revert it if it is wrong, then validate the fabric",
            ),
            Self::AppKey(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "app_key",
                "App not usable",
                "the operator stores the App's private key again, as GitHub handed it out",
            ),
            Self::Unconfirmed => (
                StatusCode::BAD_GATEWAY,
                "unconfirmed",
                "Outcome unknown",
                "validate the fabric: that reads the branch and settles what happened",
            ),
        }
    }

    /// Tells whether a write that ended so may have been carried out all the same.
    pub(crate) fn leaves_write_unknown(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::NotUnderstood(_))
    }

    /// Tells whether GitHub could not even be asked.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::RateLimited(_))
    }
}
