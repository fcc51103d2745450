//! The public copy in KV: written after the record where it tells something new, looked at again later, and written again
//! when it was lost.
//!
//! KV may lose a write between its answer and its replicas, and this object may die between KV's answer and its own
//! note. So a copy that was written is compared later, and from then on once a day.

use shared::record::FabricRecord;

use super::{ObjectError, Row, Sql, Value};
use crate::digest::sha256;
use crate::objects::PublicCopy;
use crate::objects::retry::{self, Duty};
use crate::timestamp::from_rfc3339;

/// The least time between two writes of one KV key, which takes one a second.
const INTERVAL_MS: u64 = 1_000;
/// So many writes of a day go at once. Each further one waits twice as long as the one before, up to [`LONGEST_MS`]: the writes of a
/// day are for all fabrics together, and one that somebody changes to and fro leaves them to the others.
const AT_ONCE: u64 = 30;
const LONGEST_MS: u64 = 30 * 60_000;
const DAY_MS: u64 = 24 * 3_600_000;
/// How long a copy may wait where only times in it are new, and how much older the last check may be than the one to be told.
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
    /// What it tells, as [`told`] says it.
    told: Option<String>,
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

/// Nobody knows whether the key was written: what should not be there is deleted, and what should be is looked at.
pub(super) fn may_hold_one(sql: &impl Sql, key: &str, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR IGNORE INTO look (one, key, version, exists_there, at_ms) VALUES (1, ?, 0, 1, ?)",
        &[key.into(), (now_ms + FIRST_LOOK_MS).into()],
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

/// A digest of what a copy tells besides when ([`FabricRecord::told`]), and when the last check was.
fn told(mut copy: PublicCopy) -> Result<String, ObjectError> {
    let checked_at = copy.record.checked_at.as_deref();
    let checked_ms = checked_at.and_then(from_rfc3339).unwrap_or_default();
    // That GitHub said so at all is news.
    copy.confirmed_ms = copy.confirmed_ms.is_none().then_some(0);
    copy.record = copy.record.told();
    let text = serde_json::to_string(&copy)?;
    Ok(format!("{} {checked_ms}", sha256(text)))
}

/// Tells whether only times are new, and those not by much: who checks a fabric that was stale wants to see it.
fn is_same(before: &str, now: &str) -> bool {
    let (Some((before, before_ms)), Some((now, now_ms))) =
        (before.split_once(' '), now.split_once(' '))
    else {
        return false;
    };
    let ms = |text: &str| text.parse::<u64>().unwrap_or_default();
    before == now && ms(now_ms) < ms(before_ms) + SAME_NEWS_MS
}

/// What waits to be written.
pub(super) fn waiting(sql: &impl Sql) -> Result<Option<WaitingCopy>, ObjectError> {
    let rows = sql.run("SELECT key, version, text, told FROM outbox", &[])?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([Value::Text(key), version, text, told]) => Some(WaitingCopy {
            key: key.clone(),
            version: version.number().unwrap_or_default(),
            text: text.text().map(String::from),
            told: told.text().map(String::from),
        }),
        _ => None,
    })
}

/// When the copy that waits has to be written.
pub(super) fn write_ms(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run(
        "SELECT not_before_ms, at_ms, since_ms, writes, text IS NULL, outbox.told, (SELECT told FROM look WHERE exists_there = 1), (SELECT due_ms FROM retry WHERE duty = ?) FROM outbox LEFT JOIN copied",
        &[Duty::Copy.word().into()],
    )?;
    let Some(
        [
            not_before,
            copied,
            since,
            writes,
            is_removal,
            told,
            before,
            retry,
        ],
    ) = rows.first().map(Row::as_slice)
    else {
        return Ok(None);
    };
    let again = copied.number().map(|copied_ms| {
        if let (Some(before), Some(told)) = (before.text(), told.text())
            && is_same(before, told)
        {
            return copied_ms + SAME_NEWS_MS;
        }
        // What is no longer everybody's to see does not wait.
        let over = match is_removal.number() {
            Some(1) => 0,
            _ => writes.number().unwrap_or_default().saturating_sub(AT_ONCE),
        };
        let interval_ms = (INTERVAL_MS << over.min(20)).min(LONGEST_MS);
        let next_day_ms = since.number().unwrap_or_default() + DAY_MS;
        (copied_ms + interval_ms).min(next_day_ms.max(copied_ms + INTERVAL_MS))
    });
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

/// A copy is about to be sent: until KV says that it was written, nobody knows which one it has, so whatever waits next is news.
pub(super) fn sent(sql: &impl Sql) -> Result<(), ObjectError> {
    sql.run("UPDATE look SET told = NULL WHERE told IS NOT NULL", &[])?;
    Ok(())
}

/// Strikes a copy that was written; another one that came meanwhile stays. It is looked at later.
pub(super) fn written(sql: &impl Sql, copy: &WaitingCopy, now_ms: u64) -> Result<(), ObjectError> {
    let value = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    sql.run(
        "INSERT INTO copied (one, at_ms, since_ms, writes) VALUES (1, ?1, ?1, 1) ON CONFLICT (one) DO UPDATE SET at_ms = ?1, writes = CASE WHEN since_ms > ?1 - ?2 THEN writes + 1 ELSE 1 END, since_ms = CASE WHEN since_ms > ?1 - ?2 THEN since_ms ELSE ?1 END",
        &[now_ms.into(), DAY_MS.into()],
    )?;
    sql.run(
        "INSERT OR REPLACE INTO look (one, key, version, exists_there, at_ms, told) VALUES (1, ?, ?, ?, ?, ?)",
        &[
            copy.key.as_str().into(),
            copy.version.into(),
            u64::from(copy.text.is_some()).into(),
            (now_ms + FIRST_LOOK_MS).into(),
            value(&copy.told),
        ],
    )?;
    sql.run(
        "DELETE FROM outbox WHERE version = ? AND text IS ?",
        &[copy.version.into(), value(&copy.text)],
    )?;
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
    if is_right {
        sql.run("DELETE FROM copied", &[])?;
    }
    Ok(())
}
