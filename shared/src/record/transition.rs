//! The five states and what leads from one to another; `docs/states.md` is this table for people.

use serde::{Deserialize, Serialize};

use super::DirectoryStatus;

/// What can happen to a fabric's directory, as far as its state is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// A write is about to be sent, and its intent is kept.
    WriteBegins,
    /// The branch was read, or a commit was seen on it, and no finding is an error.
    SeenWhole,
    /// The branch was read, and a finding is an error.
    SeenDamaged,
    /// The branch was read; the directory does not exist there, and never held the layout.
    SeenAbsent,
    /// A write failed, or it is not known whether it did.
    WriteFailed,
    /// A write ended without changing the branch's directory: it was refused, or it opened a pull request.
    WriteLeftNoTrace,
    /// GitHub could not be asked.
    NotReached,
}

impl Happening {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::WriteBegins,
        Self::SeenWhole,
        Self::SeenDamaged,
        Self::SeenAbsent,
        Self::WriteFailed,
        Self::WriteLeftNoTrace,
        Self::NotReached,
    ];
}

impl DirectoryStatus {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 5] = [
        Self::NotInitialized,
        Self::Initializing,
        Self::Initialized,
        Self::Error,
        Self::InvalidStructure,
    ];

    /// The state that follows. `before` is the state from before the write that is under way, which a write without a
    /// trace goes back to; outside of a write it is this state.
    pub fn after(self, happening: Happening, before: Self) -> Self {
        match happening {
            Happening::WriteBegins => Self::Initializing,
            Happening::SeenWhole => Self::Initialized,
            Happening::SeenDamaged => Self::InvalidStructure,
            Happening::SeenAbsent => Self::NotInitialized,
            Happening::WriteFailed => Self::Error,
            Happening::WriteLeftNoTrace => before,
            Happening::NotReached => self,
        }
    }
}
