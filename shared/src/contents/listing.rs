//! A tree as GitHub's `GET git/trees/{id}` answers it, with or without `recursive`.

use serde::{Deserialize, Serialize};

use crate::git::{Mode, ObjectId};

/// The answer for one tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeListing {
    /// The tree's id.
    pub sha: ObjectId,
    /// Its entries; with `recursive` those of all directories below as well.
    pub tree: Vec<ListedEntry>,
    /// Whether something was left out.
    #[serde(default)]
    pub truncated: bool,
}

/// An entry; GitHub calls an id `sha`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedEntry {
    /// The path below the tree; bytes that are not UTF-8 show as `\u{fffd}`.
    pub path: String,
    /// The mode in octal digits, such as `100644`.
    pub mode: String,
    /// The object.
    pub sha: ObjectId,
    /// The size of a blob in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

impl ListedEntry {
    /// The mode, if it is one.
    pub(super) fn parsed_mode(&self) -> Option<Mode> {
        u32::from_str_radix(&self.mode, 8).ok().map(Mode::from_bits)
    }
}
