//! What is remembered of somebody who is at GitHub, to sign in or to register an App: sealed in a cookie of this browser, so that
//! nothing is stored for people who are nobody yet.
//!
//! The seal is under `SESSION_KEY`, for one purpose and one `state`, and says until when it is good. Once is what its code is
//! good for, at GitHub.

use data_encoding::BASE64URL_NOPAD;

use super::cookie::{self, Cookie, RANDOM_NAMES_UNTIL_MS};
use super::seal;
use crate::Secret;
use crate::api_error::ApiError;
use crate::digest::sha256;
use crate::host::{Host, random};
use crate::objects::ask;
use crate::objects::session::{SessionMessage, SessionReply};
use crate::request::Request;

/// What somebody is at GitHub for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    SignIn,
    SetUp,
}

impl Purpose {
    /// What the seal is for; part of cookies, so it stays.
    fn of(self, state: &str) -> String {
        match self {
            Self::SignIn => format!("hedgerow sign-in {state}"),
            Self::SetUp => format!("hedgerow set-up {state}"),
        }
    }
}

/// A `state` that nobody can guess.
pub(crate) fn new_state(host: &impl Host) -> String {
    BASE64URL_NOPAD.encode(&random::<32>(host))
}

/// Has this browser keep a text for when GitHub sends it back with `state`: the value of `Set-Cookie`.
pub(crate) fn remember(
    host: &impl Host,
    purpose: Purpose,
    text: &str,
    state: &str,
) -> Result<String, ApiError> {
    let until_ms = host.now_ms() + u64::from(cookie::MINUTES_10) * 1000;
    let state = digest(state);
    let text = Secret::new(format!("{until_ms} {text}"));
    let sealed = seal::seal_for_server(host, &purpose.of(&state), &text)?;
    Ok(cookie::set_under_way(&state, &sealed))
}

/// Gives back what [`remember`] had this browser keep.
///
/// # Errors
/// [`ApiError::LoginRefused`] where the browser has none for this purpose and `state` that is still good.
pub(crate) async fn recall(
    host: &impl Host,
    request: &Request,
    purpose: Purpose,
    state: &str,
) -> Result<Secret, ApiError> {
    let state = digest(state);
    let found = match cookie::under_way(request, &state) {
        Some(value) => match Cookie::parse(value) {
            Some(old) if purpose == Purpose::SignIn && host.now_ms() < RANDOM_NAMES_UNTIL_MS => {
                take(host, &old, state).await?
            }
            _ => opened(host, &purpose.of(&state), value),
        },
        None => None,
    };
    found.ok_or(ApiError::LoginRefused(
        "this browser did not begin it, or began it over ten minutes ago".into(),
    ))
}

fn opened(host: &impl Host, purpose: &str, sealed: &str) -> Option<Secret> {
    let text = seal::open_for_server(host, purpose, sealed)?;
    let (until_ms, text) = text.expose().split_once(' ')?;
    let is_good = until_ms
        .parse()
        .is_ok_and(|until: u64| host.now_ms() < until);
    is_good.then(|| Secret::new(text.to_owned()))
}

/// Gives back what a version before this one kept in an object.
async fn take(
    host: &impl Host,
    cookie: &Cookie,
    state: String,
) -> Result<Option<Secret>, ApiError> {
    let now_ms = host.now_ms();
    let message = SessionMessage::TakeLogin { state, now_ms };
    Ok(match ask(host, &cookie.session, &message).await? {
        SessionReply::Login(sealed) => seal::open(host, &cookie.secret, &sealed),
        _ => None,
    })
}

/// What a cookie is called after, and its seal is bound to.
fn digest(state: &str) -> String {
    sha256(state)
}
