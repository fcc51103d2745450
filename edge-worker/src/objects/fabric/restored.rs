//! What an object knows of being restored: that a backup is about to bring its fabric back, and which line of one it was
//! revived from.

use super::{ObjectError, Sql, Value};

/// How long a fabric that is about to come back counts as one that exists.
const COMES_BACK_MS: u64 = 60_000;

/// A backup is about to bring the fabric back.
pub(super) fn begin(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "INSERT INTO restored (one, until_ms) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET until_ms = excluded.until_ms",
        &[(now_ms + COMES_BACK_MS).into()],
    )?;
    Ok(())
}

/// It is back, or stays away.
pub(super) fn end(sql: &impl Sql) -> Result<(), ObjectError> {
    sql.run("DELETE FROM restored WHERE version IS NULL", &[])?;
    sql.run(
        "UPDATE restored SET until_ms = NULL WHERE until_ms IS NOT NULL",
        &[],
    )?;
    Ok(())
}

/// Forgets a backup that never came.
pub(super) fn expire(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "DELETE FROM restored WHERE version IS NULL AND (until_ms IS NULL OR until_ms <= ?)",
        &[now_ms.into()],
    )?;
    Ok(())
}

/// Tells whether a backup is bringing the fabric back.
pub(super) fn is_under_way(sql: &impl Sql, now_ms: u64) -> Result<bool, ObjectError> {
    let rows = sql.run(
        "SELECT one FROM restored WHERE until_ms > ?",
        &[now_ms.into()],
    )?;
    Ok(!rows.is_empty())
}

/// Keeps that the record of this version is one that a backup has with another.
pub(super) fn keep_as_of(sql: &impl Sql, version: u64, as_of: u64) -> Result<(), ObjectError> {
    sql.run(
        "INSERT INTO restored (one, version, as_of) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET version = excluded.version, as_of = excluded.as_of",
        &[version.into(), as_of.into()],
    )?;
    Ok(())
}

/// The version that the record of this version has in the backup which it was revived from.
pub(super) fn as_of(sql: &impl Sql, version: u64) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run(
        "SELECT as_of FROM restored WHERE version = ?",
        &[version.into()],
    )?;
    let as_of = rows.first().and_then(|row| row.first());
    Ok(as_of.and_then(Value::number))
}

/// Tells whether a line of a backup is later than the record that is known. One that was revived is as late as its own
/// line, however much later its version had to be.
pub(crate) fn is_later(line: u64, (version, as_of): (u64, Option<u64>), revives: bool) -> bool {
    line > version || (revives && as_of.is_some_and(|as_of| as_of < line))
}
