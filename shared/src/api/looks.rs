//! When a fabric is looked at without a person: `GET /api/fabrics/{id}/looks`.

use serde::{Deserialize, Serialize};

use crate::words::words;

/// When Hedgerow looks at a fabric by itself, and what it found last. Times are RFC 3339, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LooksAnswer {
    /// Whether it does.
    pub schedule: Schedule,
    /// When it looks next; none where it does not, and of a draft.
    pub next_at: Option<String>,
    /// When it looked last; none where it did not yet.
    pub last_at: Option<String>,
    /// What it found then.
    pub last_found: Option<LastFound>,
}

words! {
    /// Whether a fabric is looked at without a person.
    Schedule {
        /// It is.
        On = "on",
        /// This Hedgerow has no GitHub App, or not its key.
        NeedsApp = "needs_app",
        /// The operator switched it off.
        Off = "off",
    }
}

words! {
    /// What a look found.
    LastFound {
        /// The directory was as it was known.
        Unchanged = "unchanged",
        /// The branch was read, and the record says what was found.
        Read = "read",
        /// The App does not see the repository.
        NotVisible = "not_visible",
    }
}
