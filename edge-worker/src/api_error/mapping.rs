//! How an error of GitHub's, and of a write, is told: its HTTP status, code, title and next step. `docs/errors.md` is
//! this as a table.

use http::StatusCode;
use shared::problem::{Code, advice};

use super::Parts;
use crate::github::{GithubError, RuleSubject};
use crate::operation::WriteError;

pub(super) fn of_github(error: &GithubError) -> Parts {
    match error {
        GithubError::Unauthorized => (
            StatusCode::UNAUTHORIZED,
            Code::GithubUnauthorized,
            "Token not accepted",
            advice::USE_VALID_TOKEN,
        ),
        GithubError::PermissionMissing { .. } => (
            StatusCode::FORBIDDEN,
            Code::TokenPermissionMissing,
            "Token may not do this",
            advice::WIDEN_TOKEN,
        ),
        GithubError::SsoRequired(_) => (
            StatusCode::FORBIDDEN,
            Code::SsoRequired,
            "Single sign-on needed",
            advice::AUTHORISE_TOKEN,
        ),
        GithubError::TokenNotApproved(_) => (
            StatusCode::FORBIDDEN,
            Code::TokenNotApproved,
            "Token not approved",
            advice::HAVE_TOKEN_APPROVED,
        ),
        GithubError::AppNotInstalled { .. } => (
            StatusCode::FORBIDDEN,
            Code::AppNotInstalled,
            "App not installed",
            advice::INSTALL_APP,
        ),
        GithubError::Forbidden(_) => (
            StatusCode::FORBIDDEN,
            Code::GithubForbidden,
            "Refused by GitHub",
            advice::CHECK_TOKEN,
        ),
        GithubError::NoRepository(_) => (
            StatusCode::NOT_FOUND,
            Code::RepositoryNotFound,
            "No such repository",
            advice::CHECK_REPOSITORY,
        ),
        GithubError::Archived(_) => (
            StatusCode::FORBIDDEN,
            Code::RepositoryArchived,
            "Archived repository",
            advice::UNARCHIVE,
        ),
        GithubError::Empty(_) => (
            StatusCode::CONFLICT,
            Code::RepositoryEmpty,
            "Empty repository",
            advice::COMMIT_DIRECTLY,
        ),
        GithubError::Redirected => (
            StatusCode::BAD_GATEWAY,
            Code::GithubRedirected,
            "Redirected elsewhere",
            advice::CHECK_REDIRECT,
        ),
        GithubError::BranchMissing(_) => (
            StatusCode::CONFLICT,
            Code::BranchMissing,
            "No such branch",
            advice::CREATE_BRANCH,
        ),
        GithubError::Stale => (
            StatusCode::CONFLICT,
            Code::HeadMoved,
            "The branch moved",
            advice::PREVIEW_AGAIN,
        ),
        GithubError::Protected(_) => (
            StatusCode::CONFLICT,
            Code::BranchProtected,
            "Protected branch",
            advice::PROPOSE,
        ),
        GithubError::RuleViolated { subject, .. } => of_rule(*subject),
        GithubError::TooLarge(_) => (
            StatusCode::CONFLICT,
            Code::TooLarge,
            "Too large for GitHub",
            advice::SMALLER_STEPS,
        ),
        GithubError::RateLimited(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            Code::RateLimited,
            "Rate limited",
            advice::WAIT_UNTIL_THEN,
        ),
        GithubError::Unavailable { .. } => (
            StatusCode::BAD_GATEWAY,
            Code::GithubUnavailable,
            "GitHub unavailable",
            advice::TRY_IN_A_MINUTE_KEPT,
        ),
        GithubError::NotUnderstood => (
            StatusCode::BAD_GATEWAY,
            Code::GithubAnswer,
            "Answer not understood",
            advice::REPORT_ANSWER,
        ),
        GithubError::Refused(_) => (
            StatusCode::CONFLICT,
            Code::GithubRefused,
            "Refused by GitHub",
            advice::FIX_WHAT_GITHUB_NAMES,
        ),
        GithubError::PullRequestExists => (
            StatusCode::CONFLICT,
            Code::PullRequestExists,
            "Pull request open",
            advice::UPDATE_PULL_REQUEST,
        ),
        GithubError::NothingToPropose => (
            StatusCode::CONFLICT,
            Code::NothingToPropose,
            "Nothing to propose",
            advice::VALIDATE_PROPOSED,
        ),
        GithubError::TreeRefused { .. } => (
            StatusCode::CONFLICT,
            Code::TreeMismatch,
            "Not what was approved",
            advice::REPORT_IDS,
        ),
        GithubError::TooOld { .. } => (
            StatusCode::BAD_GATEWAY,
            Code::GithubTooOld,
            "GitHub server too old",
            advice::UPDATE_SERVER,
        ),
        GithubError::AppKey(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::AppKey,
            "App not usable",
            advice::STORE_APP_KEY,
        ),
    }
}

/// A rule that no pull request gets round, by what helps.
fn of_rule(subject: RuleSubject) -> Parts {
    let (code, title, advice) = match subject {
        RuleSubject::Secret => (
            Code::SecretDetected,
            "Secret detected",
            advice::REMOVE_SECRET,
        ),
        RuleSubject::Files => (Code::FilesRefused, "Files refused", advice::CHANGE_FILES),
        RuleSubject::Message => (
            Code::CommitMessageRefused,
            "Commit message refused",
            advice::ALLOW_MESSAGE,
        ),
        RuleSubject::Author => (
            Code::CommitAuthorRefused,
            "Commit author refused",
            advice::CHANGE_ADDRESS,
        ),
        RuleSubject::NewBranch => (
            Code::BranchRefused,
            "New branch refused",
            advice::CHOOSE_OTHER_BRANCH,
        ),
        RuleSubject::MergeCommit => (
            Code::LinearHistoryRequired,
            "Linear history required",
            advice::DELETE_OLD_PROPOSAL,
        ),
        RuleSubject::LeftBehind => (
            Code::BranchRefused,
            "Branch refused",
            advice::DELETE_OLD_PROPOSAL,
        ),
        RuleSubject::Signature => (
            Code::SignatureRequired,
            "Signature required",
            advice::SIGN_WITH_GIT,
        ),
        RuleSubject::FirstSignature => (
            Code::SignatureRequired,
            "Signature required",
            advice::MAKE_FIRST_COMMIT,
        ),
        RuleSubject::Other => (Code::RuleViolated, "Refused by a rule", advice::FOLLOW_RULE),
    };
    (StatusCode::CONFLICT, code, title, advice)
}

pub(super) fn of_write(error: &WriteError) -> Parts {
    match error {
        WriteError::Github(error) | WriteError::NotProposed { error, .. } => of_github(error),
        WriteError::Contended => (
            StatusCode::CONFLICT,
            Code::HeadMoved,
            "The branch moved",
            advice::PREVIEW_AGAIN,
        ),
        WriteError::ProtectedCommitOnly(_) => (
            StatusCode::CONFLICT,
            Code::BranchProtected,
            "Protected branch",
            advice::ASK_SOMEBODY_TO_PUSH,
        ),
        WriteError::ProposalRefused { .. } => (
            StatusCode::CONFLICT,
            Code::ProposalRefused,
            "Pull request's branch refused",
            advice::EXEMPT_PROPOSALS,
        ),
        WriteError::TreeMismatch { .. } => (
            StatusCode::CONFLICT,
            Code::TreeMismatch,
            "Not what was approved",
            advice::LOOK_AT_COMMIT,
        ),
        WriteError::Interrupted => (
            StatusCode::SERVICE_UNAVAILABLE,
            Code::Interrupted,
            "Interrupted",
            advice::REPEAT_WRITE,
        ),
        WriteError::Unconfirmed => (
            StatusCode::BAD_GATEWAY,
            Code::Unconfirmed,
            "Outcome unknown",
            advice::VALIDATE,
        ),
    }
}

#[cfg(test)]
pub mod tests;
