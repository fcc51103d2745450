//! What was done to a fabric: the last [`OPERATIONS`], and apart from them the last [`VALIDATIONS_KEPT`], so that looking pushes
//! out nothing that was done. Validations that found nothing new are one line, and so are repairs and initialisations that had
//! nothing to write.

use std::collections::BTreeMap;

use shared::record::{HistoryEntry, OperationKind, OperationOutcome, VALIDATIONS_KEPT};

use super::{Kept, ObjectError, Sql, Value};
use crate::objects::readable;

/// How many operations a fabric remembers, validations aside.
pub(crate) const OPERATIONS: u64 = 200;

/// Tells in SQL whether a row is of a validation. Of what only another version can read nothing is known.
const IS_VALIDATION: &str =
    "(json_valid(entry) AND COALESCE(json_extract(entry, '$.kind') = 'validate', FALSE))";

/// Keeps an operation that found nothing new, in the place of the last such line of its kind.
pub(super) fn remember_nothing_new(
    sql: &impl Sql,
    mut entry: HistoryEntry,
) -> Result<(), ObjectError> {
    let before = last(sql)?.filter(|last| last.kind == entry.kind);
    let before = before.and_then(|last| last.nothing_new);
    entry.nothing_new = Some(before.unwrap_or_default().saturating_add(1));
    sql.run(
        "DELETE FROM history WHERE json_valid(entry) AND json_extract(entry, '$.nothing_new') IS NOT NULL AND json_extract(entry, '$.kind') = ?",
        &[entry.kind.as_str().into()],
    )?;
    remember(sql, &Kept::new(entry))
}

/// Keeps an entry, and forgets the oldest beyond [`OPERATIONS`] and [`VALIDATIONS_KEPT`].
pub(super) fn remember(sql: &impl Sql, entry: &Kept<HistoryEntry>) -> Result<(), ObjectError> {
    let text = entry.to_text()?;
    sql.run(
        "INSERT OR REPLACE INTO history (operation, entry) VALUES (?, ?)",
        &[entry.operation.as_str().into(), text.into()],
    )?;
    // Of the last few none is too old, so that a short history is not looked through.
    let beyond = |which: &str| {
        format!(
            "SELECT number FROM (SELECT number FROM history WHERE {which} ORDER BY number DESC LIMIT -1 OFFSET ?)"
        )
    };
    let statement = format!(
        "DELETE FROM history WHERE number <= (SELECT MAX(number) FROM history) - ? AND number IN ({} UNION ALL {})",
        beyond(IS_VALIDATION),
        beyond(&format!("NOT {IS_VALIDATION}")),
    );
    sql.run(
        &statement,
        &[
            VALIDATIONS_KEPT.into(),
            VALIDATIONS_KEPT.into(),
            OPERATIONS.into(),
        ],
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
    let mut known = kept(sql)?;
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
    // Of lines for what found nothing new the last of each kind stands for all.
    let mut last = BTreeMap::new();
    let looks = merged.iter().filter(|entry| entry.nothing_new.is_some());
    for entry in looks {
        let at = (entry.started_at.clone(), entry.operation.clone());
        let of_kind = last
            .entry(entry.kind.as_str().to_owned())
            .or_insert_with(|| at.clone());
        *of_kind = at.max(of_kind.clone());
    }
    merged.retain(|entry| {
        let is_last = |(_, operation): &(String, String)| *operation == entry.operation;
        entry.nothing_new.is_none() || last.values().any(is_last)
    });
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

/// The last entry.
pub(super) fn last(sql: &impl Sql) -> Result<Option<HistoryEntry>, ObjectError> {
    let rows = sql.run(
        "SELECT entry FROM history ORDER BY number DESC LIMIT 1",
        &[],
    )?;
    Ok(readable(&rows).pop())
}

/// All entries, the latest first.
pub(super) fn all(sql: &impl Sql) -> Result<Vec<HistoryEntry>, ObjectError> {
    let rows = sql.run("SELECT entry FROM history ORDER BY number DESC", &[])?;
    Ok(readable(&rows))
}

/// As [`all`], with what only a newer version knows.
fn kept(sql: &impl Sql) -> Result<Vec<Kept<HistoryEntry>>, ObjectError> {
    let rows = sql.run("SELECT entry FROM history ORDER BY number DESC", &[])?;
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
    let entries = all(sql)?;
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
    let entries = all(sql)?;
    let (looks, writes): (Vec<_>, Vec<_>) = entries
        .iter()
        .partition(|entry| entry.kind == OperationKind::Validate);
    // Versions before this one forgot what was done for what only looked.
    let is_full = writes.len() as u64 >= OPERATIONS
        || looks.len() as u64 >= VALIDATIONS_KEPT
        || has_unreadable(sql, &entries)?;
    if writes.is_empty() {
        return Ok(is_full.then_some(false));
    }
    let left_nothing = |entry: &HistoryEntry| {
        let is_over = matches!(
            entry.outcome,
            OperationOutcome::Failed | OperationOutcome::Refused
        );
        is_over && entry.commit.is_none() && entry.partly.is_none()
    };
    Ok(Some(!is_full && writes.into_iter().all(left_nothing)))
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
