//! What the last full scan of the directory found, so that an unchanged directory need not be read again.

use shared::contents::RULES;
use shared::git::ObjectId;

use super::{FullScan, ObjectError, Sql, Value};

/// Keeps a scan; one that did not reach everything says too little to be kept.
pub(super) fn keep(sql: &impl Sql, scan: &FullScan) -> Result<(), ObjectError> {
    if scan.unread.is_empty() {
        sql.run(
            "INSERT OR REPLACE INTO deep (one, tree, depth) VALUES (1, ?, ?)",
            &[
                scan.tree.to_string().into(),
                serde_json::to_string(scan)?.into(),
            ],
        )?;
    }
    Ok(())
}

/// The scan of this tree, if it was the last one, and made by today's rules.
pub(super) fn of_tree(sql: &impl Sql, tree: ObjectId) -> Result<Option<FullScan>, ObjectError> {
    let rows = sql.run(
        "SELECT depth FROM deep WHERE tree = ?",
        &[tree.to_string().into()],
    )?;
    let text = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::text);
    let scan: Option<FullScan> = text.map(serde_json::from_str).transpose()?;
    Ok(scan.filter(|scan| scan.rules == RULES))
}
