//! The commit that this tab sent and whose outcome this tab has not seen: which of the writes it is.

use crate::api::repeatable;
use crate::sent_writes;
use crate::storage::{self, Key};
use model::sent_write::SentWrite;

/// Tells whether there is one, however old.
pub fn is_stored() -> bool {
    storage::read(Key::SentCommit).is_some()
}

/// The one that this tab keeps.
pub fn load() -> Option<SentWrite> {
    let stored = storage::read(Key::SentCommit)?;
    match SentWrite::read_commit(&stored, repeatable::CREATE) {
        Some(commit) => {
            let key = sent_writes::find(&commit.id())?.key;
            Some(SentWrite { key, ..commit })
        }
        None => sent_writes::find(&stored),
    }
}

/// Keeps it until its outcome is known.
pub fn store(sent: Option<&SentWrite>) {
    let id = sent.map(SentWrite::id);
    storage::write(Key::SentCommit, id.as_deref());
}
