//! A token that reads the contents of several repositories of one owner, and nothing else, kept sealed until shortly before it ends.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use shared::names::RepoName;

use super::call;
use super::installation_token::{Token, installation_of, store, stored};
use super::jwt::app_jwt;
use crate::Secret;
use crate::github::GithubError;
use crate::github::client::Repeat;
use crate::host::Host;

/// The most repositories that GitHub narrows a token to.
pub(crate) const MOST_REPOSITORIES: usize = 500;

/// A token and GitHub's numbers of the repositories that it is for.
pub(crate) struct RepositoriesToken {
    pub token: Secret,
    numbers: Vec<u64>,
}

/// As it is sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    token: String,
    numbers: Vec<u64>,
}

impl RepositoriesToken {
    pub(crate) fn covers(&self, numbers: &[u64]) -> bool {
        numbers.iter().all(|number| self.numbers.contains(number))
    }
}

fn object(owner: &str) -> String {
    format!("installation {owner} looks")
}

/// The token that was made last for repositories of this owner, if it is good still.
pub(crate) async fn kept_repositories_token(
    host: &impl Host,
    owner: &str,
) -> Option<RepositoriesToken> {
    let kept = stored(host, &object(owner)).await?;
    let Kept { token, numbers } = serde_json::from_str(kept.expose()).ok()?;
    Some(RepositoriesToken {
        token: Secret::new(token),
        numbers,
    })
}

/// A new token for the repositories with these numbers, of the installation that reaches `repo`: two requests. None where no App is
/// configured, it is not installed there, or does not reach all of them.
pub(crate) async fn repositories_token(
    host: &impl Host,
    (owner, repo): (&str, &RepoName),
    numbers: Vec<u64>,
) -> Result<Option<RepositoriesToken>, GithubError> {
    let app = host.config().app.as_ref();
    let Some((app, key)) = app.and_then(|app| Some((app, app.private_key.as_ref()?))) else {
        return Ok(None);
    };
    let proof = app_jwt(host, app, key).await?;
    let Some(id) = installation_of(host, (app, &proof), repo).await? else {
        return Ok(None);
    };
    let body = json!({
        "repository_ids": numbers,
        "permissions": { "contents": "read", "metadata": "read" },
    });
    let is_for = |made: &Token| {
        let named = made.repositories.as_ref();
        let covers =
            |number: &u64| named.is_none_or(|named| named.iter().any(|named| named.id == *number));
        !made.token.is_empty()
            && made.permissions.contains_key("contents")
            && numbers.iter().all(covers)
    };
    let path = format!("/app/installations/{id}/access_tokens");
    let made = call(
        host,
        Method::POST,
        &path,
        Some(&proof),
        Some(&body),
        // One more token does no harm.
        Repeat::Freely,
        is_for,
    );
    let Some(Token {
        token, expires_at, ..
    }) = made.await?
    else {
        return Ok(None);
    };
    let kept = Kept { token, numbers };
    let sealed = serde_json::to_string(&kept).map(Secret::new);
    let Kept { token, numbers } = kept;
    if let Ok(sealed) = sealed {
        store(host, &object(owner), &sealed, &expires_at).await;
    }
    Ok(Some(RepositoriesToken {
        token: Secret::new(token),
        numbers,
    }))
}
