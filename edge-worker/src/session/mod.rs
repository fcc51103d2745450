//! Who is asking: a cookie names a session object and carries the secret without which its tokens cannot be opened.

mod answer;
mod cookie;
mod login;
mod renew;
mod seal;
mod tokens;

use shared::api::{SignInMethod, User};

pub(crate) use answer::session_answer;
pub(crate) use cookie::{Cookie, clear};
pub(crate) use login::{Login, begin_login, finish_login, new_state, recall, remember};
pub(crate) use seal::{derive, open_for_server, seal_for_server};
pub(crate) use tokens::Tokens;

use crate::Secret;
use crate::admission::enforce_limit;
use crate::api_error::ApiError;
use crate::github::oauth;
use crate::host::{Host, Limit, random};
use crate::objects::ask;
use crate::objects::session::{Held, SessionMessage, SessionReply};
use crate::request::Request;

pub(crate) struct SignedIn {
    /// The session object's name.
    pub session: String,
    pub user: User,
    pub method: SignInMethod,
    /// The token to ask GitHub with.
    pub token: Secret,
}

/// Opens a session for tokens that GitHub accepted, and gives its cookie.
pub(crate) async fn open(
    host: &impl Host,
    tokens: &Tokens,
    method: SignInMethod,
    user: User,
) -> Result<Cookie, ApiError> {
    let cookie = Cookie::new(random(host), random(host));
    let message = SessionMessage::Open {
        held: Held {
            sealed: seal::seal(host, &cookie.secret, &tokens.to_secret())?,
            user,
            method,
            expires_ms: tokens.expires_ms,
            generation: 1,
        },
        now_ms: host.now_ms(),
    };
    ask(host, &cookie.session, &message).await?;
    Ok(cookie)
}

/// The person who sent the request, with a token that is good for at least a minute.
///
/// # Errors
/// [`ApiError::SignedOut`] where nobody is signed in, the cookie was altered, or the session was closed.
pub(crate) async fn signed_in(host: &impl Host, request: &Request) -> Result<SignedIn, ApiError> {
    let cookie = Cookie::read(request).ok_or(ApiError::SignedOut)?;
    let (held, tokens) = held(host, &cookie).await?;
    enforce_limit(host, Limit::Person, &held.user.id.to_string()).await?;
    let tokens = renew::renew_if_due(host, &cookie, &held, tokens).await?;
    Ok(SignedIn {
        session: cookie.session,
        user: held.user,
        method: held.method,
        token: tokens.access,
    })
}

/// Closes the session of the request, if there is one, and revokes its token where GitHub takes that. Signing in again
/// closes the one before, too: its cookie is replaced, so that it could no longer be signed out.
pub(crate) async fn close(host: &impl Host, request: &Request) -> Result<(), ApiError> {
    // Only who holds the secret may close the session.
    let Some(cookie) = Cookie::read(request) else {
        return Ok(());
    };
    let Ok((held, tokens)) = held(host, &cookie).await else {
        return Ok(());
    };
    ask(host, &cookie.session, &SessionMessage::Close).await?;
    if held.method == SignInMethod::App
        && let Err(error) = oauth::revoke(host, &tokens.access).await
    {
        // The session is gone either way; the token ends by itself within eight hours.
        let line = serde_json::json!({ "event": "token_not_revoked", "error": error.to_string() });
        host.log(&line.to_string());
    }
    Ok(())
}

/// What the session holds, opened.
async fn held(host: &impl Host, cookie: &Cookie) -> Result<(Held, Tokens), ApiError> {
    let now_ms = host.now_ms();
    match ask(host, &cookie.session, &SessionMessage::Get { now_ms }).await? {
        SessionReply::Session(held) => {
            let opened = seal::open(host, &cookie.secret, &held.sealed);
            let tokens = opened.and_then(|text| Tokens::from_secret(&text, held.expires_ms));
            Ok((held, tokens.ok_or(ApiError::SignedOut)?))
        }
        _ => Err(ApiError::SignedOut),
    }
}
