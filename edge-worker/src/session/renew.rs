//! One renewal for all requests that come when a token ends: GitHub's refresh tokens rotate, so two renewals at once
//! would lose one of them.

use super::{Cookie, Tokens, held, revoke, seal, sockets};
use crate::api_error::ApiError;
use crate::github::oauth::{self, RefusedRefresh};
use crate::host::{Host, jittered};
use crate::objects::ask;
use crate::objects::session::{Held, SessionMessage, SessionReply};

/// A token that ends sooner than this is renewed first.
const MARGIN_MS: u64 = 60_000;
/// A request that waits longer for another one's renewal is told to try again.
const PATIENCE_MS: u64 = 20_000;

/// The session's tokens, renewed if they are about to end.
pub(super) async fn renew_if_due(
    host: &impl Host,
    cookie: &Cookie,
    first: &Held,
    tokens: Tokens,
) -> Result<Tokens, ApiError> {
    let begun = host.now_ms();
    let (mut generation, mut tokens) = (first.generation, tokens);
    while is_due(&tokens, host.now_ms()) {
        let now_ms = host.now_ms();
        let begin = SessionMessage::BeginRenewal { generation, now_ms };
        match ask(host, &cookie.session, &begin).await? {
            SessionReply::New => return renew(host, cookie, generation, tokens).await,
            SessionReply::Nobody => return Err(ApiError::SignedOut),
            SessionReply::UnderWay if now_ms.saturating_sub(begun) > PATIENCE_MS => {
                return Err(ApiError::Busy);
            }
            SessionReply::UnderWay => host.sleep(jittered(host, 50)).await,
            // Somebody else renewed: read again.
            _ => {}
        }
        let (held, newer) = held(host, cookie).await?;
        (generation, tokens) = (held.generation, newer);
    }
    Ok(tokens)
}

fn is_due(tokens: &Tokens, now_ms: u64) -> bool {
    tokens.refresh.is_some()
        && tokens
            .expires_ms
            .is_some_and(|expires_ms| expires_ms < now_ms + MARGIN_MS)
}

/// Gets the next pair of tokens; this request alone does it.
async fn renew(
    host: &impl Host,
    cookie: &Cookie,
    generation: u64,
    tokens: Tokens,
) -> Result<Tokens, ApiError> {
    let Some(refresh) = &tokens.refresh else {
        return Ok(tokens);
    };
    match oauth::refresh(host, refresh).await {
        Ok(renewed) => {
            let message = SessionMessage::Renewed {
                generation,
                sealed: seal::seal(host, &cookie.secret, &renewed.to_secret())?,
                expires_ms: renewed.expires_ms,
            };
            match ask(host, &cookie.session, &message).await? {
                // Who signed out meanwhile had only the token from before revoked.
                SessionReply::Nobody => {
                    revoke(host, &renewed.access).await;
                    Err(ApiError::SignedOut)
                }
                _ => Ok(renewed),
            }
        }
        Err(RefusedRefresh::Ended) => {
            sockets::end(host, &cookie.session).await?;
            Err(ApiError::SignedOut)
        }
        Err(RefusedRefresh::Github(error)) => {
            ask(
                host,
                &cookie.session,
                &SessionMessage::NotRenewed { generation },
            )
            .await?;
            let still_good = tokens
                .expires_ms
                .is_some_and(|expires_ms| expires_ms > host.now_ms() + 5_000);
            match still_good && error.is_unreachable() {
                true => Ok(tokens),
                false => Err(error.into()),
            }
        }
    }
}
