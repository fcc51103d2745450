//! How an error of GitHub's, and of a write, is told: its HTTP status, code, title and next step. `docs/errors.md` is
//! this as a table.

use http::StatusCode;

use super::Parts;
use crate::github::GithubError;
use crate::operation::WriteError;

pub(super) fn of_github(error: &GithubError) -> Parts {
    match error {
        GithubError::Unauthorized => (
            StatusCode::UNAUTHORIZED,
            "github_unauthorized",
            "Token not accepted",
            "sign in again with a valid token",
        ),
        GithubError::PermissionMissing { .. } => (
            StatusCode::FORBIDDEN,
            "token_permission_missing",
            "Token may not do this",
            "give the token Contents: read and write for the repository (and Pull requests: read and write to propose changes), or have your organisation approve it",
        ),
        GithubError::SsoRequired(_) => (
            StatusCode::FORBIDDEN,
            "sso_required",
            "Single sign-on needed",
            "authorise the token for the organisation on GitHub (Settings, Developer settings, Configure SSO), then try again",
        ),
        GithubError::TokenNotApproved(_) => (
            StatusCode::FORBIDDEN,
            "token_not_approved",
            "Token not approved",
            "ask an owner of the organisation to approve the token, or sign in with one that it accepts",
        ),
        GithubError::AppNotInstalled { .. } => (
            StatusCode::FORBIDDEN,
            "app_not_installed",
            "App not installed",
            "ask an owner to install the GitHub App on this repository and to accept its permissions",
        ),
        GithubError::Forbidden(_) => (
            StatusCode::FORBIDDEN,
            "github_forbidden",
            "Refused by GitHub",
            "check the token's permissions (Contents: read and write) and your organisation's rules for tokens",
        ),
        GithubError::NoRepository(_) => (
            StatusCode::NOT_FOUND,
            "repository_not_found",
            "No such repository",
            "check `owner/name`, and that your token covers the repository",
        ),
        GithubError::Archived(_) => (
            StatusCode::FORBIDDEN,
            "repository_archived",
            "Archived repository",
            "unarchive it on GitHub, or choose another repository",
        ),
        GithubError::Empty(_) => (
            StatusCode::CONFLICT,
            "repository_empty",
            "Empty repository",
            "initialise it with a commit, without a pull request: its first commit makes the branch",
        ),
        GithubError::Redirected => (
            StatusCode::BAD_GATEWAY,
            "github_redirected",
            "Redirected elsewhere",
            "check the repository's name and the operator's GITHUB_API_URL",
        ),
        GithubError::BranchMissing(_) => (
            StatusCode::CONFLICT,
            "branch_missing",
            "No such branch",
            "create the branch on GitHub, or choose one that exists, then preview again",
        ),
        GithubError::Stale => (
            StatusCode::CONFLICT,
            "head_moved",
            "The branch moved",
            "preview again and approve the new plan",
        ),
        GithubError::Protected(_) => (
            StatusCode::CONFLICT,
            "branch_protected",
            "Protected branch",
            "propose the change as a pull request (`mode`: `pull_request`), or choose a branch that you may push to",
        ),
        GithubError::TooLarge(_) => (
            StatusCode::CONFLICT,
            "too_large",
            "Too large for GitHub",
            "do it in smaller steps, or with git",
        ),
        GithubError::RateLimited(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "rate_limited",
            "Rate limited",
            "wait until then, and try again",
        ),
        GithubError::Unavailable { .. } => (
            StatusCode::BAD_GATEWAY,
            "github_unavailable",
            "GitHub unavailable",
            "try again in a minute; nothing that you typed is lost",
        ),
        GithubError::NotUnderstood(_) => (
            StatusCode::BAD_GATEWAY,
            "github_answer",
            "Answer not understood",
            "try again; if it stays so, report it with the request's id",
        ),
        GithubError::Refused(_) => (
            StatusCode::CONFLICT,
            "github_refused",
            "Refused by GitHub",
            "read GitHub's reason, mend it, then initialise again",
        ),
        GithubError::PullRequestExists => (
            StatusCode::CONFLICT,
            "pull_request_exists",
            "Pull request open",
            "look at the open pull request; preview again to update it",
        ),
        GithubError::NothingToPropose => (
            StatusCode::CONFLICT,
            "nothing_to_propose",
            "Nothing to propose",
            "validate the fabric: the branch already holds the change",
        ),
        GithubError::TreeRefused { .. } => (
            StatusCode::CONFLICT,
            "tree_mismatch",
            "Not what was approved",
            "preview again; if it stays so, report both ids",
        ),
        GithubError::AppKey(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "app_key",
            "App not usable",
            "the operator stores the App's private key again, as GitHub handed it out",
        ),
    }
}

pub(super) fn of_write(error: &WriteError) -> Parts {
    match error {
        WriteError::Github(error) => of_github(error),
        WriteError::Contended => (
            StatusCode::CONFLICT,
            "head_moved",
            "The branch moved",
            "preview again and approve the new plan",
        ),
        WriteError::ProtectedCommitOnly(_) => (
            StatusCode::CONFLICT,
            "branch_protected",
            "Protected branch",
            "nothing was written, and a move or removal cannot be proposed as a pull request: ask somebody who may push to the branch to do it, or for an exception from its rule; to give the fabric up, forget only its record and remove the files with git",
        ),
        WriteError::TreeMismatch { .. } => (
            StatusCode::CONFLICT,
            "tree_mismatch",
            "Not what was approved",
            "look at the commit on GitHub, revert it if it is wrong, then validate the fabric",
        ),
        WriteError::Unconfirmed => (
            StatusCode::BAD_GATEWAY,
            "unconfirmed",
            "Outcome unknown",
            "validate the fabric: that reads the branch and settles what happened",
        ),
    }
}

#[cfg(test)]
mod tests;
