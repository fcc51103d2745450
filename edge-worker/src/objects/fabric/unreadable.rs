//! What only another version can read of a fabric: a backup has it as it is stored, and a restore brings it back.

use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::Share;
use shared::record::HistoryEntry;

use super::{FabricBackup, Intent, ObjectError, Sql, UnreadableRow};
use crate::objects::{Kept, Value, shares};

/// A value, and the hash of a share link's secret.
type WithHash<T> = (Kept<T>, Option<String>);

/// What this version can read of a table, with the third column where it is asked for; the rest is put aside.
fn read<T: Serialize + DeserializeOwned>(
    sql: &impl Sql,
    (table, statement): (&str, &str),
    aside: &mut Vec<UnreadableRow>,
) -> Result<Vec<WithHash<T>>, ObjectError> {
    let mut all = Vec::new();
    for row in sql.run(statement, &[])? {
        let [Value::Text(key), Value::Text(text), rest @ ..] = row.as_slice() else {
            continue;
        };
        let hash = rest.first().and_then(Value::text).map(str::to_owned);
        match Kept::read(text) {
            Ok(value) => all.push((value, hash)),
            Err(_) => aside.push(UnreadableRow {
                table: table.to_owned(),
                key: key.clone(),
                text: text.clone(),
                hash,
            }),
        }
    }
    Ok(all)
}

/// Fills in what was done, what is not settled and the share links, and what cannot be read of these.
pub(super) fn export<R>(sql: &impl Sql, backup: &mut FabricBackup<R>) -> Result<(), ObjectError> {
    let aside = &mut backup.unreadable;
    let history = "SELECT operation, entry FROM history ORDER BY number";
    let history = read::<HistoryEntry>(sql, ("history", history), aside)?;
    // A write that is under way is one whose outcome the archive does not know.
    let unsettled =
        "SELECT operation, intent FROM unsettled UNION SELECT operation, intent FROM lease";
    let unsettled = read::<Intent>(sql, ("unsettled", unsettled), aside)?;
    let links = "SELECT id, share, hash FROM shares ORDER BY number";
    let links = read::<Share>(sql, ("shares", links), aside)?;
    backup.history = history.into_iter().map(|(entry, _)| entry).collect();
    backup.unsettled = unsettled.into_iter().map(|(intent, _)| intent).collect();
    let links = links.into_iter();
    backup.shares = links
        .map(|(share, hash)| (share, hash.unwrap_or_default()))
        .collect();
    Ok(())
}

/// Takes what this version can read of what another could not.
pub(super) fn take_readable(backup: &mut FabricBackup) {
    for row in std::mem::take(&mut backup.unreadable) {
        match row.table.as_str() {
            "history" if let Ok(entry) = Kept::<HistoryEntry>::read(&row.text) => {
                let mut entries = backup.history.iter();
                let later = entries.position(|other| other.started_at > entry.started_at);
                let at = later.unwrap_or(backup.history.len());
                backup.history.insert(at, entry);
            }
            "unsettled" if let Ok(intent) = Kept::read(&row.text) => backup.unsettled.push(intent),
            "shares" if let Ok(share) = Kept::read(&row.text) => {
                backup.shares.push((share, row.hash.unwrap_or_default()));
            }
            _ => backup.unreadable.push(row),
        }
    }
}

/// Keeps the rest as it is; what is known of the same stays.
pub(super) fn keep(sql: &impl Sql, rows: &[UnreadableRow]) -> Result<(), ObjectError> {
    for row in rows {
        let mut values = vec![row.key.as_str().into(), row.text.as_str().into()];
        let statement = match (row.table.as_str(), &row.hash) {
            ("history", _) => "INSERT OR IGNORE INTO history (operation, entry) VALUES (?, ?)",
            ("unsettled", _) => "INSERT OR IGNORE INTO unsettled (operation, intent) VALUES (?, ?)",
            ("shares", Some(hash)) if !shares::is_revoked(sql, &row.key)? => {
                values.push(hash.as_str().into());
                "INSERT OR IGNORE INTO shares (id, share, hash) VALUES (?, ?, ?)"
            }
            _ => continue,
        };
        sql.run(statement, &values)?;
    }
    Ok(())
}
