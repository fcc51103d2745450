//! What this tab remembers of the rows: beside the list, one entry a row, so that leaving the page loses nothing.

use crate::storage::{self, Key};
use model::import::stored_row::StoredRow;

pub fn list() -> String {
    storage::read(Key::ImportList).unwrap_or_default()
}

pub fn store_list(text: &str) {
    storage::write(Key::ImportList, (!text.is_empty()).then_some(text));
}

/// What became of a row.
pub fn row(key: &str) -> Option<StoredRow> {
    let text = storage::read(Key::ImportRow(key))?;
    serde_json::from_str(&text).ok()
}

/// Keeps what became of a row, or forgets it.
pub fn store_row(key: &str, row: Option<&StoredRow>) {
    let text = row.and_then(|row| serde_json::to_string(row).ok());
    storage::write(Key::ImportRow(key), text.as_deref());
}

/// Forgets all rows but these.
pub fn retain(keys: &[String]) {
    for key in storage::import_rows() {
        if !keys.contains(&key) {
            storage::write(Key::ImportRow(&key), None);
        }
    }
}
