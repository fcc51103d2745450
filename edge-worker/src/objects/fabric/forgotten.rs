//! What is left of a fabric that was forgotten: its version, and when and for which operation that was.

use shared::names::FabricId;
use shared::record::{HistoryEntry, OperationKind, OperationOutcome};

use super::{FabricReply, ObjectError, Row, Sql, Value};
use crate::timestamp::rfc3339;

pub(super) fn keep(
    sql: &impl Sql,
    fabric: Option<&FabricId>,
    version: u64,
    (operation, at_ms): (Option<&str>, Option<u64>),
) -> Result<(), ObjectError> {
    let fabric = fabric.map_or(Value::Null, |fabric| fabric.as_str().into());
    let operation = operation.map_or(Value::Null, Value::from);
    let at_ms = at_ms.map_or(Value::Null, Value::from);
    sql.run(
        "INSERT OR REPLACE INTO forgotten (one, version, operation, at_ms, fabric, private_ms) \
         VALUES (1, ?, ?, ?, COALESCE(?, (SELECT fabric FROM forgotten)), (SELECT private_ms FROM forgotten))",
        &[version.into(), operation, at_ms, fabric],
    )?;
    Ok(())
}

/// Keeps when GitHub last said that the repository is not public, or that it said otherwise since.
pub(super) fn keep_private(sql: &impl Sql, private_ms: Option<u64>) -> Result<(), ObjectError> {
    let private_ms = private_ms.map_or(Value::Null, Value::from);
    sql.run("UPDATE forgotten SET private_ms = ?", &[private_ms])?;
    Ok(())
}

/// When that was, if it was GitHub's last word before the fabric was forgotten.
pub(super) fn private_ms(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run("SELECT private_ms FROM forgotten", &[])?;
    let private_ms = rows.first().and_then(|row| row.first());
    Ok(private_ms.and_then(Value::number))
}

/// Keeps what is known elsewhere, if it is later; tells whether it is.
pub(super) fn merge(
    sql: &impl Sql,
    fabric: Option<&FabricId>,
    elsewhere: u64,
    at_ms: Option<u64>,
) -> Result<bool, ObjectError> {
    let is_later = version(sql)?.is_none_or(|version| version < elsewhere);
    if is_later {
        keep(sql, fabric, elsewhere, (None, at_ms))?;
    }
    Ok(is_later)
}

/// What the index has to know of a fabric that was forgotten: which one, with which version, and when. Versions before this
/// one did not keep which.
pub(super) fn row(sql: &impl Sql) -> Result<Option<(FabricId, u64, Option<u64>)>, ObjectError> {
    let rows = sql.run("SELECT fabric, version, at_ms FROM forgotten", &[])?;
    let Some([Value::Text(fabric), version, at_ms]) = rows.first().map(Row::as_slice) else {
        return Ok(None);
    };
    let fabric = FabricId::parse(fabric).ok();
    Ok(fabric.map(|fabric| (fabric, version.number().unwrap_or_default(), at_ms.number())))
}

/// When that was, if the fabric was ever forgotten and it is known.
pub(super) fn at_ms(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run("SELECT at_ms FROM forgotten", &[])?;
    let at_ms = rows.first().and_then(|row| row.first());
    Ok(at_ms.and_then(Value::number))
}

/// The last version, if the fabric was ever forgotten.
pub(super) fn version(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run("SELECT version FROM forgotten", &[])?;
    let version = rows.first().and_then(|row| row.first());
    Ok(version.and_then(Value::number))
}

/// Tells whether the fabric was forgotten for another operation than the one that asks.
pub(super) fn by_another(sql: &impl Sql, asks: Option<String>) -> Result<bool, ObjectError> {
    let rows = sql.run(
        "SELECT operation FROM forgotten WHERE operation <> ?",
        &[asks.unwrap_or_default().into()],
    )?;
    Ok(!rows.is_empty())
}

/// The history of a fabric that is no more: only whoever forgot it learns of that.
pub(super) fn history(sql: &impl Sql, by: Option<String>) -> Result<FabricReply, ObjectError> {
    let rows = sql.run("SELECT operation, at_ms FROM forgotten", &[])?;
    let (Some([Value::Text(operation), at_ms]), Some(by)) = (rows.first().map(Row::as_slice), by)
    else {
        return Ok(FabricReply::Unknown);
    };
    if *operation != by {
        return Ok(FabricReply::Unknown);
    }
    Ok(FabricReply::History(vec![HistoryEntry {
        operation: by,
        kind: OperationKind::Remove,
        actor: String::new(),
        started_at: rfc3339(at_ms.number().unwrap_or_default()),
        duration_ms: 0,
        github_requests: None,
        outcome: OperationOutcome::Unchanged,
        commit: None,
        partly: None,
        meant: None,
        nothing_new: None,
    }]))
}
