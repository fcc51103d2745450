//! What one commit does to the files of a repository, and the trees that follow from it.
//!
//! A set says what is written, taken over and deleted; [`ChangeSet::root_after`] and [`ChangeSet::directory_after`] say
//! what git will hold. Both are pure, so the preview of a change and its commit have the same ids.
//!
//! **Invariant.** Trees are computed only from listings that were proved ([`Snapshot`]). A change below a directory that
//! exists but is not listed is refused as [`ChangeError::Unlisted`], never guessed: a caller that changes files deeper than a
//! snapshot lists reads those directories first and adds them with [`Snapshot::with_listings`].

mod after;
mod error;
mod moves;

use std::collections::BTreeMap;

pub use error::ChangeError;
pub use moves::{Moved, moves};

use after::After;

use crate::git::{Entry, Mode, ObjectId, blob_id};
use crate::names::DirectoryPath;
use crate::snapshot::{Snapshot, directory_id_in_root};

/// The changes of one commit: path from the repository's root → what happens there.
///
/// Paths travel as JSON, so entries whose names are not UTF-8 cannot be changed; they stay, or move with a directory
/// that is taken over as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    changes: BTreeMap<String, FileChange>,
}

/// What happens to one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileChange {
    /// A file with this content, in place of whatever file was there.
    Write {
        /// The bytes.
        content: Vec<u8>,
        /// `100644` or `100755`.
        mode: Mode,
    },
    /// An object that the repository already holds: what a move does at its target, and how a mode is changed.
    Place {
        /// The object.
        id: ObjectId,
        /// Its mode; that of a directory takes a whole tree over.
        mode: Mode,
    },
    /// The file is taken away; a directory that becomes empty goes with it.
    Delete,
}

/// Which of GitHub's interfaces can carry a change set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// GraphQL `createCommitOnBranch`: one request, with an exact comparison of the head.
    CreateCommitOnBranch,
    /// REST git data: trees in chunks, one commit, and the branch moved at the end.
    GitData,
}

impl ChangeSet {
    /// The most files that go through `createCommitOnBranch`.
    pub const MAX_FILES: usize = 100;
    /// The most bytes of content that go through `createCommitOnBranch`.
    pub const MAX_BYTES: usize = 1_000_000;

    /// Says what happens to a path; a later word replaces an earlier one.
    pub fn insert(&mut self, path: &str, change: FileChange) {
        self.changes.insert(path.to_owned(), change);
    }

    /// Writes a plain file.
    pub fn write(&mut self, path: &str, content: Vec<u8>) {
        let mode = Mode::FILE;
        self.insert(path, FileChange::Write { content, mode });
    }

    /// Takes an existing object over.
    pub fn place(&mut self, path: &str, id: ObjectId, mode: Mode) {
        self.insert(path, FileChange::Place { id, mode });
    }

    /// Deletes a file.
    pub fn delete(&mut self, path: &str) {
        self.insert(path, FileChange::Delete);
    }

    /// Moves what stands at `from` as `entry`, keeping its id and mode, so that git sees a rename.
    pub fn rename(&mut self, from: &str, to: &str, entry: &Entry) {
        self.delete(from);
        self.place(to, entry.id, entry.mode);
    }

    /// Tells whether nothing is to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many paths change.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// How many bytes of content are written.
    pub fn bytes(&self) -> usize {
        self.writes().map(|(_, content)| content.len()).sum()
    }

    /// What happens to a path, if anything does.
    pub fn get(&self, path: &str) -> Option<&FileChange> {
        self.changes.get(path)
    }

    /// Tells whether something happens to a path.
    pub fn contains(&self, path: &str) -> bool {
        self.changes.contains_key(path)
    }

    /// The paths and what happens to them, in byte order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FileChange)> {
        self.changes
            .iter()
            .map(|(path, change)| (path.as_str(), change))
    }

    /// The files that are written, with their content.
    pub fn writes(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.iter().filter_map(|(path, change)| match change {
            FileChange::Write { content, .. } => Some((path, content.as_slice())),
            FileChange::Place { .. } | FileChange::Delete => None,
        })
    }

    /// The paths that are deleted.
    pub fn deletions(&self) -> impl Iterator<Item = &str> {
        self.iter()
            .filter(|(_, change)| **change == FileChange::Delete)
            .map(|(path, _)| path)
    }

    /// The interface that the set needs: GraphQL takes neither modes nor existing objects, is not asked to put a
    /// directory where a file was or the reverse, and is not used beyond [`ChangeSet::MAX_FILES`] and [`ChangeSet::MAX_BYTES`].
    pub fn carrier(&self) -> Carrier {
        self.carrier_within(Self::MAX_FILES)
    }

    /// As [`ChangeSet::carrier`], where GraphQL is used for up to `most` files.
    pub fn carrier_within(&self, most: usize) -> Carrier {
        let is_plain = |(path, change): (&str, &FileChange)| match change {
            FileChange::Write { mode, .. } => *mode == Mode::FILE && !self.has_below(path),
            FileChange::Place { .. } => false,
            FileChange::Delete => !self.has_below(path),
        };
        let fits = self.len() <= most && self.bytes() <= Self::MAX_BYTES;
        if fits && self.iter().all(is_plain) {
            Carrier::CreateCommitOnBranch
        } else {
            Carrier::GitData
        }
    }

    /// Tells whether something happens below a path.
    pub fn has_below(&self, path: &str) -> bool {
        let below = format!("{path}/");
        let mut after = self.changes.range(below.clone()..);
        after
            .next()
            .is_some_and(|(next, _)| next.starts_with(&below))
    }

    /// The id of the repository's root tree after the commit.
    ///
    /// # Errors
    /// [`ChangeError`] where a change does not fit what the branch holds, or that is not known.
    pub fn root_after(&self, snapshot: &Snapshot) -> Result<ObjectId, ChangeError> {
        Ok(After::new(self, snapshot)?.root().id())
    }

    /// The id of a directory after the commit; none if nothing is left of it. At `/`, of a tree with only the three
    /// roots of a fabric.
    ///
    /// # Errors
    /// As [`ChangeSet::root_after`].
    pub fn directory_after(
        &self,
        snapshot: &Snapshot,
        directory: &DirectoryPath,
    ) -> Result<Option<ObjectId>, ChangeError> {
        within(&After::new(self, snapshot)?, directory)
    }

    /// [`ChangeSet::root_after`] and [`ChangeSet::directory_after`] at once, for half of the work.
    ///
    /// # Errors
    /// As [`ChangeSet::root_after`].
    pub fn trees_after(
        &self,
        snapshot: &Snapshot,
        directory: &DirectoryPath,
    ) -> Result<(ObjectId, Option<ObjectId>), ChangeError> {
        let after = After::new(self, snapshot)?;
        Ok((after.root().id(), within(&after, directory)?))
    }
}

fn within(after: &After, directory: &DirectoryPath) -> Result<Option<ObjectId>, ChangeError> {
    if directory.is_root() {
        return Ok(directory_id_in_root(after.root()));
    }
    after.directory(directory)
}

impl ChangeSet {
    /// What the listings say after the commit. A directory that is taken over as a whole is known by its id alone.
    ///
    /// # Errors
    /// As [`ChangeSet::root_after`].
    pub fn snapshot_after(&self, snapshot: &Snapshot) -> Result<Snapshot, ChangeError> {
        let after = After::new(self, snapshot)?;
        Ok(snapshot.replaced(after.into_trees()))
    }
}

impl FileChange {
    /// The object and mode that stand there afterwards; nothing after a deletion.
    pub fn after(&self) -> Option<(ObjectId, Mode)> {
        match self {
            Self::Write { content, mode } => Some((blob_id(content), *mode)),
            Self::Place { id, mode } => Some((*id, *mode)),
            Self::Delete => None,
        }
    }
}

#[cfg(test)]
mod tests;
