//! The row of the index that a `FABRIC` object has to write: it waits here until it is written.

use shared::api::FabricSummary;
use shared::names::FabricId;
use shared::record::FabricRecord;

use super::index::{Entry, IndexMessage};
use super::repository_facts;
use super::retry::{self, Duty};
use super::{ObjectError, Row, Sql, Value};

/// When a row that was written is written again, in case the index lost it; one that it has changes nothing there.
const AGAIN_MS: u64 = 24 * 3_600_000;

/// The record changed, so its row has to follow.
pub(super) fn put_row(
    sql: &impl Sql,
    record: &FabricRecord,
    creator: u64,
) -> Result<(), ObjectError> {
    let entry = Entry {
        repository: repository_facts::load(sql)?.repository,
        creator,
        summary: FabricSummary::from(record),
    };
    put(sql, &record.id, record.version, Some(entry), None)
}

/// The fabric is forgotten, and its row with it.
pub(super) fn put_removal(
    sql: &impl Sql,
    fabric: &FabricId,
    version: u64,
    at_ms: Option<u64>,
) -> Result<(), ObjectError> {
    put(sql, fabric, version, None, at_ms)
}

fn put(
    sql: &impl Sql,
    fabric: &FabricId,
    version: u64,
    entry: Option<Entry>,
    forgotten_ms: Option<u64>,
) -> Result<(), ObjectError> {
    let message = IndexMessage::Put {
        fabric: fabric.clone(),
        version,
        entry,
        forgotten_ms,
    };
    sql.run(
        "INSERT OR REPLACE INTO listing (one, version, message, due_ms) VALUES (1, ?, ?, 0)",
        &[version.into(), serde_json::to_string(&message)?.into()],
    )?;
    Ok(())
}

/// The message to the index that waits.
pub(super) fn waiting(sql: &impl Sql) -> Result<Option<String>, ObjectError> {
    let rows = sql.run("SELECT message FROM listing", &[])?;
    let message = rows.first().and_then(|row| row.first()?.text());
    Ok(message.map(String::from))
}

/// Strikes a row that was written; one that was put meanwhile stays, of whichever version.
pub(super) fn written(sql: &impl Sql, message: &str, now_ms: u64) -> Result<(), ObjectError> {
    sql.run("DELETE FROM listing WHERE message = ?", &[message.into()])?;
    let again_ms = now_ms + retry::spread(AGAIN_MS, &message);
    sql.run(
        "INSERT INTO listed (one, again_ms) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET again_ms = excluded.again_ms WHERE again_ms <= ?",
        &[again_ms.into(), now_ms.into()],
    )?;
    retry::done(sql, Duty::Row)
}

/// When a row has to be written: one that waits, or again that of the fabric, also one that was forgotten.
pub(super) fn write_ms(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM listing) THEN 0 WHEN EXISTS (SELECT 1 FROM fabric) OR EXISTS (SELECT 1 FROM forgotten WHERE fabric IS NOT NULL) THEN COALESCE((SELECT again_ms FROM listed), 0) END, \
         (SELECT due_ms FROM retry WHERE duty = ?)",
        &[Duty::Row.word().into()],
    )?;
    let Some([at, retry]) = rows.first().map(Row::as_slice) else {
        return Ok(None);
    };
    let at = at.number();
    Ok(at.map(|at| at.max(retry.number().unwrap_or_default())))
}
