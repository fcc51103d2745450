//! Who is asking: a cookie names a session object and carries the secret without which its token cannot be opened.

mod cookie;
mod seal;

use shared::api::User;

pub(crate) use cookie::{Cookie, clear};

use crate::Secret;
use crate::error::ApiError;
use crate::host::{Host, random};
use crate::objects::ask;
use crate::objects::session::{SessionMessage, SessionReply};
use crate::request::Request;

/// A person who is signed in.
pub(crate) struct SignedIn {
    /// The session object's name.
    pub session: String,
    /// Who it is.
    pub user: User,
    /// The token to ask GitHub with.
    pub token: Secret,
}

/// Opens a session for a token that GitHub accepted, and gives the cookie's value for `Set-Cookie`.
pub(crate) async fn open(host: &impl Host, token: &Secret, user: User) -> Result<String, ApiError> {
    let cookie = Cookie::new(random(host), random(host));
    let sealed = seal::seal(host, &cookie.secret, token)?;
    let now_ms = host.now_ms();
    let message = SessionMessage::Open {
        sealed,
        user,
        now_ms,
    };
    ask(host, &cookie.session, &message).await?;
    Ok(cookie.set())
}

/// The person who sent the request.
///
/// # Errors
/// [`ApiError::SignedOut`] where nobody is signed in, the cookie was altered, or the session was closed.
pub(crate) async fn signed_in(host: &impl Host, request: &Request) -> Result<SignedIn, ApiError> {
    let cookie = Cookie::read(request).ok_or(ApiError::SignedOut)?;
    let now_ms = host.now_ms();
    match ask(host, &cookie.session, &SessionMessage::Get { now_ms }).await? {
        SessionReply::Session { sealed, user } => {
            let token = seal::open(host, &cookie.secret, &sealed).ok_or(ApiError::SignedOut)?;
            Ok(SignedIn {
                session: cookie.session,
                user,
                token,
            })
        }
        _ => Err(ApiError::SignedOut),
    }
}

/// Closes the session of the request, if there is one.
pub(crate) async fn close(host: &impl Host, request: &Request) -> Result<(), ApiError> {
    // Only who holds the secret may close the session.
    if let Ok(person) = signed_in(host, request).await {
        ask(host, &person.session, &SessionMessage::Close).await?;
    }
    Ok(())
}
