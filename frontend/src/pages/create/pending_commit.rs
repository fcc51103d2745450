//! A commit that this tab sent and whose outcome it has not seen.

use serde::{Deserialize, Serialize};
use shared::api::CreateFabric;

use crate::browser;
use crate::storage::{self, Key};

/// For how long what became of a commit can be asked for by sending it again, in milliseconds; the Worker keeps the
/// answer for longer than that.
const ASKED_FOR_MS: i64 = 10 * 60 * 1000;

/// A commit that was sent.
#[derive(Serialize, Deserialize)]
pub struct PendingCommit {
    pub login: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    pub body: CreateFabric,
}

impl PendingCommit {
    /// Tells whether there is one, however old.
    pub fn is_stored() -> bool {
        storage::read(Key::PendingCommit).is_some()
    }

    /// The one that this tab keeps, while its outcome can be asked for.
    pub fn load() -> Option<Self> {
        let stored = storage::read(Key::PendingCommit)?;
        let commit: Self = serde_json::from_str(&stored).ok()?;
        (browser::now_ms() - commit.at_ms < ASKED_FOR_MS).then_some(commit)
    }

    /// Keeps it until its outcome is known.
    pub fn store(&self) {
        if let Ok(text) = serde_json::to_string(self) {
            storage::write(Key::PendingCommit, Some(&text));
        }
    }

    pub fn clear() {
        storage::write(Key::PendingCommit, None);
    }
}
