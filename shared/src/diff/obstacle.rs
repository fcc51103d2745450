//! What stands where the layout needs a directory or a plain file.

use serde::{Deserialize, Serialize};

use crate::git::{Entry, EntryKind};
use crate::quote::sentence::Name;
use crate::snapshot::Snapshot;

/// Something that Hedgerow will not replace; a person has to move it first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obstacle {
    /// Its path from the repository's root.
    pub path: String,
    /// What it is and what is needed instead, for people.
    pub message: String,
}

impl Obstacle {
    /// Something other than a plain file stands at the path of a file.
    pub(super) fn file(path: &str, entry: &Entry) -> Self {
        let kind = entry.kind();
        let message = format!(
            "{} is {} {kind} (mode {}); a plain file is needed there",
            Name(path),
            article(kind),
            entry.mode
        );
        Self {
            path: path.to_owned(),
            message,
        }
    }

    fn directory(path: &str, kind: EntryKind) -> Self {
        let message = format!(
            "{} is {} {kind}; a directory is needed there",
            Name(path),
            article(kind)
        );
        Self {
            path: path.to_owned(),
            message,
        }
    }
}

/// The topmost directory above `path` that is something else.
pub(super) fn above(path: &str, snapshot: &Snapshot) -> Option<Obstacle> {
    path.match_indices('/')
        .map(|(slash, _)| &path[..slash])
        .find_map(|parent| {
            let kind = snapshot.entry(parent)?.kind();
            (kind != EntryKind::Directory).then(|| Obstacle::directory(parent, kind))
        })
}

fn article(kind: EntryKind) -> &'static str {
    if kind == EntryKind::Executable {
        "an"
    } else {
        "a"
    }
}
