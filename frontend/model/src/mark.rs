//! What a commit would do to one path.

use shared::diff::Change;
use shared::plan::Overwrite;

/// What becomes of one path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The layout has it; what the branch holds is not known.
    Planned,
    /// A keep file that its directory does not need.
    NotNeeded,
    /// What people keep there.
    Content,
    /// It is there as the layout has it.
    Unchanged,
    /// It is the layout's or a person's, where neither belongs.
    Unexpected,
    /// It will be added.
    Added,
    /// Somebody changed it, and it stays.
    Kept,
    /// Somebody changed it, and it will be overwritten.
    Overwritten,
    /// Something is in the way.
    Conflict,
}

impl Mark {
    /// What becomes of a file of the layout.
    pub fn of(change: Change, overwrite: Overwrite) -> Self {
        match change {
            Change::Added => Self::Added,
            Change::Unchanged => Self::Unchanged,
            Change::NotNeeded => Self::NotNeeded,
            Change::Conflict => Self::Conflict,
            Change::Modified if overwrite == Overwrite::Yes => Self::Overwritten,
            Change::Modified => Self::Kept,
        }
    }
}
