//! What was done to a fabric, the last [`HISTORY_LENGTH`] operations.

use shared::record::{HistoryEntry, OperationKind, OperationOutcome};

use super::{Kept, ObjectError, Sql, Value};
use crate::objects::readable;

/// How many operations a fabric remembers.
pub(crate) const HISTORY_LENGTH: u64 = 200;

/// Keeps an entry, and forgets the oldest beyond [`HISTORY_LENGTH`].
pub(super) fn remember(sql: &impl Sql, entry: &Kept<HistoryEntry>) -> Result<(), ObjectError> {
    let text = entry.to_text()?;
    sql.run(
        "INSERT OR REPLACE INTO history (operation, entry) VALUES (?, ?)",
        &[entry.operation.as_str().into(), text.into()],
    )?;
    sql.run(
        "DELETE FROM history WHERE number <= (SELECT MAX(number) FROM history) - ?",
        &[HISTORY_LENGTH.into()],
    )?;
    Ok(())
}

/// Keeps the entries of two histories of one fabric, the oldest first in both. The later one, which the archived one is or
/// is not, gives the order; of an operation that both have, the one counts that knows how it ended.
pub(super) fn merge(
    sql: &impl Sql,
    archived: &[Kept<HistoryEntry>],
    is_later: bool,
) -> Result<(), ObjectError> {
    let mut known = kept(sql, HISTORY_LENGTH)?;
    known.reverse();
    let (later, earlier) = match is_later {
        true => (archived, known.as_slice()),
        false => (known.as_slice(), archived),
    };
    let mut merged = later.to_vec();
    for entry in earlier {
        let same = merged
            .iter_mut()
            .find(|same| same.operation == entry.operation);
        match same {
            Some(same) if same.outcome == OperationOutcome::Unconfirmed => {
                same.clone_from(entry);
            }
            Some(_) => {}
            None => {
                let later = merged
                    .iter()
                    .position(|other| other.started_at > entry.started_at);
                merged.insert(later.unwrap_or(merged.len()), entry.clone());
            }
        }
    }
    if merged != known {
        let operations: Vec<&str> = known.iter().map(|entry| entry.operation.as_str()).collect();
        sql.run(
            "DELETE FROM history WHERE operation IN (SELECT value FROM json_each(?))",
            &[serde_json::to_string(&operations)?.into()],
        )?;
        for entry in &merged {
            remember(sql, entry)?;
        }
    }
    Ok(())
}

/// The latest entries, the latest first.
pub(super) fn latest(sql: &impl Sql, most: u64) -> Result<Vec<HistoryEntry>, ObjectError> {
    let rows = sql.run(
        "SELECT entry FROM history ORDER BY number DESC LIMIT ?",
        &[most.into()],
    )?;
    Ok(readable(&rows))
}

/// As [`latest`], with what only a newer version knows.
fn kept(sql: &impl Sql, most: u64) -> Result<Vec<Kept<HistoryEntry>>, ObjectError> {
    let rows = sql.run(
        "SELECT entry FROM history ORDER BY number DESC LIMIT ?",
        &[most.into()],
    )?;
    let texts = rows.iter().filter_map(|row| row.first()?.text());
    Ok(texts.filter_map(|text| Kept::read(text).ok()).collect())
}

/// Tells whether there is an entry that this version cannot read: it may be of a write.
fn has_unreadable(sql: &impl Sql, entries: &[HistoryEntry]) -> Result<bool, ObjectError> {
    Ok(sql.run("SELECT number FROM history", &[])?.len() > entries.len())
}

pub(super) fn entry_of(
    sql: &impl Sql,
    operation: &str,
) -> Result<Option<Kept<HistoryEntry>>, ObjectError> {
    let rows = sql.run(
        "SELECT entry FROM history WHERE operation = ?",
        &[operation.into()],
    )?;
    let text = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::text);
    Ok(text.map(Kept::read).transpose()?)
}

/// Tells whether anything of another operation is on GitHub, or may be.
pub(super) fn has_write_of_another(sql: &impl Sql, operation: &str) -> Result<bool, ObjectError> {
    let entries = latest(sql, HISTORY_LENGTH)?;
    let mut others = entries.iter().filter(|entry| entry.operation != operation);
    let has_write = others.any(|entry| {
        !matches!(
            entry.outcome,
            OperationOutcome::Unchanged | OperationOutcome::Refused | OperationOutcome::Failed
        )
    });
    Ok(has_write || has_unreadable(sql, &entries)?)
}

/// Tells whether every write failed and left nothing; none where there was no write at all. What a full history no longer
/// tells is not taken for nothing.
pub(super) fn all_failed(sql: &impl Sql) -> Result<Option<bool>, ObjectError> {
    let entries = latest(sql, HISTORY_LENGTH)?;
    let is_full = entries.len() as u64 >= HISTORY_LENGTH || has_unreadable(sql, &entries)?;
    let mut writes = entries
        .iter()
        .filter(|entry| entry.kind != OperationKind::Validate)
        .peekable();
    if writes.peek().is_none() {
        return Ok(is_full.then_some(false));
    }
    let left_nothing = |entry: &HistoryEntry| {
        let is_over = matches!(
            entry.outcome,
            OperationOutcome::Failed | OperationOutcome::Refused
        );
        is_over && entry.commit.is_none() && entry.partly.is_none()
    };
    Ok(Some(!is_full && writes.all(left_nothing)))
}

/// Replaces an entry where it stands.
pub(super) fn replace(sql: &impl Sql, entry: &Kept<HistoryEntry>) -> Result<(), ObjectError> {
    let text = entry.to_text()?;
    sql.run(
        "UPDATE history SET entry = ? WHERE operation = ?",
        &[text.into(), entry.operation.as_str().into()],
    )?;
    Ok(())
}
