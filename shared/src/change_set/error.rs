//! Why a change set does not fit a snapshot.

use crate::git::{EntryKind, Mode};
use crate::quote::sentence::Name;

/// Why the trees after a change set cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The path is empty, or one of its names is empty, `.`, `..` or `.git`.
    #[error("{} is not a path from the repository's root", Name(.0))]
    Path(String),
    /// A file cannot be written with this mode.
    #[error("{path} cannot be written with the mode {mode}; use 100644 or 100755", path = Name(.path))]
    Mode {
        /// The path.
        path: String,
        /// The mode.
        mode: Mode,
    },
    /// The snapshot does not say what the directory holds.
    #[error("the listing of {} is needed to know what a change below it leads to", Name(.0))]
    Unlisted(String),
    /// A deletion of something that is not there.
    #[error("{} is not there, so it cannot be deleted", Name(.0))]
    Absent(String),
    /// A directory stands where a file is written or deleted.
    #[error("{} is a directory; change the files in it", Name(.0))]
    Directory(String),
    /// Something that is not a directory stands above a path.
    #[error("{path} is a {kind}; it has to be deleted before something can be put below it", path = Name(.path))]
    NoDirectory {
        /// What stands in the way.
        path: String,
        /// What it is.
        kind: EntryKind,
    },
}
