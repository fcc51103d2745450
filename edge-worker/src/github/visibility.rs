//! Whether everybody may see a repository, asked without a person: with an installation's token, or without any.

use http::header::{ACCEPT, AUTHORIZATION, LOCATION, USER_AGENT};
use http::{Method, StatusCode};
use serde::Deserialize;
use shared::names::RepoName;

use super::{GithubError, USER_AGENT_NAME};
use crate::Secret;
use crate::host::Host;

const DEADLINE_MS: u64 = 8_000;
/// A repository that was renamed is found under its number: one redirect.
const MOST_REDIRECTS: usize = 2;

/// What GitHub says about a repository to whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Everybody may see it; its node id.
    Public(String),
    /// It is private, or there is none.
    Hidden,
}

#[derive(Deserialize)]
struct Repository {
    node_id: String,
    private: bool,
}

/// Asks: one request, or two where the repository was renamed.
pub(crate) async fn visibility(
    host: &impl Host,
    repo: &RepoName,
    token: Option<&Secret>,
) -> Result<Seen, GithubError> {
    let api = &host.config().github_api_url;
    let mut url = format!("{api}/repos/{repo}");
    for _ in 0..=MOST_REDIRECTS {
        let mut request = http::Request::builder()
            .method(Method::GET)
            .uri(&url)
            .header(USER_AGENT, USER_AGENT_NAME)
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {}", token.expose()));
        }
        let request = request
            .body(Vec::new())
            .map_err(|_| GithubError::NotUnderstood("an address".to_owned()))?;
        let answer = host.send(request, DEADLINE_MS).await;
        let answer = answer.map_err(|error| GithubError::Unavailable(error.0))?;
        match answer.status() {
            StatusCode::OK => {
                let repository: Repository = serde_json::from_slice(answer.body())
                    .map_err(|error| GithubError::NotUnderstood(error.to_string()))?;
                return Ok(match repository.private {
                    true => Seen::Hidden,
                    false => Seen::Public(repository.node_id),
                });
            }
            StatusCode::NOT_FOUND
            | StatusCode::GONE
            | StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS => {
                return Ok(Seen::Hidden);
            }
            status if status.is_redirection() => {
                let to = answer.headers().get(LOCATION);
                let to = to.and_then(|value| value.to_str().ok()).unwrap_or("");
                // Nothing is sent to another host, with or without a token.
                if !to.starts_with(&format!("{api}/")) {
                    return Err(GithubError::NotUnderstood(
                        "a redirect elsewhere".to_owned(),
                    ));
                }
                url = to.to_owned();
            }
            status => {
                let status = status.as_u16();
                return Err(GithubError::Unavailable(format!("status {status}")));
            }
        }
    }
    Err(GithubError::NotUnderstood("too many redirects".to_owned()))
}
