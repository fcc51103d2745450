//! The GitHub App's web flow: away to GitHub with a `state` and a PKCE challenge, and back with a code.
//!
//! What has to be remembered in the meantime lies sealed in an object that only this browser's cookie opens, so that a `state`
//! is good for one browser, once, for ten minutes.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::api::SignInMethod;

use super::{Cookie, close, open, seal};
use crate::Secret;
use crate::api_error::ApiError;
use crate::config::App;
use crate::github::{Github, oauth};
use crate::host::{Host, random};
use crate::objects::ask;
use crate::objects::session::{SessionMessage, SessionReply};
use crate::request::{Request, origin, query};

use super::cookie::clear_login;

/// Where to send the browser, and the cookies to give it.
pub(crate) struct Login {
    /// The next address.
    pub location: String,
    /// Values of `Set-Cookie`.
    pub cookies: Vec<String>,
}

/// What is remembered while the person is at GitHub.
#[derive(Serialize, Deserialize)]
struct Remembered {
    verifier: String,
    return_to: String,
}

/// Begins a sign-in that will come back to `return_to`.
pub(crate) async fn begin_login(
    host: &impl Host,
    request: &Request,
    return_to: &str,
) -> Result<Login, ApiError> {
    let app = app(host)?;
    let verifier = BASE64URL_NOPAD.encode(&random::<32>(host));
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes()));
    let remembered = Remembered {
        verifier,
        return_to: own_path(return_to).to_owned(),
    };
    let text = serde_json::to_string(&remembered).unwrap_or_default();
    let (cookie, state) = remember(host, &text).await?;
    let redirect = callback(host, request);
    Ok(Login {
        location: oauth::authorize_url(host, app, &redirect, &state, &challenge),
        cookies: vec![cookie],
    })
}

/// Ends a sign-in: GitHub sent the person back with a code.
///
/// # Errors
/// [`ApiError::LoginRefused`] where this browser did not begin it, or it was ended or refused before.
pub(crate) async fn finish_login(host: &impl Host, request: &Request) -> Result<Login, ApiError> {
    let app = app(host)?;
    let text = recall(host, request, &query(request, "state")).await?;
    let remembered: Remembered = serde_json::from_str(text.expose())
        .map_err(|_| ApiError::LoginRefused("it began as something else"))?;
    let code = query(request, "code");
    if code.is_empty() {
        return Err(ApiError::LoginRefused(
            "GitHub sent no code; the request may have been declined there",
        ));
    }
    let verifier = Secret::new(remembered.verifier);
    let tokens = oauth::exchange(host, app, &code, &verifier, &callback(host, request))
        .await
        .map_err(|error| match error {
            Some(error) => ApiError::Github(error),
            None => ApiError::LoginRefused("GitHub did not accept its code"),
        })?;
    let viewer = Github::new(host, &tokens.access).viewer().await?;
    let session = open(host, &tokens, SignInMethod::App, viewer.into()).await?;
    close(host, request).await?;
    Ok(Login {
        location: own_path(&remembered.return_to).to_owned(),
        cookies: vec![session, clear_login()],
    })
}

/// Keeps a text for when GitHub sends this browser back, and gives the cookie and the `state` that lead to it.
pub(crate) async fn remember(host: &impl Host, text: &str) -> Result<(String, String), ApiError> {
    let cookie = Cookie::new(random(host), random(host));
    let state = BASE64URL_NOPAD.encode(&random::<32>(host));
    let message = SessionMessage::BeginLogin {
        sealed: seal::seal(host, &cookie.secret, &Secret::new(text.to_owned()))?,
        state: digest(&state),
        now_ms: host.now_ms(),
    };
    ask(host, &cookie.session, &message).await?;
    Ok((cookie.set_login(), state))
}

/// Gives back what [`remember`] kept: once, to the same browser, within ten minutes.
pub(crate) async fn recall(
    host: &impl Host,
    request: &Request,
    state: &str,
) -> Result<Secret, ApiError> {
    let refused = |why: &'static str| ApiError::LoginRefused(why);
    let cookie = Cookie::read_login(request).ok_or(refused(
        "this browser did not begin it, or began it over ten minutes ago",
    ))?;
    let take = SessionMessage::TakeLogin {
        state: digest(state),
        now_ms: host.now_ms(),
    };
    let SessionReply::Login(sealed) = ask(host, &cookie.session, &take).await? else {
        return Err(refused(
            "its `state` is not the one that this browser was given, or was used before",
        ));
    };
    seal::open(host, &cookie.secret, &sealed)
        .ok_or(refused("what was remembered of it cannot be opened"))
}

fn app(host: &impl Host) -> Result<&App, ApiError> {
    host.config().app.as_ref().ok_or(ApiError::NoApp)
}

fn callback(host: &impl Host, request: &Request) -> String {
    format!("{}/api/auth/callback", origin(host, request))
}

/// Only the digest of a `state` is kept.
fn digest(state: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(state.as_bytes()))
}

/// A path of this origin, with query and fragment; whatever could lead elsewhere becomes the start page.
fn own_path(return_to: &str) -> &str {
    let is_plain = return_to
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_ours = return_to.starts_with('/')
        && !return_to.starts_with("//")
        && !return_to.starts_with("/api/")
        && return_to.len() <= 8192;
    if is_plain && is_ours { return_to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn return_to_never_leaves_this_origin() {
        for same in [
            "/",
            "/f/abc",
            "/#name=fabric-1&branch=main",
            "/fabrics?state=error#x",
        ] {
            assert_eq!(own_path(same), same);
        }
        for elsewhere in [
            "",
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "/\t/evil.example",
            "/\r\nLocation: https://evil.example",
            "javascript:alert(1)",
            "fabrics",
            "/api/auth/login?return_to=/",
            "/é",
        ] {
            assert_eq!(own_path(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
