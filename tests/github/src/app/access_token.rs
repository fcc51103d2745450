//! `/login/oauth/access_token`: codes and refresh tokens against tokens; and taking a token back.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::store::{Refresh, now_s, random};
use crate::github::GitHub;
use crate::state::{Grant, Token, TokenKind};

/// Tokens of people end after eight hours.
const LIFE_S: i64 = 8 * 60 * 60;

type Shared = State<Arc<GitHub>>;

/// Gives tokens, or 200 with the reason why not, as GitHub does.
pub(super) async fn give(State(github): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let fields = fields(&headers, &body);
    let answer = match granted(&github, &fields) {
        Ok(tokens) => tokens,
        Err((error, description)) => json!({
            "error": error, "error_description": description,
            "error_uri": "https://docs.github.com/apps",
        }),
    };
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("json")) {
        return Json(answer).into_response();
    }
    // Callers that do not ask for JSON get a form.
    let mut form = form_urlencoded::Serializer::new(String::new());
    for (name, value) in answer.as_object().into_iter().flatten() {
        let text = value.as_str().map(str::to_owned);
        form.append_pair(name, &text.unwrap_or_else(|| value.to_string()));
    }
    let kind = [(header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
    (kind, form.finish()).into_response()
}

type Refused = (&'static str, &'static str);

fn granted(github: &GitHub, fields: &HashMap<String, String>) -> Result<Value, Refused> {
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let mut apps = github.apps.lock();
    let Some(app) = apps.app(field("client_id")).cloned() else {
        return Err(("Not Found", "There is no such App."));
    };
    if app.client_secret != field("client_secret") {
        return Err((
            "incorrect_client_credentials",
            "The client_id and/or client_secret passed are incorrect.",
        ));
    }
    let login = if field("grant_type") == "refresh_token" {
        let known = apps.refresh.remove(field("refresh_token"));
        let known = known.filter(|known| known.client_id == app.client_id);
        let Refresh { login, access, .. } = known.ok_or((
            "bad_refresh_token",
            "The refresh token passed is incorrect or expired.",
        ))?;
        github.remove_token(&Token::new(access));
        login
    } else {
        let bad = (
            "bad_verification_code",
            "The code passed is incorrect or expired.",
        );
        let code = apps.codes.remove(field("code")).ok_or(bad)?;
        if code.client_id != app.client_id || code.until_s <= now_s() {
            return Err(bad);
        }
        if code.redirect_uri != field("redirect_uri") {
            return Err((
                "redirect_uri_mismatch",
                "The redirect_uri MUST match the registered callback URL for this application.",
            ));
        }
        if let Some(challenge) = &code.challenge {
            let digest =
                ring::digest::digest(&ring::digest::SHA256, field("code_verifier").as_bytes());
            if *challenge != URL_SAFE_NO_PAD.encode(digest) {
                return Err(bad);
            }
        }
        code.login
    };
    let (access, refresh) = (random("ghu_"), random("ghr_"));
    github.add_token(Grant {
        token: Token::new(access.clone()),
        login: login.clone(),
        kind: TokenKind::UserToServer { app: app.id },
        expires_at_s: Some(now_s() + LIFE_S),
        sso: BTreeSet::new(),
    });
    let next = Refresh {
        client_id: app.client_id,
        login,
        access: access.clone(),
    };
    apps.issued.extend([access.clone(), refresh.clone()]);
    let verifier = field("code_verifier").to_owned();
    apps.issued
        .extend((!verifier.is_empty()).then_some(verifier));
    apps.refresh.insert(refresh.clone(), next);
    Ok(json!({
        "access_token": access, "expires_in": LIFE_S,
        "refresh_token": refresh, "refresh_token_expires_in": 15_811_200,
        "scope": "", "token_type": "bearer",
    }))
}

/// The fields of a form or of JSON.
fn fields(headers: &HeaderMap, body: &[u8]) -> HashMap<String, String> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| kind.contains("json")) {
        return serde_json::from_slice(body).unwrap_or_default();
    }
    form_urlencoded::parse(body).into_owned().collect()
}

/// `DELETE /applications/{client_id}/token`, for the App itself.
pub(super) async fn revoke(
    State(github): Shared,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut apps = github.apps.lock();
    let is_known = apps.app(&client).is_some_and(|app| {
        let pair = format!("{client}:{}", app.client_secret);
        let wanted = format!("Basic {}", STANDARD.encode(pair));
        headers
            .get(header::AUTHORIZATION)
            .is_some_and(|given| given.as_bytes() == wanted.as_bytes())
    });
    if !is_known {
        let body = Json(
            json!({"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}),
        );
        return (StatusCode::NOT_FOUND, body).into_response();
    }
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let token = body["access_token"].as_str().unwrap_or_default();
    apps.refresh.retain(|_, refresh| refresh.access != token);
    github.remove_token(&Token::new(token));
    StatusCode::NO_CONTENT.into_response()
}
