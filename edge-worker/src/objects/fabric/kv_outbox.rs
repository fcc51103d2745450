//! The public copy in KV: written after the record, looked at again later, and written again when it was lost.
//!
//! KV may lose a write between its answer and its replicas, and this object may die between KV's answer and its own
//! note. So a copy that was written is compared later, and from then on once a day.

use shared::record::FabricRecord;

use super::{ObjectError, Row, Sql, Value};

/// The least time between two writes of one KV key, which takes one a second.
const INTERVAL_MS: u64 = 1_000;
/// When a copy that was written is looked at; KV needs up to a minute until every place reads it.
const FIRST_LOOK_MS: u64 = 90_000;
/// When a copy that was found right is looked at again.
const NEXT_LOOK_MS: u64 = 24 * 3_600_000;

/// What has to be done about the public copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Write it: key, version, and the text or nothing to delete it. [`written`] or [`failed`] follows.
    Write {
        key: String,
        version: u64,
        /// The text; nothing deletes the key.
        text: Option<String>,
    },
    /// Read the key, and pass what it holds to [`compared`].
    Compare { key: String },
}

pub(super) fn create_tables(sql: &impl Sql) -> Result<(), ObjectError> {
    for table in [
        "CREATE TABLE IF NOT EXISTS copied (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS outbox (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL, version INTEGER NOT NULL, text TEXT)",
        "CREATE TABLE IF NOT EXISTS look (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL, version INTEGER NOT NULL, exists_there INTEGER NOT NULL, at_ms INTEGER NOT NULL)",
    ] {
        sql.run(table, &[])?;
    }
    Ok(())
}

/// Puts the copy that has to follow the record into the outbox.
pub(super) fn put(
    sql: &impl Sql,
    record: &FabricRecord,
    text: Option<String>,
) -> Result<(), ObjectError> {
    let row = [
        record.id.as_str().into(),
        record.version.into(),
        text.map_or(Value::Null, Value::Text),
    ];
    sql.run(
        "INSERT OR REPLACE INTO outbox (one, key, version, text) VALUES (1, ?, ?, ?)",
        &row,
    )?;
    Ok(())
}

/// What waits to be written: key, version, and the text or nothing.
pub(super) fn waiting(
    sql: &impl Sql,
) -> Result<Option<(String, u64, Option<String>)>, ObjectError> {
    let rows = sql.run("SELECT key, version, text FROM outbox", &[])?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([Value::Text(key), version, text]) => Some((
            key.clone(),
            version.number().unwrap_or_default(),
            text.text().map(String::from),
        )),
        _ => None,
    })
}

/// In how many milliseconds something has to be done about the copy.
pub(super) fn next(sql: &impl Sql, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    let number = |statement| -> Result<Option<u64>, ObjectError> {
        let rows = sql.run(statement, &[])?;
        Ok(rows
            .first()
            .and_then(|row| row.first())
            .and_then(Value::number))
    };
    let at_ms = if waiting(sql)?.is_some() {
        let copied = number("SELECT at_ms FROM copied")?;
        Some(copied.map_or(0, |copied| copied + INTERVAL_MS))
    } else {
        number("SELECT at_ms FROM look")?
    };
    Ok(at_ms.map(|at_ms| at_ms.saturating_sub(now_ms)))
}

/// What has to be done about the copy now, if anything.
pub(super) fn due(sql: &impl Sql, now_ms: u64) -> Result<Option<Due>, ObjectError> {
    if next(sql, now_ms)? != Some(0) {
        return Ok(None);
    }
    if let Some((key, version, text)) = waiting(sql)? {
        return Ok(Some(Due::Write { key, version, text }));
    }
    let rows = sql.run("SELECT key FROM look", &[])?;
    let key = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::text);
    Ok(key.map(|key| Due::Compare {
        key: key.to_owned(),
    }))
}

/// Strikes a copy that was written; a newer one stays. It is looked at later.
pub(super) fn written(sql: &impl Sql, version: u64, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR REPLACE INTO copied (one, at_ms) VALUES (1, ?)",
        &[now_ms.into()],
    )?;
    sql.run(
        "INSERT OR REPLACE INTO look (one, key, version, exists_there, at_ms) SELECT 1, key, version, text IS NOT NULL, ? FROM outbox WHERE version = ?",
        &[(now_ms + FIRST_LOOK_MS).into(), version.into()],
    )?;
    sql.run("DELETE FROM outbox WHERE version = ?", &[version.into()])?;
    Ok(())
}

/// Puts the next try off by the interval.
pub(super) fn failed(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR REPLACE INTO copied (one, at_ms) VALUES (1, ?)",
        &[now_ms.into()],
    )?;
    Ok(())
}

/// Takes what the key holds: a copy that is right is looked at again in a day, another one is written again. `text` of
/// the record that should be there is asked for only then.
pub(super) fn compared(
    sql: &impl Sql,
    found: Option<&str>,
    record: Option<(FabricRecord, Option<String>)>,
    now_ms: u64,
) -> Result<(), ObjectError> {
    let rows = sql.run("SELECT key, version, exists_there FROM look", &[])?;
    let Some([Value::Text(key), version, exists]) = rows.first().map(Row::as_slice) else {
        return Ok(());
    };
    let (version, exists) = (version.number(), exists.number() == Some(1));
    let there = found.map(|text| {
        let record: Option<FabricRecord> = serde_json::from_str(text).ok();
        record.map(|record| record.version)
    });
    let is_right = match there {
        None => !exists,
        Some(there) => exists && there.is_some() && there == version,
    };
    if is_right && exists {
        sql.run(
            "UPDATE look SET at_ms = ?",
            &[(now_ms + NEXT_LOOK_MS).into()],
        )?;
        return Ok(());
    }
    if !is_right {
        match record {
            Some((record, text)) => put(sql, &record, text)?,
            None => {
                let row = [key.as_str().into(), version.unwrap_or_default().into()];
                sql.run(
                    "INSERT OR IGNORE INTO outbox (one, key, version, text) VALUES (1, ?, ?, NULL)",
                    &row,
                )?;
            }
        }
    }
    // What is gone and should be gone need not be looked at again.
    sql.run("DELETE FROM look", &[])?;
    Ok(())
}
