//! What an earlier request under the same key left of a write, so that it goes on or gives its result.

use shared::api::FabricAnswer;
use shared::names::FabricId;
use shared::record::{HistoryEntry, OperationOutcome, Partly};

use super::ids::{Ids, Left};
use super::validate::validate;
use super::writer::await_earlier;
use crate::access::{Fabric, load, require_read};
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply};
use crate::session::SignedIn;

/// Finds out what an earlier request left of an operation on a fabric. A write whose outcome is not known is looked for
/// on the branch.
///
/// # Errors
/// As [`validate`], where the branch has to be read; [`ApiError::NoFabric`] where somebody forgot the fabric meanwhile.
pub(super) async fn left_of<H: Host>(
    host: &H,
    person: &SignedIn,
    fabric: &FabricId,
    ids: &Ids,
) -> Result<Left, ApiError> {
    if !ids.is_repeat {
        return Ok(Left::Nothing);
    }
    let operation = ids.operation.as_str();
    await_earlier_write(host, person, fabric, operation).await?;
    // Whoever had it is no more: what it was about to write need not wait for its lease.
    let expire = FabricMessage::Expire {
        now_ms: host.now_ms(),
        operation: Some(operation.to_owned()),
    };
    if ask(host, fabric.as_str(), &expire).await? == FabricReply::Unknown {
        return Err(ApiError::NoFabric);
    }
    let known = match load(host, fabric).await {
        Err(ApiError::NoFabric) => return Ok(Left::Nothing),
        known => known?,
    };
    let Some(before) = entry(host, fabric, operation).await? else {
        return Ok(Left::Nothing);
    };
    let after = match is_unsettled(&known, operation) {
        true => {
            validate(host, person, fabric, None).await?;
            entry(host, fabric, operation).await?
        }
        false => Some(before.clone()),
    };
    let is_unsettled = match load(host, fabric).await {
        Err(ApiError::NoFabric) => return Ok(Left::Nothing),
        now => is_unsettled(&now?, operation),
    };
    let was_unconfirmed = before.outcome == OperationOutcome::Unconfirmed;
    Ok(match after {
        // Its commit may still be seen.
        Some(entry)
            if matches!(
                entry.outcome,
                OperationOutcome::Failed | OperationOutcome::Refused
            ) && (was_unconfirmed || is_unsettled) =>
        {
            Left::Sent
        }
        Some(entry) if entry.outcome == OperationOutcome::Refused => Left::Nothing,
        // Nothing of it was sent.
        Some(entry) if entry.partly == Some(Partly::Interrupted) => Left::Nothing,
        Some(entry) => Left::Over(entry),
        None => Left::Nothing,
    })
}

/// Waits for the end of a write that an earlier request gave to the object of its repository, where that still has it.
async fn await_earlier_write(
    host: &impl Host,
    person: &SignedIn,
    fabric: &FabricId,
    operation: &str,
) -> Result<(), ApiError> {
    let known = match load(host, fabric).await {
        Err(ApiError::NoFabric) => return Ok(()),
        known => known?,
    };
    if let Some(repository) = &known.repository.node_id {
        await_earlier(host, person, repository, operation).await?;
    }
    Ok(())
}

fn is_unsettled(known: &Fabric, operation: &str) -> bool {
    let mut unsettled = known.unsettled.iter();
    unsettled.any(|intent| intent.operation == operation)
}

/// The record as it is now, with the entry of an operation that is over, for somebody who may still read it.
pub(super) async fn answer(
    host: &impl Host,
    person: &SignedIn,
    fabric: &FabricId,
    entry: HistoryEntry,
) -> Result<FabricAnswer, ApiError> {
    let fabric = require_read(host, person, load(host, fabric).await?).await?;
    Ok(FabricAnswer {
        record: fabric.record,
        operation: Some(entry),
    })
}

pub(super) async fn entry(
    host: &impl Host,
    fabric: &FabricId,
    operation: &str,
) -> Result<Option<HistoryEntry>, ApiError> {
    let now_ms = host.now_ms();
    let history = FabricMessage::History {
        now_ms,
        forgotten_by: Some(operation.to_owned()),
    };
    Ok(match ask(host, fabric.as_str(), &history).await? {
        FabricReply::History(entries) => entries
            .into_iter()
            .find(|entry| entry.operation == operation),
        _ => None,
    })
}

/// Tells whether an earlier request under the same key forgot the fabric.
pub(super) async fn is_forgotten_by(
    host: &impl Host,
    fabric: &FabricId,
    ids: &Ids,
) -> Result<bool, ApiError> {
    if !ids.is_repeat {
        return Ok(false);
    }
    let now_ms = host.now_ms();
    let get = FabricMessage::Get {
        now_ms,
        restores: false,
        wanted: None,
        relist: false,
    };
    let is_gone = ask(host, fabric.as_str(), &get).await? == FabricReply::Unknown;
    Ok(is_gone && entry(host, fabric, &ids.operation).await?.is_some())
}
