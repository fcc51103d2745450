//! Why a change set does not fit a snapshot.

use crate::git::{EntryKind, Mode};

/// Why the trees after a change set cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The path is empty, or one of its names is empty, `.`, `..` or `.git`.
    #[error("`{0}` is no path from the repository's root")]
    Path(String),
    /// A file cannot be written with this mode.
    #[error("`{path}` cannot be written with the mode {mode}; use 100644 or 100755")]
    Mode {
        /// The path.
        path: String,
        /// The mode.
        mode: Mode,
    },
    /// The snapshot does not say what the directory holds.
    #[error("the listing of `{0}` is needed to know what a change below it leads to")]
    Unlisted(String),
    /// A deletion of something that is not there.
    #[error("`{0}` is not there, so it cannot be deleted")]
    Absent(String),
    /// A directory stands where a file is written or deleted.
    #[error("`{0}` is a directory; change the files in it")]
    Directory(String),
    /// Something that is no directory stands above a path.
    #[error("`{path}` is a {kind}; it has to be deleted before something can be put below it")]
    NoDirectory {
        /// What stands in the way.
        path: String,
        /// What it is.
        kind: EntryKind,
    },
}
