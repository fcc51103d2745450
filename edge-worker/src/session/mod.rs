//! Who is asking: a cookie names a session object and carries the secret without which its tokens cannot be opened.

mod answer;
mod cookie;
mod login;
mod renew;
mod seal;
mod sockets;
mod tokens;
mod under_way;

use shared::api::{SignInMethod, User};

pub(crate) use answer::session_answer;
pub(crate) use cookie::{Cookie, clear};
pub(crate) use login::{Login, begin_login, finish_login};
pub(crate) use seal::{derive, derive_all, open_for_server, seal_for_server};
pub(crate) use sockets::keep_socket;
pub(crate) use tokens::Tokens;
pub(crate) use under_way::{Purpose, new_state, recall, remember};

use crate::Secret;
use crate::admission::enforce_limit;
use crate::api_error::ApiError;
use crate::github::oauth;
use crate::host::{Host, Limit};
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

/// Opens a session for tokens that GitHub accepted, and gives its cookie. Of a person's sessions only the last ones stay.
pub(crate) async fn open(
    host: &impl Host,
    tokens: &Tokens,
    method: SignInMethod,
    user: User,
) -> Result<Cookie, ApiError> {
    let cookie = Cookie::new(host)?;
    let now_ms = host.now_ms();
    let person = user.id;
    // Before it is there, so that none is that is not counted.
    let keep = SessionMessage::KeepName {
        session: cookie.session.clone(),
        now_ms,
    };
    let kept = ask(host, &of_person(person), &keep).await?;
    let message = SessionMessage::Open {
        held: Held {
            sealed: seal::seal(host, &cookie.secret, &tokens.to_secret())?,
            user,
            method,
            expires_ms: tokens.expires_ms,
            generation: 1,
        },
        now_ms,
    };
    ask(host, &cookie.session, &message).await?;
    if let SessionReply::Names(oldest) = kept {
        for session in oldest {
            // One that does not end keeps its name, and is ended at the next sign-in.
            if end(host, &session, None).await.is_ok() {
                forget_name(host, person, session).await;
            }
        }
    }
    Ok(cookie)
}

/// The object of a person, whatever the session.
pub(crate) fn of_person(id: u64) -> String {
    format!("person-{id}")
}

/// Counts a sign-in of somebody of whom GitHub said who it is: from many addresses, or without cookies, sessions would pile up.
pub(crate) async fn admit_sign_in(host: &impl Host, user: &User) -> Result<(), ApiError> {
    enforce_limit(host, Limit::SignIn, &format!("person {}", user.id)).await
}

/// The person who sent the request, with a token that is good for at least a minute.
///
/// # Errors
/// [`ApiError::SignedOut`] where nobody is signed in, the cookie was altered, or the session was closed.
pub(crate) async fn signed_in(host: &impl Host, request: &Request) -> Result<SignedIn, ApiError> {
    let cookie = Cookie::read(host, request).ok_or(ApiError::SignedOut)?;
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
///
/// The session is named by its cookie, which nobody can guess, so that it ends also where its tokens cannot be opened any
/// more: a key that comes back would open them again.
///
/// # Errors
/// [`ApiError::Storage`] where its object cannot be asked: then it has not ended.
pub(crate) async fn close(host: &impl Host, request: &Request) -> Result<(), ApiError> {
    let Some(cookie) = Cookie::read_to_close(request) else {
        return Ok(());
    };
    if let Some(person) = end(host, &cookie.session, Some(&cookie)).await? {
        forget_name(host, person, cookie.session).await;
    }
    Ok(())
}

/// Ends every session of a person, as far as their names are kept: those of the last sign-ins, of either kind.
///
/// # Errors
/// [`ApiError::Storage`] where one could not be ended; those that were stay so.
pub(crate) async fn end_all_of(host: &impl Host, person: u64) -> Result<(), ApiError> {
    let now_ms = host.now_ms();
    let reply = ask(host, &of_person(person), &SessionMessage::Names { now_ms }).await?;
    let SessionReply::Names(names) = reply else {
        return Ok(());
    };
    for session in names {
        end(host, &session, None).await?;
        forget_name(host, person, session).await;
    }
    Ok(())
}

/// Ends a session, and gives whose it was, as far as that is known. Its token can be opened, to be revoked, only with its cookie.
async fn end(
    host: &impl Host,
    session: &str,
    cookie: Option<&Cookie>,
) -> Result<Option<u64>, ApiError> {
    let now_ms = host.now_ms();
    let found = ask(host, session, &SessionMessage::Get { now_ms }).await;
    sockets::end(host, session).await?;
    let held = match found {
        Ok(SessionReply::Session(held)) => held,
        Ok(_) => return Ok(None),
        Err(_) => {
            not_revoked(host, "its session could not be read");
            return Ok(None);
        }
    };
    if held.method == SignInMethod::App {
        match cookie.map(|cookie| tokens_of(host, cookie, &held)) {
            Some(Some(tokens)) => revoke(host, &tokens.access).await,
            Some(None) => not_revoked(host, "no key of SESSION_KEY opens it any more"),
            None => not_revoked(
                host,
                "only its cookie opens it, and the person has newer sessions",
            ),
        }
    }
    Ok(Some(held.user.id))
}

/// Forgets a session that ended with its person. A name that stays leads to nothing, and goes when the session would have ended
/// by itself.
async fn forget_name(host: &impl Host, person: u64, session: String) {
    let forget = SessionMessage::ForgetName { session };
    let _ = ask(host, &of_person(person), &forget).await;
}

/// Has GitHub take back a token of the App that nobody holds any more.
async fn revoke(host: &impl Host, token: &Secret) {
    if let Err(error) = oauth::revoke(host, token).await {
        not_revoked(host, &error.to_string());
    }
}

/// Its session is gone either way; the token ends by itself within eight hours.
fn not_revoked(host: &impl Host, why: &str) {
    let line = serde_json::json!({ "event": "token_not_revoked", "error": why });
    host.log(&line.to_string());
}

/// What the session holds, opened.
async fn held(host: &impl Host, cookie: &Cookie) -> Result<(Held, Tokens), ApiError> {
    let now_ms = host.now_ms();
    match ask(host, &cookie.session, &SessionMessage::Get { now_ms }).await? {
        SessionReply::Session(held) => {
            let tokens = tokens_of(host, cookie, &held).ok_or(ApiError::SignedOut)?;
            Ok((held, tokens))
        }
        _ => Err(ApiError::SignedOut),
    }
}

/// The tokens, if a configured key opens them.
fn tokens_of(host: &impl Host, cookie: &Cookie, held: &Held) -> Option<Tokens> {
    let opened = seal::open(host, &cookie.secret, &held.sealed)?;
    Tokens::from_secret(&opened, held.expires_ms)
}
