//! Work without a person: the App proves itself with a signed token, and gets one for a single repository.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{Method, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use shared::names::RepoName;

use super::client::{Repeat, parse};
use super::{Github, GithubError};
use crate::Secret;
use crate::config::App;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::session::{SessionMessage, SessionReply};
use crate::session::{open_for_server, seal_for_server};
use crate::timestamp::from_rfc3339;

/// The proof is good from a minute ago, for clocks that differ, until nine minutes from now; GitHub takes ten.
const PROOF_S: u64 = 9 * 60;
/// A token that ends sooner than this is not used any more.
const MARGIN_MS: u64 = 5 * 60 * 1000;

#[derive(Deserialize)]
struct Installation {
    id: u64,
}

#[derive(Deserialize)]
struct Token {
    token: String,
    expires_at: String,
}

/// A token for one repository with these permissions (`("contents", "read")`), kept until shortly before it ends.
///
/// None where no App is configured, it has no key, or it is not installed on the repository. The first costs two
/// requests, further ones none for about an hour.
pub(crate) async fn installation_token(
    host: &impl Host,
    repo: &RepoName,
    permissions: &[(&str, &str)],
) -> Result<Option<Secret>, GithubError> {
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
    let place = format!(
        "installation {} {}",
        repo.as_str().to_lowercase(),
        wanted.join(",")
    );
    if let Some(known) = kept(host, &place).await {
        return Ok(Some(known));
    }
    let proof = proof(host, app, key).await?;
    let found: Option<Installation> = call(
        host,
        Method::GET,
        &format!("/repos/{repo}/installation"),
        Some(&proof),
        None,
        Repeat::Freely,
    )
    .await?;
    let Some(Installation { id }) = found else {
        return Ok(None);
    };
    let permissions: Map<String, Value> = permissions
        .iter()
        .map(|(name, access)| ((*name).to_owned(), json!(access)))
        .collect();
    let body = json!({ "repositories": [repo.name()], "permissions": permissions });
    let path = format!("/app/installations/{id}/access_tokens");
    let Some(Token { token, expires_at }) = call(
        host,
        Method::POST,
        &path,
        Some(&proof),
        Some(&body),
        // A token more harms nobody.
        Repeat::Freely,
    )
    .await?
    else {
        return Ok(None);
    };
    let token = Secret::new(token);
    keep(host, &place, &token, &expires_at).await;
    Ok(Some(token))
}

/// Registers the App whose manifest GitHub took, and gives what GitHub says about it; none where the code is not known.
pub(crate) async fn convert_manifest<T: DeserializeOwned>(
    host: &impl Host,
    code: &str,
) -> Result<Option<T>, GithubError> {
    call(
        host,
        Method::POST,
        &format!("/app-manifests/{code}/conversions"),
        None,
        None,
        // A code is good for one answer.
        Repeat::Never,
    )
    .await
}

async fn kept(host: &impl Host, place: &str) -> Option<Secret> {
    let now_ms = host.now_ms();
    let message = SessionMessage::Installation { now_ms };
    match ask(host, place, &message).await {
        Ok(SessionReply::Installation(sealed)) => open_for_server(host, place, &sealed),
        _ => None,
    }
}

/// Keeps a token; if that fails the next request gets another.
async fn keep(host: &impl Host, place: &str, token: &Secret, expires_at: &str) {
    let ends_ms = from_rfc3339(expires_at);
    if let (Some(ends_ms), Ok(sealed)) = (ends_ms, seal_for_server(host, place, token)) {
        let until_ms = ends_ms.saturating_sub(MARGIN_MS);
        let message = SessionMessage::KeepInstallation { sealed, until_ms };
        if let Err(error) = ask(host, place, &message).await {
            let line = json!({ "event": "token_not_kept", "error": error.to_string() });
            host.log(&line.to_string());
        }
    }
}

/// A JSON web token that only the App can sign.
async fn proof(host: &impl Host, app: &App, key: &Secret) -> Result<Secret, GithubError> {
    let unusable = |why: String| GithubError::AppKey(why);
    let now_s = host.now_ms() / 1000;
    let head = json!({ "alg": "RS256", "typ": "JWT" });
    let claims = json!({ "iat": now_s - 60, "exp": now_s + PROOF_S, "iss": app.client_id });
    let part = |value: Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(head), part(claims));
    let key = pkcs8(key).ok_or_else(|| unusable("it is no RSA key in PEM".to_owned()))?;
    let signature = host.sign_rs256(&key, signed.as_bytes()).await;
    let signature = BASE64URL_NOPAD.encode(&signature.map_err(unusable)?);
    Ok(Secret::new(format!("{signed}.{signature}")))
}

/// The key in the one form that WebCrypto takes. GitHub hands keys out in the older PKCS#1, which is wrapped here.
fn pkcs8(pem: &Secret) -> Option<Vec<u8>> {
    // An algorithm identifier: rsaEncryption, no parameters.
    const RSA: [u8; 15] = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    // Where secrets are one line, line breaks are written as `\n`.
    let text = pem.expose().replace("\\n", "\n");
    let body: String = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let der = BASE64.decode(body.as_bytes()).ok()?;
    if text.contains("BEGIN PRIVATE KEY") {
        return Some(der);
    }
    text.contains("BEGIN RSA PRIVATE KEY").then(|| {
        let version = [0x02, 0x01, 0x00];
        let inner = [&version[..], &RSA, &element(0x04, &der)].concat();
        element(0x30, &inner)
    })
}

/// A DER element: tag, length, content.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    let mut bytes = vec![tag];
    match content.len() {
        short @ 0..=127 => bytes.push(u8::try_from(short).unwrap_or_default()),
        _ => {
            bytes.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
            bytes.extend(significant);
        }
    }
    bytes.extend(content);
    bytes
}

/// Asks as the App itself, or as nobody; none where GitHub knows no such thing.
async fn call<T: DeserializeOwned>(
    host: &impl Host,
    method: Method,
    path: &str,
    proof: Option<&Secret>,
    body: Option<&Value>,
    repeat: Repeat,
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
                Ok(body) => parse(body).map(Some).map_err(|_| {
                    GithubError::NotUnderstood("what it should hold is missing".to_owned())
                }),
                Err(limit @ GithubError::RateLimited(_)) => Err(limit),
                // The installation is suspended, or does not grant what is wanted.
                Err(_) if refused => Ok(None),
                Err(error) => Err(error),
            }
        })
        .await
}
