//! One write to a repository at a time, so that Hedgerow's own writers do not make each other's heads stale.

use crate::api_error::ApiError;
use crate::host::{Host, jittered};
use crate::objects::repository::{RepositoryMessage, RepositoryReply};
use crate::objects::{SILENT_MS, ask};

/// A write that waits longer than this is told to try again.
const PATIENCE_MS: u64 = 120_000;

/// How the lock was got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteLock {
    AtOnce,
    /// After others, who may have moved the head.
    AfterOthers,
}

/// Waits until this operation alone may write to a repository.
pub(super) async fn acquire(
    host: &impl Host,
    repository: &str,
    operation: &str,
) -> Result<WriteLock, ApiError> {
    let begun = host.now_ms();
    let mut lock = WriteLock::AtOnce;
    loop {
        let message = RepositoryMessage::Acquire {
            operation: operation.to_owned(),
            now_ms: host.now_ms(),
            until_ms: host.now_ms() + SILENT_MS,
        };
        if ask(host, repository, &message).await? == RepositoryReply::Granted {
            return Ok(lock);
        }
        lock = WriteLock::AfterOthers;
        if host.now_ms().saturating_sub(begun) > PATIENCE_MS {
            return Err(ApiError::Busy);
        }
        host.sleep(jittered(host, 100)).await;
    }
}

/// Keeps the lock for an operation that has it and is still under way.
pub(super) async fn renew(host: &impl Host, repository: &str, operation: &str) {
    let message = RepositoryMessage::Renew {
        operation: operation.to_owned(),
        until_ms: host.now_ms() + SILENT_MS,
    };
    // One that is not heard is followed by another.
    let _ = ask(host, repository, &message).await;
}

/// Gives the lock back. If that fails, its lease runs out by itself.
pub(super) async fn release(host: &impl Host, repository: &str, operation: &str) {
    let message = RepositoryMessage::Release {
        operation: operation.to_owned(),
    };
    if let Err(error) = ask(host, repository, &message).await {
        host.log(&serde_json::json!({ "event": "turn_not_released", "operation": operation, "error": error.to_string() }).to_string());
    }
}
