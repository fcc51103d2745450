//! The writes that wait for their turn, in the order in which they came. Each is kept until it is over, so that whoever works them off
//! goes on where they were, whatever happened to them. No token is among what is kept.

use crate::objects::{ObjectError, Row, Sql, Value};

/// A write that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueuedWrite {
    pub operation: String,
    pub fabric: String,
    /// What is to be written, as JSON.
    pub item: String,
    /// Whether something of it may have been sent.
    pub begun: bool,
}

/// Keeps a write behind all others. One that is kept already keeps its place.
pub(crate) fn put(sql: &impl Sql, write: &QueuedWrite) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR IGNORE INTO writes (operation, fabric, item, begun) VALUES (?, ?, ?, ?)",
        &[
            write.operation.as_str().into(),
            write.fabric.as_str().into(),
            write.item.as_str().into(),
            u64::from(write.begun).into(),
        ],
    )?;
    Ok(())
}

/// All that wait, the oldest first.
pub(crate) fn all(sql: &impl Sql) -> Result<Vec<QueuedWrite>, ObjectError> {
    let rows = sql.run(
        "SELECT operation, fabric, item, begun FROM writes ORDER BY number",
        &[],
    )?;
    Ok(rows.iter().filter_map(queued).collect())
}

fn queued(row: &Row) -> Option<QueuedWrite> {
    let text = |at: usize| row.get(at).and_then(Value::text).map(str::to_owned);
    Some(QueuedWrite {
        operation: text(0)?,
        fabric: text(1)?,
        item: text(2)?,
        begun: row.get(3).and_then(Value::number) != Some(0),
    })
}

/// Tells whether a write is kept.
pub(crate) fn holds(sql: &impl Sql, operation: &str) -> Result<bool, ObjectError> {
    let rows = sql.run(
        "SELECT 1 FROM writes WHERE operation = ?",
        &[operation.into()],
    )?;
    Ok(!rows.is_empty())
}

pub(crate) fn is_empty(sql: &impl Sql) -> Result<bool, ObjectError> {
    Ok(sql.run("SELECT 1 FROM writes LIMIT 1", &[])?.is_empty())
}

/// Something of a write may be sent from now on.
pub(crate) fn begin(sql: &impl Sql, operation: &str) -> Result<(), ObjectError> {
    sql.run(
        "UPDATE writes SET begun = 1 WHERE operation = ?",
        &[operation.into()],
    )?;
    Ok(())
}

/// A write is over.
pub(crate) fn end(sql: &impl Sql, operation: &str) -> Result<(), ObjectError> {
    sql.run(
        "DELETE FROM writes WHERE operation = ?",
        &[operation.into()],
    )?;
    Ok(())
}

/// Tells whether something of a write may have been sent.
pub(crate) fn is_begun(sql: &impl Sql, operation: &str) -> Result<bool, ObjectError> {
    let rows = sql.run(
        "SELECT 1 FROM writes WHERE operation = ? AND begun <> 0",
        &[operation.into()],
    )?;
    Ok(!rows.is_empty())
}
