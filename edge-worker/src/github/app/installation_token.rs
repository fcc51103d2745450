//! The token of an installation of the App: for one repository, with the permissions that are needed, kept sealed until
//! shortly before it ends.

use http::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::names::RepoName;

use super::call;
use super::jwt::app_jwt;
use crate::Secret;
use crate::config::App;
use crate::github::GithubError;
use crate::github::client::Repeat;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::session::{SessionMessage, SessionReply};
use crate::session::{open_for_server, seal_for_server};
use crate::timestamp::from_rfc3339;

/// A token that ends sooner than this is no longer used.
const MARGIN_MS: u64 = 5 * 60 * 1000;

#[derive(Deserialize)]
struct Installation {
    id: u64,
    /// Older servers do not say it.
    client_id: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Token {
    pub token: String,
    pub expires_at: String,
    pub permissions: Map<String, Value>,
    /// Where GitHub says it.
    pub repositories: Option<Vec<Named>>,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub id: u64,
    full_name: String,
}

/// The repository that a token is for. A number outlives every name.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    pub repo: &'a RepoName,
    /// GitHub's number, where it is known.
    pub number: Option<u64>,
}

/// Whether a token will do that was asked for before. It may have been taken back since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    WillDo,
    WillNotDo,
}

/// A token, and whether it was asked for before.
pub(crate) struct InstallationToken {
    pub token: Secret,
    pub was_kept: bool,
}

impl Token {
    /// Tells whether it is good for this repository and for these permissions.
    fn is_for(&self, of: Of<'_>, wanted: &Map<String, Value>) -> bool {
        let is_it = |named: &Named| match of.number {
            Some(number) => named.id == number,
            None => named.full_name.eq_ignore_ascii_case(of.repo.as_str()),
        };
        !self.token.is_empty()
            && self
                .repositories
                .as_ref()
                .is_none_or(|named| named.iter().any(is_it))
            && wanted
                .keys()
                .all(|name| name == "metadata" || self.permissions.contains_key(name))
    }
}

/// A token for one repository with these permissions (`("contents", "read")`), kept until shortly before it ends.
///
/// None if no App is configured, it has no key, or it is not installed on the repository. The first costs two
/// requests, further ones none for about an hour.
pub(crate) async fn installation_token(
    host: &impl Host,
    repo: &RepoName,
    permissions: &[(&str, &str)],
) -> Result<Option<Secret>, GithubError> {
    let of = Of { repo, number: None };
    let found = installation_token_of(host, of, permissions, Kept::WillDo).await?;
    Ok(found.map(|found| found.token))
}

/// The same for a repository whose number is known, whatever it is called by now.
pub(crate) async fn installation_token_of(
    host: &impl Host,
    of: Of<'_>,
    permissions: &[(&str, &str)],
    kept: Kept,
) -> Result<Option<InstallationToken>, GithubError> {
    let repo = of.repo;
    let Some(app) = &host.config().app else {
        return Ok(None);
    };
    let Some(key) = &app.private_key else {
        return Ok(None);
    };
    let wanted: Vec<String> = permissions
        .iter()
        .map(|(name, access)| format!("{name}={access}"))
        .collect();
    let named = match of.number {
        Some(number) => number.to_string(),
        None => repo.as_str().to_lowercase(),
    };
    let object = format!("installation {named} {}", wanted.join(","));
    if kept == Kept::WillDo
        && let Some(token) = stored(host, &object).await
    {
        let was_kept = true;
        return Ok(Some(InstallationToken { token, was_kept }));
    }
    let proof = app_jwt(host, app, key).await?;
    let Some(id) = installation_of(host, (app, &proof), repo).await? else {
        return Ok(None);
    };
    let permissions: Map<String, Value> = permissions
        .iter()
        .map(|(name, access)| ((*name).to_owned(), json!(access)))
        .collect();
    let body = match of.number {
        Some(number) => json!({ "repository_ids": [number], "permissions": permissions }),
        None => json!({ "repositories": [repo.name()], "permissions": permissions }),
    };
    let path = format!("/app/installations/{id}/access_tokens");
    let Some(Token {
        token, expires_at, ..
    }) = call(
        host,
        Method::POST,
        &path,
        Some(&proof),
        Some(&body),
        // One more token does no harm.
        Repeat::Freely,
        |made: &Token| made.is_for(of, &permissions),
    )
    .await?
    else {
        return Ok(None);
    };
    let token = Secret::new(token);
    store(host, &object, &token, &expires_at).await;
    let was_kept = false;
    Ok(Some(InstallationToken { token, was_kept }))
}

/// GitHub's number of the App's installation that reaches a repository, whatever it is called by now.
pub(super) async fn installation_of(
    host: &impl Host,
    (app, proof): (&App, &Secret),
    repo: &RepoName,
) -> Result<Option<u64>, GithubError> {
    let found: Option<Installation> = call(
        host,
        Method::GET,
        &format!("/repos/{repo}/installation"),
        Some(proof),
        None,
        Repeat::Freely,
        |found: &Installation| {
            let of = found.client_id.as_ref();
            of.is_none_or(|of| *of == app.client_id)
        },
    )
    .await?;
    Ok(found.map(|found| found.id))
}

pub(super) async fn stored(host: &impl Host, object: &str) -> Option<Secret> {
    let now_ms = host.now_ms();
    let message = SessionMessage::Installation { now_ms };
    match ask(host, object, &message).await {
        Ok(SessionReply::Installation(sealed)) => open_for_server(host, object, &sealed),
        _ => None,
    }
}

/// Keeps a token; if that fails the next request gets another.
pub(super) async fn store(host: &impl Host, object: &str, token: &Secret, expires_at: &str) {
    let ends_ms = from_rfc3339(expires_at);
    if let (Some(ends_ms), Ok(sealed)) = (ends_ms, seal_for_server(host, object, token)) {
        let until_ms = ends_ms.saturating_sub(MARGIN_MS);
        let message = SessionMessage::KeepInstallation { sealed, until_ms };
        if let Err(error) = ask(host, object, &message).await {
            let line = json!({ "event": "token_not_kept", "error": error.to_string() });
            host.log(&line.to_string());
        }
    }
}
