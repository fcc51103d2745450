//! Work without a person: the App proves itself with a signed token, and gets one for a single repository.

mod deliveries;
mod installation_token;
mod jwt;
mod manifest;
mod registration;
mod repositories_token;

use http::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::client::{Repeat, about, not_understood};
use super::{Github, GithubError};
use crate::Secret;
use crate::config::App;
use crate::host::Host;
use jwt::app_jwt;

pub(crate) use deliveries::{Attempt, failed_deliveries, redeliver};
pub(crate) use installation_token::{
    InstallationToken, Kept, Of, installation_token, installation_token_of,
};
pub(crate) use manifest::{RegisteredApp, convert_manifest, manifest};
pub(crate) use registration::{Lacks, lacks};
pub(crate) use repositories_token::{
    MOST_REPOSITORIES, RepositoriesToken, kept_repositories_token, repositories_token,
};

/// The App, and what proves that a request is its own; none where no App is configured, or it has no key.
async fn proof<H: Host>(host: &H) -> Result<Option<(&App, Secret)>, GithubError> {
    let app = host.config().app.as_ref();
    let Some((app, key)) = app.and_then(|app| Some((app, app.private_key.as_ref()?))) else {
        return Ok(None);
    };
    Ok(Some((app, app_jwt(host, app, key).await?)))
}

/// Asks as the App itself, or without a token; none if GitHub knows no such thing.
async fn call<T: DeserializeOwned>(
    host: &impl Host,
    method: Method,
    path: &str,
    proof: Option<&Secret>,
    body: Option<&Value>,
    repeat: Repeat,
    is_about: impl Fn(&T) -> bool,
) -> Result<Option<T>, GithubError> {
    let github = Github::background(host, proof);
    let url = github.url(path);
    let body = body.map(|body| body.to_string().into_bytes());
    let body = body.unwrap_or_default();
    github
        .with_retries(repeat, async || {
            let answer = github.exchange(method.clone(), &url, &body, None).await?;
            let refused = match answer.status() {
                StatusCode::NOT_FOUND => return Ok(None),
                StatusCode::UNAUTHORIZED => {
                    let reason = "GitHub does not accept its proof".to_owned();
                    return Err(GithubError::AppKey(reason));
                }
                StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY => true,
                _ => false,
            };
            match github.success_body(&answer, path) {
                // What a parser says may quote the answer, and that holds tokens and keys.
                Ok(body) => {
                    let value = serde_json::from_slice(body)
                        .map_err(|_| not_understood(host, "what it should hold is missing"));
                    about(host, value?, &is_about).map(Some)
                }
                Err(limit @ GithubError::RateLimited(_)) => Err(limit),
                // The installation is suspended, or does not grant what is wanted.
                Err(_) if refused => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await
}
