//! What GitHub can answer instead of what was asked for. How that is told over HTTP is said in `crate::api_error`.

use serde::{Deserialize, Serialize};
use shared::quote::sentence::Name;

use super::rule_violation::RuleSubject;
use crate::host::NoAnswer;
use crate::timestamp::rfc3339;

/// Why GitHub did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
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
    #[error("the branch is protected: {0}")]
    Protected(String),
    /// A rule says what the change may be, so that no pull request gets round it.
    #[error("{}: {words}", refused_by(*.subject))]
    RuleViolated { subject: RuleSubject, words: String },
    #[error("the change is too large for GitHub: {0}")]
    TooLarge(String),
    /// Until when, in milliseconds since 1970, where GitHub says so.
    #[error("GitHub's rate limit is reached{}", .0.map(|until_ms| format!("; it lasts until {}", rfc3339(until_ms))).unwrap_or_default())]
    RateLimited(Option<u64>),
    #[error("GitHub {}", unavailable(*.status, .words))]
    Unavailable {
        /// The status that it answered with; none if it did not answer at all.
        status: Option<u16>,
        /// What it said, or why there was no answer.
        words: String,
    },
    /// What is wrong with it is for the log ([`super::Github::not_understood`]).
    #[error("GitHub gave an answer that cannot be understood")]
    NotUnderstood,
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
    #[error("the GitHub server is older than what Hedgerow needs: {words}")]
    TooOld {
        /// What it does not have: a type, or a type and its field, such as `Ref.rules`.
        lacks: String,
        words: String,
    },
    #[error("the GitHub App's private key cannot be used: {0}")]
    AppKey(String),
}

fn needs(permission: Option<&str>) -> String {
    permission.map_or_else(String::new, |needed| {
        format!(" (it needs {})", Name(needed))
    })
}

fn refused_by(subject: RuleSubject) -> &'static str {
    match subject {
        RuleSubject::Secret => "GitHub found what looks like a secret in the files",
        RuleSubject::Files => "a rule of the repository refuses these files",
        RuleSubject::Message => "a rule of the repository refuses the commit's message",
        RuleSubject::Author => "a rule of the repository refuses the commit's author",
        RuleSubject::NewBranch => "a rule of the repository refuses the new branch",
        RuleSubject::MergeCommit => "a rule of the repository refuses a commit with two parents",
        RuleSubject::LeftBehind => {
            "the commit has to be signed, and the branch of the earlier pull request cannot be moved forward for it"
        }
        RuleSubject::Signature => "a rule of the repository refuses commits that are not signed",
        RuleSubject::FirstSignature => {
            "a rule of the repository refuses commits that are not signed, and GitHub signs no first commit for a program"
        }
        RuleSubject::Other => "a rule of the repository refuses the change",
    }
}

fn unavailable(status: Option<u16>, words: &str) -> String {
    match status {
        Some(status) if words.is_empty() => format!("answered with status {status}"),
        Some(status) => format!("answered with status {status}, {words}"),
        None => format!("did not answer: {words}"),
    }
}

impl GithubError {
    /// The connection failed, or the deadline passed.
    pub(super) fn no_answer(error: NoAnswer) -> Self {
        Self::Unavailable {
            status: None,
            words: error.0,
        }
    }

    /// Tells whether a write that ended so may still have been carried out.
    pub(crate) fn leaves_write_unknown(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::NotUnderstood)
    }

    /// Tells whether GitHub could not even be asked.
    pub(crate) fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::RateLimited(_))
    }

    /// Tells whether GitHub refuses this token, whatever the person may do. The header that [`Self::PermissionMissing`] goes by
    /// stands with other refusals as well.
    pub(super) fn is_of_the_token(&self) -> bool {
        match self {
            Self::PermissionMissing { reason, .. } => {
                let reason = reason.to_lowercase();
                reason.contains("not accessible by personal access token")
            }
            Self::Unauthorized | Self::SsoRequired(_) | Self::TokenNotApproved(_) => true,
            _ => false,
        }
    }

    /// Tells whether it is about whoever asks, and not about what is asked for.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self, Self::RateLimited(_) | Self::Unauthorized)
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
