//! What GitHub can answer instead of what was asked for. `docs/errors.md` is this enum as a table.

use http::StatusCode;

use shared::quote::sentence::Name;

use crate::timestamp::rfc3339;

/// Why GitHub did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum GithubError {
    #[error("GitHub does not accept the token; it may have expired or been revoked")]
    Unauthorized,
    #[error("the token may not do this{}: {reason}", needs(.needed.as_deref()))]
    PermissionMissing {
        /// As `X-Accepted-GitHub-Permissions` names it, such as `contents=write`.
        needed: Option<String>,
        reason: String,
    },
    #[error("the organisation wants the token to be used with single sign-on{}", .0.as_ref().map(|url| format!(": {url}")).unwrap_or_default())]
    SsoRequired(Option<String>),
    #[error("the organisation does not accept this token, or has not approved it yet: {0}")]
    TokenNotApproved(String),
    #[error("Hedgerow's GitHub App is not installed on {repository}, or was not given what it needs there{}", needs(.needed.as_deref()))]
    AppNotInstalled {
        repository: String,
        needed: Option<String>,
    },
    #[error("GitHub refused: {0}")]
    Forbidden(String),
    #[error("there is no repository {0}, or you cannot see it")]
    NoRepository(String),
    #[error("{0} is archived, so nothing can be written to it")]
    Archived(String),
    #[error("{0} has no commit yet")]
    Empty(String),
    #[error("GitHub pointed to another host, which Hedgerow does not follow with a token")]
    Redirected,
    #[error("the branch does not exist: {0}")]
    BranchMissing(String),
    #[error("the branch moved while the commit was being made")]
    Stale,
    #[error("other commits keep arriving on the branch")]
    Contended,
    #[error("the branch is protected: {0}")]
    Protected(String),
    /// As [`Self::Protected`], for a write that no pull request can carry.
    #[error("the branch is protected: {0}")]
    ProtectedCommitOnly(String),
    #[error("the change is too large for GitHub: {0}")]
    TooLarge(String),
    /// Until when, in milliseconds since 1970, where GitHub says so.
    #[error("GitHub's rate limit is reached{}", .0.map(|until_ms| format!("; it lasts until {}", rfc3339(until_ms))).unwrap_or_default())]
    RateLimited(Option<u64>),
    #[error("GitHub {}", unavailable(.0))]
    Unavailable(String),
    #[error("GitHub gave an answer that cannot be understood: {0}")]
    NotUnderstood(String),
    #[error("GitHub refused the commit: {0}")]
    Refused(String),
    #[error("a pull request for this branch is open already")]
    PullRequestExists,
    #[error("there is nothing that a pull request could propose")]
    NothingToPropose,
    #[error(
        "GitHub made the tree {actual} of the change and not the approved {expected}; nothing was committed"
    )]
    TreeRefused { expected: String, actual: String },
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
}

fn needs(permission: Option<&str>) -> String {
    permission.map_or_else(String::new, |needed| {
        format!(" (it needs {})", Name(needed))
    })
}

/// Where an answer came, it is named; else none did.
fn unavailable(words: &str) -> String {
    match words.starts_with("status ") {
        true => format!("answered with {words}"),
        false => format!("did not answer: {words}"),
    }
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
            Self::PermissionMissing { .. } => (
                StatusCode::FORBIDDEN,
                "token_permission_missing",
                "Token may not do this",
                "give the token Contents: read and write for the repository (and Pull requests: read and write to propose changes), or have your organisation approve it",
            ),
            Self::SsoRequired(_) => (
                StatusCode::FORBIDDEN,
                "sso_required",
                "Single sign-on needed",
                "authorise the token for the organisation on GitHub (Settings, Developer settings, Configure SSO), then try again",
            ),
            Self::TokenNotApproved(_) => (
                StatusCode::FORBIDDEN,
                "token_not_approved",
                "Token not approved",
                "ask an owner of the organisation to approve the token, or sign in with one that it accepts",
            ),
            Self::AppNotInstalled { .. } => (
                StatusCode::FORBIDDEN,
                "app_not_installed",
                "App not installed",
                "ask an owner to install the GitHub App on this repository and to accept its permissions",
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
            Self::Archived(_) => (
                StatusCode::FORBIDDEN,
                "repository_archived",
                "Archived repository",
                "unarchive it on GitHub, or choose another repository",
            ),
            Self::Empty(_) => (
                StatusCode::CONFLICT,
                "repository_empty",
                "Empty repository",
                "initialise it with a commit, without a pull request: its first commit makes the branch",
            ),
            Self::Redirected => (
                StatusCode::BAD_GATEWAY,
                "github_redirected",
                "Redirected elsewhere",
                "check the repository's name and the operator's GITHUB_API_URL",
            ),
            Self::BranchMissing(_) => (
                StatusCode::CONFLICT,
                "branch_missing",
                "No such branch",
                "create the branch on GitHub, or choose one that exists, then preview again",
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
                "propose the change as a pull request (`mode`: `pull_request`), or choose a branch that you may push to",
            ),
            Self::ProtectedCommitOnly(_) => (
                StatusCode::CONFLICT,
                "branch_protected",
                "Protected branch",
                "nothing was written, and a move or removal cannot be proposed as a pull request: ask somebody who may push to the branch to do it, or for an exception from its rule; to give the fabric up, forget only its record and remove the files with git",
            ),
            Self::TooLarge(_) => (
                StatusCode::CONFLICT,
                "too_large",
                "Too large for GitHub",
                "do it in smaller steps, or with git",
            ),
            Self::RateLimited(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "rate_limited",
                "Rate limited",
                "wait until then, and try again",
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
            Self::PullRequestExists => (
                StatusCode::CONFLICT,
                "pull_request_exists",
                "Pull request open",
                "look at the open pull request; preview again to update it",
            ),
            Self::NothingToPropose => (
                StatusCode::CONFLICT,
                "nothing_to_propose",
                "Nothing to propose",
                "validate the fabric: the branch already holds the change",
            ),
            Self::TreeRefused { .. } => (
                StatusCode::CONFLICT,
                "tree_mismatch",
                "Not what was approved",
                "preview again; if it stays so, report both ids",
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

    /// Tells whether GitHub refuses this person, as far as one repository is concerned.
    pub(crate) fn is_no_access(&self) -> bool {
        matches!(
            self,
            Self::NoRepository(_)
                | Self::Forbidden(_)
                | Self::PermissionMissing { .. }
                | Self::SsoRequired(_)
                | Self::TokenNotApproved(_)
                | Self::AppNotInstalled { .. }
        )
    }
}

#[cfg(test)]
mod tests;
