//! The public copy in KV: written after the record where it tells something new, looked at again later, and written again
//! when it was lost.
//!
//! KV may lose a write between its answer and its replicas, and this object may die between KV's answer and its own
//! note. So a copy that was written is compared later, and from then on once a day.

use sha2::{Digest, Sha256};
use shared::record::FabricRecord;

use super::{ObjectError, Row, Sql, Value};
use crate::objects::PublicCopy;
use crate::objects::retry::{self, Duty};

/// The least time between two writes of one KV key, which takes one a second.
const INTERVAL_MS: u64 = 1_000;
/// How long a copy may wait where only times in it are new.
const SAME_NEWS_MS: u64 = 12 * 3_600_000;
/// How long nothing is said of a write that is under way.
pub(super) const YOUNG_MS: u64 = 10_000;
/// When a copy that was written is looked at; KV needs up to a minute until every place reads it.
const FIRST_LOOK_MS: u64 = 90_000;
/// When a copy that was found right is looked at again.
const NEXT_LOOK_MS: u64 = 24 * 3_600_000;

/// A public copy that waits to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCopy {
    /// KV's key.
    pub key: String,
    /// The record's version.
    pub version: u64,
    /// The text; nothing deletes the key.
    pub text: Option<String>,
}

/// Puts the copy that has to follow the record into the outbox, to be written no earlier than that. A key that was never
/// written is not deleted.
pub(super) fn put(
    sql: &impl Sql,
    record: &FabricRecord,
    copy: Option<PublicCopy>,
    not_before_ms: Option<u64>,
) -> Result<(), ObjectError> {
    if copy.is_none() && !may_be_there(sql)? {
        return Ok(());
    }
    let text = copy.as_ref().map(serde_json::to_string).transpose()?;
    let told = copy.map(told).transpose()?;
    let value = |text: Option<String>| text.map_or(Value::Null, Value::Text);
    let row = [
        record.id.as_str().into(),
        record.version.into(),
        value(text),
        value(told),
        not_before_ms.map_or(Value::Null, Value::from),
    ];
    sql.run(
        "INSERT OR REPLACE INTO outbox (one, key, version, text, told, not_before_ms) VALUES (1, ?, ?, ?, ?, ?)",
        &row,
    )?;
    Ok(())
}

/// Whether the key was written, or is about to be.
fn may_be_there(sql: &impl Sql) -> Result<bool, ObjectError> {
    let rows = sql.run(
        "SELECT 1 FROM outbox UNION ALL SELECT 1 FROM look WHERE exists_there = 1",
        &[],
    )?;
    Ok(!rows.is_empty())
}

/// A digest of what a copy tells besides when.
fn told(mut copy: PublicCopy) -> Result<String, ObjectError> {
    copy.confirmed_ms = None;
    copy.record.version = 0;
    copy.record.checked_at = None;
    copy.record.check.since = None;
    copy.record.last_directory_sync = None;
    let text = serde_json::to_string(&copy)?;
    Ok(data_encoding::HEXLOWER.encode(&Sha256::digest(text)))
}

/// What waits to be written.
pub(super) fn waiting(sql: &impl Sql) -> Result<Option<WaitingCopy>, ObjectError> {
    let rows = sql.run("SELECT key, version, text FROM outbox", &[])?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([Value::Text(key), version, text]) => Some(WaitingCopy {
            key: key.clone(),
            version: version.number().unwrap_or_default(),
            text: text.text().map(String::from),
        }),
        _ => None,
    })
}

/// When the copy that waits has to be written.
pub(super) fn write_ms(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run(
        "SELECT not_before_ms, (SELECT at_ms FROM copied), outbox.told IS NOT NULL AND EXISTS (SELECT 1 FROM look WHERE look.told = outbox.told AND exists_there = 1), (SELECT due_ms FROM retry WHERE duty = ?) FROM outbox",
        &[Duty::Copy.word().into()],
    )?;
    let Some([not_before, copied, is_same, retry]) = rows.first().map(Row::as_slice) else {
        return Ok(None);
    };
    let interval_ms = match is_same.number() {
        Some(1) => SAME_NEWS_MS,
        _ => INTERVAL_MS,
    };
    let again = copied.number().map(|copied| copied + interval_ms);
    let at = [not_before.number(), again].into_iter().flatten().max();
    Ok(at.max(retry.number()).or(Some(0)))
}

/// When the copy that was written has to be looked at.
pub(super) fn compare_ms(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run(
        "SELECT MAX(at_ms, COALESCE((SELECT due_ms FROM retry WHERE duty = ?), 0)) FROM look",
        &[Duty::Compare.word().into()],
    )?;
    Ok(rows.first().and_then(|row| row.first()?.number()))
}

/// The key of the copy that was written.
pub(super) fn written_key(sql: &impl Sql) -> Result<Option<String>, ObjectError> {
    let rows = sql.run("SELECT key FROM look", &[])?;
    let key = rows.first().and_then(|row| row.first()?.text());
    Ok(key.map(String::from))
}

/// Strikes a copy that was written; a newer one stays. It is looked at later.
pub(super) fn written(sql: &impl Sql, version: u64, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR REPLACE INTO copied (one, at_ms) VALUES (1, ?)",
        &[now_ms.into()],
    )?;
    sql.run(
        "INSERT OR REPLACE INTO look (one, key, version, exists_there, at_ms, told) SELECT 1, key, version, text IS NOT NULL, ?, told FROM outbox WHERE version = ?",
        &[(now_ms + FIRST_LOOK_MS).into(), version.into()],
    )?;
    sql.run("DELETE FROM outbox WHERE version = ?", &[version.into()])?;
    retry::done(sql, Duty::Copy)
}

/// Takes what the key holds: a copy that is right is looked at again in a day, another one is written again. `record` is
/// what should be there.
pub(super) fn compared(
    sql: &impl Sql,
    found: Option<&str>,
    record: Option<(FabricRecord, Option<PublicCopy>)>,
    now_ms: u64,
) -> Result<(), ObjectError> {
    retry::done(sql, Duty::Compare)?;
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
        let next_ms = now_ms + retry::spread(NEXT_LOOK_MS, key);
        sql.run("UPDATE look SET at_ms = ?", &[next_ms.into()])?;
        return Ok(());
    }
    if !is_right {
        match record {
            Some((record, copy)) => put(sql, &record, copy, None)?,
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
