//! The row of the index that a `FABRIC` object has to write: it waits here until it is written.

use shared::api::FabricSummary;
use shared::names::FabricId;
use shared::record::FabricRecord;

use super::index::{Entry, IndexMessage};
use super::repository_facts;
use super::{ObjectError, Row, Sql, Value};

/// The next try of a row that could not be written.
const AGAIN_MS: u64 = 1_000;

fn create_table(sql: &impl Sql) -> Result<(), ObjectError> {
    sql.run("CREATE TABLE IF NOT EXISTS listing (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, message TEXT NOT NULL, due_ms INTEGER NOT NULL)", &[])?;
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
    create_table(sql)?;
    sql.run(
        "INSERT OR REPLACE INTO listing (one, version, message, due_ms) VALUES (1, ?, ?, 0)",
        &[version.into(), serde_json::to_string(&message)?.into()],
    )?;
    Ok(())
}

/// The message to the index that waits, with the record's version.
pub fn waiting(sql: &impl Sql) -> Result<Option<(u64, String)>, ObjectError> {
    create_table(sql)?;
    let rows = sql.run("SELECT version, message FROM listing", &[])?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([version, Value::Text(message)]) => {
            Some((version.number().unwrap_or_default(), message.clone()))
        }
        _ => None,
    })
}

/// Strikes a row that was written; a newer one stays.
pub fn written(sql: &impl Sql, version: u64) -> Result<(), ObjectError> {
    sql.run("DELETE FROM listing WHERE version = ?", &[version.into()])?;
    Ok(())
}

/// Puts the next try off.
pub fn failed(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "UPDATE listing SET due_ms = ?",
        &[(now_ms + AGAIN_MS).into()],
    )?;
    Ok(())
}

/// In how many milliseconds the row that waits should be written.
pub(super) fn due(sql: &impl Sql, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    create_table(sql)?;
    let rows = sql.run("SELECT due_ms FROM listing", &[])?;
    let due = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::number);
    Ok(due.map(|due| due.saturating_sub(now_ms)))
}
