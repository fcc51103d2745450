//! GitHub's sign-in: codes and refresh tokens against access tokens, at GitHub's web address.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use shared::quote::url;

use super::GithubError;
use super::client::not_understood;
use super::error_from_answer::{self, ErrorAnswer};
use crate::Secret;
use crate::config::App;
use crate::host::Host;
use crate::session::Tokens;

const DEADLINE_MS: u64 = 12_000;

/// Why there are no new tokens.
pub(crate) enum RefusedRefresh {
    /// The refresh token was used, revoked or too old: the person has to sign in again.
    Ended,
    /// GitHub could not be asked.
    Github(GithubError),
}

/// GitHub answers 200 for both.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Tokens {
        access_token: String,
        expires_in: Option<u64>,
        refresh_token: Option<String>,
    },
    Refused {
        error: String,
    },
}

/// The address that a person signs in at.
pub(crate) fn authorize_url(
    host: &impl Host,
    app: &App,
    redirect: &str,
    state: &str,
    challenge: &str,
) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &app.client_id)
        .append_pair("redirect_uri", redirect)
        .append_pair("state", state)
        .append_pair("code_challenge", challenge)
        .append_pair("code_challenge_method", "S256")
        .finish();
    let page = url::below(&host.config().github_url, &["login/oauth/authorize"]);
    format!("{}?{query}", page.unwrap_or_default())
}

/// Exchanges a code, once, for tokens. `Err(None)`: GitHub refused the code.
pub(crate) async fn exchange(
    host: &impl Host,
    app: &App,
    code: &str,
    verifier: &Secret,
    redirect: &str,
) -> Result<Tokens, Option<GithubError>> {
    let answer = ask(
        host,
        app,
        &[
            ("code", code),
            ("code_verifier", verifier.expose()),
            ("redirect_uri", redirect),
        ],
    )
    .await
    .map_err(Some)?;
    tokens(host, answer).map_err(|_| None)
}

/// Gets the next pair of tokens; the refresh token ends with it.
pub(crate) async fn refresh(host: &impl Host, refresh: &Secret) -> Result<Tokens, RefusedRefresh> {
    let Some(app) = &host.config().app else {
        return Err(RefusedRefresh::Ended);
    };
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.expose()),
    ];
    let answer = ask(host, app, &fields).await;
    let answer = answer.map_err(RefusedRefresh::Github)?;
    tokens(host, answer).map_err(|error| match error.as_str() {
        "bad_refresh_token" | "bad_verification_code" => RefusedRefresh::Ended,
        _ => RefusedRefresh::Github(not_understood(host, &error)),
    })
}

/// Takes an access token back.
pub(crate) async fn revoke(host: &impl Host, token: &Secret) -> Result<(), GithubError> {
    let config = host.config();
    let Some(app) = &config.app else {
        return Ok(());
    };
    let pair = format!("{}:{}", app.client_id, app.client_secret.expose());
    let url = format!(
        "{}/applications/{}/token",
        config.github_api_url,
        url::component(&app.client_id)
    );
    let request = http::Request::builder()
        .method(Method::DELETE)
        .uri(url)
        .header(USER_AGENT, super::USER_AGENT_NAME)
        .header(ACCEPT, "application/vnd.github+json")
        .header("x-github-api-version", "2022-11-28")
        .header(CONTENT_TYPE, "application/json")
        .header(
            AUTHORIZATION,
            format!("Basic {}", data_encoding::BASE64.encode(pair.as_bytes())),
        )
        .body(
            json!({ "access_token": token.expose() })
                .to_string()
                .into_bytes(),
        )
        .map_err(|_| GithubError::Unauthorized)?;
    let answer = host.send(request, DEADLINE_MS).await;
    let answer = answer.map_err(GithubError::no_answer)?;
    match answer.status() {
        // 404 and 422: GitHub no longer knows the token.
        StatusCode::NO_CONTENT | StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => Ok(()),
        _ => Err(refused(host, &answer)),
    }
}

/// What an answer that is not a success means.
fn refused(host: &impl Host, answer: &http::Response<Vec<u8>>) -> GithubError {
    error_from_answer::from_answer(&ErrorAnswer {
        status: answer.status(),
        headers: answer.headers(),
        body: answer.body(),
        subject: "",
        now_ms: host.now_ms(),
    })
}

/// Asks for tokens, once: a code or a refresh token is good for one answer.
async fn ask(host: &impl Host, app: &App, fields: &[(&str, &str)]) -> Result<Answer, GithubError> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", &app.client_id)
        .append_pair("client_secret", app.client_secret.expose())
        .extend_pairs(fields)
        .finish();
    let url = format!(
        "{}/login/oauth/access_token",
        host.config().github_token_url
    );
    let request = http::Request::builder()
        .method(Method::POST)
        .uri(url)
        .header(USER_AGENT, super::USER_AGENT_NAME)
        .header(ACCEPT, "application/json")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .map_err(|_| GithubError::Unauthorized)?;
    let answer = host.send(request, DEADLINE_MS).await;
    let answer = answer.map_err(GithubError::no_answer)?;
    if !answer.status().is_success() {
        return Err(match refused(host, &answer) {
            limit @ GithubError::RateLimited(_) => limit,
            _ => GithubError::Unavailable {
                status: Some(answer.status().as_u16()),
                words: String::new(),
            },
        });
    }
    let missing = || not_understood(host, "no tokens in it");
    let answer = serde_json::from_slice(answer.body()).map_err(|_| missing())?;
    let is_empty = match &answer {
        Answer::Tokens {
            access_token,
            refresh_token,
            ..
        } => {
            access_token.is_empty() || refresh_token.as_ref().is_some_and(|token| token.is_empty())
        }
        Answer::Refused { .. } => false,
    };
    match is_empty {
        true => Err(missing()),
        false => Ok(answer),
    }
}

/// The tokens of an answer, or GitHub's word for why there are none.
fn tokens(host: &impl Host, answer: Answer) -> Result<Tokens, String> {
    match answer {
        Answer::Tokens {
            access_token,
            expires_in,
            refresh_token,
        } => Ok(Tokens {
            access: Secret::new(access_token),
            refresh: refresh_token.map(Secret::new),
            expires_ms: expires_in.map(|seconds| host.now_ms() + seconds * 1000),
        }),
        Answer::Refused { error } => Err(error),
    }
}
