//! With which token a pull request is read and reported, and by which means.

use super::PullRequestCheck;
use crate::Secret;
use crate::github::GithubError;
pub(super) use crate::github::app::Kept;
use crate::github::app::{Of, installation_token_of};
use crate::host::Host;

/// By which means is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    CheckRuns,
    /// Where the App may not run checks.
    Statuses,
}

/// What reads and reports.
pub(super) struct Reporter {
    pub token: Secret,
    pub was_kept: bool,
    pub means: Means,
}

/// Why there is none.
pub(super) enum NoToken {
    /// No App is configured, or it is not installed there, or may neither run checks nor give statuses.
    Never(&'static str),
    Later(GithubError),
}

/// A token for the one repository that reads contents and pull requests, and reports.
pub(super) async fn reporter(
    host: &impl Host,
    wanted: &PullRequestCheck,
    kept: Kept,
) -> Result<Reporter, NoToken> {
    let app = host.config().app.as_ref();
    if app.is_none_or(|app| app.private_key.is_none()) {
        return Err(NoToken::Never("there is no App, or it has no key"));
    }
    let of = Of {
        repo: &wanted.name,
        number: Some(wanted.repository),
    };
    for (means, reports) in [(Means::CheckRuns, "checks"), (Means::Statuses, "statuses")] {
        let permissions = [
            (reports, "write"),
            ("contents", "read"),
            ("metadata", "read"),
            ("pull_requests", "read"),
        ];
        match installation_token_of(host, of, &permissions, kept).await {
            Ok(Some(found)) => {
                return Ok(Reporter {
                    token: found.token,
                    was_kept: found.was_kept,
                    means,
                });
            }
            Ok(None) => {}
            Err(GithubError::AppKey(_)) => {
                return Err(NoToken::Never("the App's key cannot be used"));
            }
            Err(error) => return Err(NoToken::Later(error)),
        }
    }
    Err(NoToken::Never(
        "the App is not installed there, or may not report checks",
    ))
}
