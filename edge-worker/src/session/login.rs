//! The GitHub App's web flow: away to GitHub with a `state` and a PKCE challenge, and back with a code.
//!
//! What has to be remembered in the meantime lies sealed in a cookie of this browser (`under_way`), so that a `state` is good for
//! one browser, for ten minutes, and a code for what that cookie proves, once. A code that comes without one is not used; a
//! sign-in of its own begins instead.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::api::SignInMethod;

use super::cookie::{clear_old_login, clear_oldest_logins};
use super::under_way::{Purpose, new_state, recall, remember};
use super::{Cookie, Tokens, admit_sign_in, close, held, open, revoke};
use crate::Secret;
use crate::admission::is_led_by_another_site;
use crate::api_error::ApiError;
use crate::config::App;
use crate::github::{Github, oauth};
use crate::host::{Host, random};
use crate::request::{Request, origin, query};

/// How the `state` begins that is given to a browser which came back without one that is known; the time follows, in
/// milliseconds. No other has a full stop.
const AGAIN: &str = "again.";
/// A browser that comes back this soon without what it was given goes round and round.
const ROUND_MS: u64 = 60_000;
/// The most bytes of the path to come back to. Five sign-ins may be under way, and all their cookies travel with each request.
const MAX_PATH: usize = 1024;

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
    /// What proves to GitHub that the code is this browser's; empty once a code was used.
    verifier: String,
    return_to: String,
}

/// Begins a sign-in that will come back to `return_to`. Where another site leads here, that page is shown instead, with the button to press: a
/// link would otherwise change who is signed in.
pub(crate) async fn begin_login(
    host: &impl Host,
    request: &Request,
    return_to: &str,
) -> Result<Login, ApiError> {
    if is_led_by_another_site(request) {
        return Ok(Login {
            location: own_path(return_to).to_owned(),
            cookies: Vec::new(),
        });
    }
    begin(host, request, return_to, "").await
}

async fn begin(
    host: &impl Host,
    request: &Request,
    return_to: &str,
    prefix: &str,
) -> Result<Login, ApiError> {
    let app = app(host)?;
    let verifier = BASE64URL_NOPAD.encode(&random::<32>(host));
    let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes()));
    let state = format!("{prefix}{}", new_state(host));
    let mut cookies = vec![set(host, verifier, own_path(return_to), &state)?];
    cookies.extend(clear_oldest_logins(request));
    let redirect = callback(host, request);
    Ok(Login {
        location: oauth::authorize_url(host, app, &redirect, &state, &challenge),
        cookies,
    })
}

/// Ends a sign-in: GitHub sent the person back with a code.
///
/// Where this browser did not begin it, ended it before, or was sent by GitHub after the App was installed, the code is not
/// used: a person who is signed in goes back to the page that they came from, anybody else begins a sign-in of their own.
///
/// # Errors
/// [`ApiError::LoginRefused`] where it was declined, GitHub refuses its code, or the browser does not keep what it is given.
pub(crate) async fn finish_login(host: &impl Host, request: &Request) -> Result<Login, ApiError> {
    let app = app(host)?;
    let state = query(request, "state");
    let is_declined = !query(request, "error").is_empty();
    let text = match recall(host, request, Purpose::SignIn, &state).await {
        Err(ApiError::LoginRefused(_)) if !is_declined => {
            // The address for installing the App takes a path as `state`, and GitHub gives it back.
            let page = own_path(&state);
            return without_state(host, request, page, goes_round(host, &state)).await;
        }
        text => text?,
    };
    let remembered: Remembered = serde_json::from_str(text.expose())
        .map_err(|_| ApiError::LoginRefused("it began as something else".into()))?;
    let page = own_path(&remembered.return_to).to_owned();
    if remembered.verifier.is_empty() && !is_declined {
        return without_state(host, request, &page, false).await;
    }
    let code = query(request, "code");
    if code.is_empty() {
        return Err(ApiError::LoginRefused(
            "GitHub sent no code; the request may have been declined there".into(),
        ));
    }
    // Whoever repeats the callback or goes back to it still comes back to the page.
    let used = set(host, String::new(), &page, &state)?;
    let verifier = Secret::new(remembered.verifier);
    let tokens = match oauth::exchange(host, app, &code, &verifier, &callback(host, request)).await
    {
        Ok(tokens) => tokens,
        Err(Some(error)) => return Err(ApiError::Github(error)),
        // It is good once, and the browser may not have got what the first answer said.
        Err(None) if !goes_round(host, &state) => {
            return without_state(host, request, &page, false).await;
        }
        Err(None) => {
            return Err(ApiError::LoginRefused(
                "GitHub did not accept its code".into(),
            ));
        }
    };
    match open_session(host, request, &tokens).await {
        Ok(session) => {
            let mut cookies = vec![session.set(), used];
            cookies.extend(clear_old_login(request));
            Ok(Login {
                location: page,
                cookies,
            })
        }
        // Nobody will ever hold these.
        Err(error) => {
            revoke(host, &tokens.access).await;
            Err(error)
        }
    }
}

async fn open_session(
    host: &impl Host,
    request: &Request,
    tokens: &Tokens,
) -> Result<Cookie, ApiError> {
    let user = Github::new(host, &tokens.access).viewer().await?.into();
    admit_sign_in(host, &user).await?;
    close(host, request).await?;
    open(host, tokens, SignInMethod::App, user).await
}

/// The cookie that leads back to `page`; the verifier is empty once it was used.
fn set(host: &impl Host, verifier: String, page: &str, state: &str) -> Result<String, ApiError> {
    let remembered = Remembered {
        verifier,
        return_to: page.to_owned(),
    };
    let text = serde_json::to_string(&remembered).unwrap_or_default();
    remember(host, Purpose::SignIn, &text, state)
}

/// What follows where no sign-in of this browser is under way with the `state` that came back, if any came.
async fn without_state(
    host: &impl Host,
    request: &Request,
    page: &str,
    goes_round: bool,
) -> Result<Login, ApiError> {
    if let Some(cookie) = Cookie::read(host, request)
        && held(host, &cookie).await.is_ok()
    {
        return Ok(Login {
            location: page.to_owned(),
            cookies: Vec::new(),
        });
    }
    if goes_round {
        return Err(ApiError::LoginRefused(
            "this browser does not send back the cookie that it was given".into(),
        ));
    }
    let prefix = format!("{AGAIN}{}.", host.now_ms());
    begin(host, request, page, &prefix).await
}

/// Tells whether this `state` was given a short time ago to a browser that had come back without one already.
fn goes_round(host: &impl Host, state: &str) -> bool {
    let time = state
        .strip_prefix(AGAIN)
        .and_then(|rest| rest.split_once('.'));
    let began_ms = time.and_then(|(time, _)| time.parse::<u64>().ok());
    began_ms.is_some_and(|began_ms| host.now_ms().saturating_sub(began_ms) < ROUND_MS)
}

fn app(host: &impl Host) -> Result<&App, ApiError> {
    host.config().app.as_ref().ok_or(ApiError::NoApp)
}

fn callback(host: &impl Host, request: &Request) -> String {
    format!("{}/api/auth/callback", origin(host, request))
}

/// A path of this origin, with query and fragment; whatever could lead elsewhere becomes the start page. What is too long for a
/// cookie comes back to its page without them.
fn own_path(return_to: &str) -> &str {
    let is_plain = return_to
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_ours = return_to.starts_with('/')
        && !return_to.starts_with("//")
        && !return_to.starts_with("/api/");
    if !(is_plain && is_ours) {
        return "/";
    }
    let mut shorter = [&['\0'][..], &['#'], &['#', '?']].into_iter();
    let fits = shorter.find_map(|ends| {
        let path = return_to.split(ends).next().unwrap_or_default();
        (path.len() <= MAX_PATH).then_some(path)
    });
    fits.unwrap_or("/")
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

    #[test]
    fn what_is_too_long_for_a_cookie_comes_back_to_its_page() {
        let long = "x".repeat(1025);
        for (return_to, expected) in [
            (format!("/fabrics?search=a#{long}"), "/fabrics?search=a"),
            (format!("/fabrics?search={long}#x"), "/fabrics"),
            (format!("/{long}?search=a"), "/"),
            (format!("/?{long}"), "/"),
        ] {
            assert_eq!(own_path(&return_to), expected);
        }
        let longest = format!("/{}", &long[2..]);
        assert_eq!(own_path(&longest), longest);
    }
}
