//! Whether everybody may see a repository, asked without a person: with an installation's token, or without any.

use http::{Method, StatusCode};
use shared::names::RepoName;

use super::client::{Repeat, parse};
use super::repository::RestRepositoryData;
use super::{Github, GithubError};
use crate::Secret;
use crate::host::Host;
use crate::repository_id::RepositoryId;

/// What GitHub says about a repository to the one who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RepositoryVisibility {
    /// Everybody may see it.
    Public(RepositoryId),
    /// It is private, or there is none.
    Hidden,
}

/// Asks: one request, or two where the repository was renamed.
pub(crate) async fn repository_visibility(
    host: &impl Host,
    repo: &RepoName,
    token: Option<&Secret>,
) -> Result<RepositoryVisibility, GithubError> {
    let github = Github::background(host, token);
    let url = github.url(&format!("/repos/{repo}"));
    github
        .with_retries(Repeat::Freely, async || {
            let answer = github.exchange(Method::GET, &url, &[], None).await?;
            if matches!(
                answer.status(),
                StatusCode::NOT_FOUND
                    | StatusCode::GONE
                    | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS
            ) {
                return Ok(RepositoryVisibility::Hidden);
            }
            let repository: RestRepositoryData =
                parse(host, github.success_body(&answer, repo.as_str())?)?;
            Ok(match repository.is_private(host.config()) {
                true => RepositoryVisibility::Hidden,
                false => RepositoryVisibility::Public(repository.id()),
            })
        })
        .await
}
