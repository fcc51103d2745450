//! The row of the index that a `FABRIC` object has to write: it waits here until it is written.

use shared::api::FabricSummary;
use shared::names::FabricId;
use shared::record::FabricRecord;

use super::index::{Entry, IndexMessage};
use super::repository_facts;
use super::retry::{self, Duty};
use super::{ObjectError, Row, Sql};

/// When a row that was written is written again, in case the index lost it; one that it has changes nothing there.
const AGAIN_MS: u64 = 24 * 3_600_000;

/// The record changed, so its row has to follow; not before then, where the index was never told of the fabric.
pub(super) fn put_row(
    sql: &impl Sql,
    record: &FabricRecord,
    creator: u64,
    not_before_ms: Option<u64>,
) -> Result<(), ObjectError> {
    let entry = Entry {
        repository: repository_facts::load(sql)?.repository,
        creator,
        summary: FabricSummary::from(record),
        tree: record.known_tree(),
    };
    let message = message(&record.id, record.version, Some(entry), None)?;
    put(sql, record.version, &message, not_before_ms)
}

/// A draft is no more, and neither is its row: nothing is kept that could keep a later one away.
pub(super) fn put_no_row(
    sql: &impl Sql,
    fabric: &FabricId,
    version: u64,
) -> Result<(), ObjectError> {
    let message = serde_json::to_string(&IndexMessage::Put {
        fabric: fabric.clone(),
        version,
        entry: None,
        forgotten_ms: None,
        leaves_nothing: true,
        now_ms: None,
    })?;
    put(sql, version, &message, None)
}

/// The fabric is forgotten, and its row with it.
pub(super) fn put_removal(
    sql: &impl Sql,
    fabric: &FabricId,
    version: u64,
    at_ms: Option<u64>,
) -> Result<(), ObjectError> {
    let message = message(fabric, version, None, at_ms)?;
    put(sql, version, &message, None)
}

fn message(
    fabric: &FabricId,
    version: u64,
    entry: Option<Entry>,
    forgotten_ms: Option<u64>,
) -> Result<String, ObjectError> {
    Ok(serde_json::to_string(&IndexMessage::Put {
        fabric: fabric.clone(),
        version,
        entry,
        forgotten_ms,
        leaves_nothing: false,
        now_ms: None,
    })?)
}

/// What was handed out stays due: it may be on its way.
fn put(
    sql: &impl Sql,
    version: u64,
    message: &str,
    not_before_ms: Option<u64>,
) -> Result<(), ObjectError> {
    sql.run(
        "INSERT INTO listing (one, version, message, due_ms) VALUES (1, ?, ?, CASE WHEN EXISTS (SELECT 1 FROM listed) THEN 0 ELSE ? END) \
         ON CONFLICT (one) DO UPDATE SET version = excluded.version, message = excluded.message, due_ms = MIN(listing.due_ms, excluded.due_ms)",
        &[version.into(), message.into(), not_before_ms.unwrap_or_default().into()],
    )?;
    Ok(())
}

/// Tells whether the index ever took a row of the fabric.
pub(super) fn was_listed(sql: &impl Sql) -> Result<bool, ObjectError> {
    Ok(!sql.run("SELECT 1 FROM listed", &[])?.is_empty())
}

/// Somebody is about to be told of the fabric, by the message that waits, which this gives, or by the public copy.
pub(super) fn hand_out(sql: &impl Sql) -> Result<Option<String>, ObjectError> {
    let rows = sql.run("SELECT message, due_ms FROM listing", &[])?;
    let Some([message, due_ms]) = rows.first().map(Row::as_slice) else {
        return Ok(None);
    };
    if due_ms.number() > Some(0) {
        sql.run("UPDATE listing SET due_ms = 0", &[])?;
    }
    Ok(message.text().map(String::from))
}

/// Tells whether the row waits for its time still, and neither it nor the public copy was ever handed out.
pub(super) fn is_untold(sql: &impl Sql) -> Result<bool, ObjectError> {
    let rows = sql.run(
        "SELECT 1 FROM listing WHERE due_ms > 0 AND NOT EXISTS (SELECT 1 FROM listed)",
        &[],
    )?;
    Ok(!rows.is_empty())
}

/// Tells whether a message to the index waits.
pub(super) fn is_waiting(sql: &impl Sql) -> Result<bool, ObjectError> {
    Ok(!sql.run("SELECT 1 FROM listing", &[])?.is_empty())
}

/// Strikes a row that was written; one that was put meanwhile stays, of whichever version.
pub(super) fn written(sql: &impl Sql, message: &str, now_ms: u64) -> Result<(), ObjectError> {
    sql.run("DELETE FROM listing WHERE message = ?", &[message.into()])?;
    let again_ms = now_ms + retry::spread(again_after_ms(sql, now_ms)?, &message);
    sql.run(
        "INSERT INTO listed (one, again_ms) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET again_ms = excluded.again_ms WHERE again_ms <= ?",
        &[again_ms.into(), now_ms.into()],
    )?;
    retry::done(sql, Duty::Row)
}

/// After what time a row is written again: a fabric's every day, that of one which was forgotten as long after the last time as it
/// was forgotten by then, so that what is no more is woken less and less.
fn again_after_ms(sql: &impl Sql, now_ms: u64) -> Result<u64, ObjectError> {
    let rows = sql.run(
        "SELECT at_ms FROM forgotten WHERE NOT EXISTS (SELECT 1 FROM fabric)",
        &[],
    )?;
    let forgotten_ms = rows.first().and_then(|row| row.first()?.number());
    let since = forgotten_ms.map(|at_ms| now_ms.saturating_sub(at_ms));
    Ok(since.unwrap_or_default().max(AGAIN_MS))
}

/// When a row has to be written: one that waits, or again that of the fabric, also one that was forgotten.
pub(super) fn write_ms(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run(
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM listing) THEN (SELECT due_ms FROM listing) WHEN EXISTS (SELECT 1 FROM fabric) OR EXISTS (SELECT 1 FROM forgotten WHERE fabric IS NOT NULL) THEN COALESCE((SELECT again_ms FROM listed), 0) END, \
         (SELECT due_ms FROM retry WHERE duty = ?)",
        &[Duty::Row.word().into()],
    )?;
    let Some([at, retry]) = rows.first().map(Row::as_slice) else {
        return Ok(None);
    };
    let at = at.number();
    Ok(at.map(|at| at.max(retry.number().unwrap_or_default())))
}
