//! The sockets that a session has open end with it.

use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::host::{Host, ObjectUnavailable};
use crate::objects::ask;
use crate::objects::fabric::session_digest;
use crate::objects::session::{SessionMessage, SessionReply};

/// Closes a session; its object ends its sockets, and asks fabrics again that do not answer.
pub(super) async fn end(host: &impl Host, session: &str) -> Result<(), ObjectUnavailable> {
    let message = SessionMessage::End {
        sockets: session_digest(session),
        now_ms: host.now_ms(),
    };
    ask(host, session, &message).await.map(drop)
}

/// Keeps with a session that a socket was opened. Where the session ended meanwhile, so does the socket.
///
/// # Errors
/// [`ApiError::SignedOut`], and [`ApiError::TooManyWatchers`] where the session has sockets at as many fabrics as it may.
pub(crate) async fn keep_socket(
    host: &impl Host,
    session: &str,
    fabric: &FabricId,
    until_ms: u64,
) -> Result<(), ApiError> {
    let message = SessionMessage::Watches {
        fabric: fabric.clone(),
        until_ms,
        now_ms: host.now_ms(),
    };
    let refused = match ask(host, session, &message).await {
        Ok(SessionReply::Done) => return Ok(()),
        Ok(SessionReply::Watched(_)) => ApiError::TooManyWatchers,
        Ok(_) => ApiError::SignedOut,
        Err(error) => error.into(),
    };
    end_at(host, fabric, &session_digest(session)).await;
    Err(refused)
}

async fn end_at(host: &impl Host, fabric: &FabricId, session: &str) {
    if let Err(error) = host.end_sockets(fabric, session).await {
        // They end by themselves, at the latest a quarter of an hour after they were opened.
        let line = serde_json::json!({ "event": "sockets_not_ended", "fabric": fabric, "error": error.to_string() });
        host.log(&line.to_string());
    }
}
