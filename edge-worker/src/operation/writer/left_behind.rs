//! What an object that is no more left: writes of which something may have been sent, and writes that only waited.

use shared::record::{HistoryEntry, OperationKind, OperationOutcome, Partly};

use super::item::{Change, Item};
use super::message::Over;
use super::share::is_anybodys;
use crate::Secret;
use crate::access::load;
use crate::api_error::{ApiError, explanation};
use crate::github::Github;
use crate::github::app::installation_token;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage, FabricReply, Intent};
use crate::objects::repository::write_queue::QueuedWrite;
use crate::operation::settle::settle;
use crate::operation::write_error::WriteError;

/// What becomes of a write of which something may have been sent.
pub(super) enum Left {
    Over(Over),
    /// It goes on, and looks for what was sent first. That would have the root tree of this intent.
    GoesOn(Option<Intent>),
    /// Whoever may read the branch settles it.
    Unsettled,
}

/// Ends what an object that is no more had under way in the fabric, and gives what would prove it.
pub(super) async fn ended(host: &impl Host, item: &Item) -> Left {
    match end(host, item).await {
        Ok(left) => left,
        Err(error) => Left::Over(Over::Unrecorded(error)),
    }
}

async fn end(host: &impl Host, item: &Item) -> Result<Left, ApiError> {
    let (fabric, operation) = (&item.fabric, item.operation.as_str());
    if expire(host, fabric.as_str(), operation).await? == FabricReply::Unknown {
        return Ok(Left::Over(Over::Refused(ApiError::NoFabric)));
    }
    if matches!(
        item.change,
        Change::Relocation { .. } | Change::Removal { .. }
    ) {
        // What follows its commit is done by whoever looks at the branch.
        return Ok(Left::Unsettled);
    }
    let known = load(host, fabric).await?;
    let mut unsettled = known.unsettled.into_iter();
    let intent = unsettled.find(|intent| intent.operation == operation);
    let is_over = known.last.is_some_and(|last| last.operation == operation);
    Ok(match intent {
        None if is_over => Left::Unsettled,
        intent => Left::GoesOn(intent),
    })
}

async fn expire(host: &impl Host, fabric: &str, operation: &str) -> Result<FabricReply, ApiError> {
    let expire = FabricMessage::Expire {
        now_ms: host.now_ms(),
        operation: Some(operation.to_owned()),
    };
    Ok(ask(host, fabric, &expire).await?)
}

/// Asks the branch's history about what was sent of a write that cannot go on.
pub(super) async fn look<H: Host>(host: &H, github: &Github<'_, H>, item: &Item, intent: Intent) {
    let place = (&item.spec, item.repository.number);
    let settled = settle(host, github, &item.fabric, place, vec![intent]);
    if let Err(error) = settled.await {
        not_ended(host, item, &error);
    }
}

/// Gives the token with which a write goes on that nobody asks for any more: the App's, where it may take the person's place. Else
/// the write ends here: what was sent is settled by whoever may read the branch, and what was not is told to be unwritten.
pub(super) async fn take_up(host: &impl Host, write: &QueuedWrite) -> Option<Secret> {
    let Ok(item) = serde_json::from_str::<Item>(&write.item) else {
        // A newer version kept it.
        let _ = expire(host, &write.fabric, &write.operation).await;
        return None;
    };
    if is_anybodys(&item, host.now_ms()) {
        let wanted = [("contents", "write")];
        if let Ok(Some(token)) = installation_token(host, &item.name, &wanted).await {
            return Some(token);
        }
    }
    let ended = match write.begun {
        true => end(host, &item).await,
        false => Ok(Left::GoesOn(None)),
    };
    let ended = match ended {
        Ok(Left::GoesOn(None)) => not_written(host, &item).await,
        Ok(Left::GoesOn(Some(_)) | Left::Over(_) | Left::Unsettled) => Ok(()),
        Err(error) => Err(error),
    };
    if let Err(error) = ended {
        not_ended(host, &item, &error);
    }
    None
}

fn not_ended(host: &impl Host, item: &Item, error: &ApiError) {
    let line = serde_json::json!({ "event": "write_not_ended", "operation": item.operation, "error": error.to_string() });
    host.log(&line.to_string());
}

/// Tells that nothing of a write was sent.
async fn not_written(host: &impl Host, item: &Item) -> Result<(), ApiError> {
    let task = item.task();
    let outcome = (OperationOutcome::Failed, None);
    let entry = HistoryEntry {
        partly: Some(Partly::Interrupted),
        ..task.entry(host, item.requests, outcome)
    };
    let failure = || explanation(&WriteError::Interrupted);
    let event = match item.kind {
        OperationKind::Create | OperationKind::Initialize | OperationKind::Repair => {
            Event::Failed { failure: failure() }
        }
        // A move leaves the fabric as it is.
        _ => Event::Nothing,
    };
    task.finish(host, entry, event).await?;
    Ok(())
}
