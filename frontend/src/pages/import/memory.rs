//! What this tab remembers of the rows: beside the list, one entry a row, so that leaving the page loses nothing.

use std::collections::BTreeSet;

use crate::browser;
use crate::model::import::kept::Kept;

/// Where this tab keeps the list across reloads.
const LIST: &str = "hedgerow-import";
/// Before a row's name.
const ROW: &str = "hedgerow-import-row?";

/// The list.
pub fn list() -> String {
    browser::tab_kept(LIST).unwrap_or_default()
}

/// Keeps the list.
pub fn keep_list(text: &str) {
    browser::tab_keep(LIST, (!text.is_empty()).then_some(text));
}

/// What became of a row.
pub fn row(key: &str) -> Option<Kept> {
    let text = browser::tab_kept(&format!("{ROW}{key}"))?;
    serde_json::from_str(&text).ok()
}

/// Keeps what became of a row, or forgets it.
pub fn keep_row(key: &str, kept: Option<&Kept>) {
    let text = kept.and_then(|kept| serde_json::to_string(kept).ok());
    browser::tab_keep(&format!("{ROW}{key}"), text.as_deref());
}

/// Forgets all rows but these.
pub fn forget_but(keys: &BTreeSet<String>) {
    for name in browser::tab_names(ROW) {
        if !keys.contains(&name[ROW.len()..]) {
            browser::tab_keep(&name, None);
        }
    }
}
