//! How an App proves who it is: a JSON web token, signed with RS256.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::{Value, json};

use super::store::{App, now_s};
use crate::github::GitHub;

/// A clock may be wrong by this much.
const DRIFT_S: i64 = 60;
/// Longer than this no such token may live.
const LONGEST_S: i64 = 600;

#[derive(Deserialize)]
struct Claims {
    iat: i64,
    exp: i64,
    iss: Value,
}

/// The App that sends the request.
pub(super) fn caller(github: &GitHub, headers: &HeaderMap) -> Result<App, Box<Response>> {
    read(github, headers).map_err(|message| {
        let body = json!({"message": message, "documentation_url": "https://docs.github.com/rest", "status": "401"});
        Box::new((StatusCode::UNAUTHORIZED, Json(body)).into_response())
    })
}

fn read(github: &GitHub, headers: &HeaderMap) -> Result<App, &'static str> {
    const UNREADABLE: &str = "A JSON web token could not be decoded";
    let value = headers.get(header::AUTHORIZATION);
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or("");
    let token = text.strip_prefix("Bearer ").ok_or(UNREADABLE)?;
    let (signed, signature) = token.rsplit_once('.').ok_or(UNREADABLE)?;
    let (head, claims) = signed.split_once('.').ok_or(UNREADABLE)?;
    let part = |text: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    };
    let head = part(head).ok_or(UNREADABLE)?;
    if head["alg"] != "RS256" {
        return Err(UNREADABLE);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| UNREADABLE)?;
    let key = key().ok_or("the stand-in's key cannot be read")?;
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key())
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| UNREADABLE)?;
    let claims: Claims = part(claims)
        .and_then(|claims| serde_json::from_value(claims).ok())
        .ok_or(UNREADABLE)?;
    let now = now_s();
    if claims.iat > now + DRIFT_S {
        return Err("'Issued at' claim ('iat') must be an Integer representing a time in the past");
    }
    if claims.exp <= now {
        return Err(
            "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        );
    }
    if claims.exp > now + LONGEST_S {
        return Err("'Expiration time' claim ('exp') is too far in the future");
    }
    let issuer = claims.iss.as_str().map(str::to_owned);
    let issuer = issuer.unwrap_or_else(|| claims.iss.to_string());
    let apps = github.apps.lock();
    let app = apps
        .apps
        .iter()
        .find(|app| app.client_id == issuer || app.id.to_string() == issuer);
    app.cloned().ok_or("Integration not found")
}

fn key() -> Option<RsaKeyPair> {
    let lines = super::PRIVATE_KEY
        .lines()
        .filter(|line| !line.starts_with('-'));
    let der = STANDARD.decode(lines.collect::<String>()).ok()?;
    RsaKeyPair::from_der(&der).ok()
}
