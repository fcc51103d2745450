//! Everything that a fabric's directory holds, at any depth: read by id, and proved.
//!
//! [`Walk`] says what to ask for and takes the answers; the caller does the asking. Every listing is hashed and
//! compared with the id that was asked for, so an answer that leaves something out is noticed.

mod findings;
mod listing;
mod lost;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

pub use findings::{MAX_FINDINGS, RULES, findings};
pub use listing::{ListedEntry, TreeListing};
pub use lost::{Lost, file_paths, is_synced, lost};
pub use walk::{Ask, Depth, Walk, WalkError};

use crate::git::{ObjectId, Tree};

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Every directory that was read: path from the repository's root → its entries.
    listings: BTreeMap<String, Tree>,
    /// Directories with a name that is not UTF-8, which the interface does not spell: their entries are known, but not
    /// proved, and nothing is planned from them.
    unproved: BTreeMap<String, Tree>,
    /// The sizes of blobs in bytes, as far as they were told.
    sizes: BTreeMap<ObjectId, u64>,
    /// Directories that were not read.
    unread: BTreeSet<String>,
}

impl Contents {
    /// The directories whose listings were proved, by path from the repository's root.
    pub fn listings(&self) -> &BTreeMap<String, Tree> {
        &self.listings
    }

    /// Every directory that was read, proved or not.
    pub fn directories(&self) -> impl Iterator<Item = (&str, &Tree)> {
        let all = self.listings.iter().chain(&self.unproved);
        all.map(|(path, tree)| (path.as_str(), tree))
    }

    /// The size of a blob in bytes, if it was told.
    pub fn size(&self, blob: ObjectId) -> Option<u64> {
        self.sizes.get(&blob).copied()
    }

    /// The directories that could not be read to the end; what is in them is not known.
    pub fn unread(&self) -> impl Iterator<Item = &str> {
        self.unread.iter().map(String::as_str)
    }

    /// The directories with names that are not UTF-8.
    pub fn unproved(&self) -> impl Iterator<Item = &str> {
        self.unproved.keys().map(String::as_str)
    }
}

#[cfg(test)]
pub(crate) mod tests;
