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

pub(super) fn create_tables(sql: &impl Sql) -> Result<(), ObjectError> {
    sql.run("CREATE TABLE IF NOT EXISTS listing (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, message TEXT NOT NULL, due_ms INTEGER NOT NULL)", &[])?;
    sql.run("CREATE TABLE IF NOT EXISTS listed (one INTEGER PRIMARY KEY CHECK (one = 1), again_ms INTEGER NOT NULL)", &[])?;
    Ok(())
}

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

/// The message to the index that waits, with the record's version.
pub(super) fn waiting(sql: &impl Sql) -> Result<Option<(u64, String)>, ObjectError> {
    let rows = sql.run("SELECT version, message FROM listing", &[])?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([version, Value::Text(message)]) => {
            Some((version.number().unwrap_or_default(), message.clone()))
        }
        _ => None,
    })
}

/// Strikes a row that was written; a newer one stays.
pub(super) fn written(
    sql: &impl Sql,
    version: u64,
    message: &str,
    now_ms: u64,
) -> Result<(), ObjectError> {
    sql.run("DELETE FROM listing WHERE version = ?", &[version.into()])?;
    let again_ms = now_ms + retry::spread(AGAIN_MS, &message);
    sql.run(
        "INSERT OR REPLACE INTO listed (one, again_ms) VALUES (1, ?)",
        &[again_ms.into()],
    )?;
    retry::done(sql, Duty::Row)
}

/// When a row has to be written: one that waits, or again the one that the object `has`.
pub(super) fn write_ms(sql: &impl Sql, has: bool) -> Result<Option<u64>, ObjectError> {
    let retry = retry::not_before_ms(sql, Duty::Row)?;
    if waiting(sql)?.is_some() {
        return Ok(Some(retry));
    }
    let rows = sql.run("SELECT again_ms FROM listed", &[])?;
    let again = rows.first().and_then(|row| row.first()?.number());
    Ok(has.then_some(again.unwrap_or_default().max(retry)))
}
