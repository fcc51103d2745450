//! Desired against actual: one comparison that yields preview, idempotence, conflict, drift and status.

mod case_twin;
mod content;
mod obstacle;
mod unexpected;

use serde::{Deserialize, Serialize};

pub use case_twin::CaseTwin;
pub use content::FolderContent;
pub use obstacle::Obstacle;
pub use unexpected::{UnexpectedEntry, UnexpectedPlace};
pub(crate) use unexpected::{changes_reading, in_kind_folder, is_kind_folder};

use crate::git::{EntryKind, Mode, ObjectId, blob_id};
use crate::layout::{KEEP_FILE, Layout, Role};
use crate::names::DirectoryPath;
use crate::snapshot::Snapshot;

/// A layout compared with a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diff {
    /// Every file of the layout, in byte order of the paths.
    pub files: Vec<FileDiff>,
    /// What lies where neither the layout nor a person's content belongs.
    #[serde(rename = "foreign")]
    pub unexpected: Vec<UnexpectedEntry>,
    /// What stands beside the directory, or one above it, under a name that differs only in case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub case_twins: Vec<CaseTwin>,
    /// What people keep in the folders of the layout.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub content: Vec<FolderContent>,
}

/// One file of the layout compared with what the branch holds there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDiff {
    /// The path from the repository's root.
    pub path: String,
    /// What the comparison found.
    pub change: Change,
    /// The id of the layout's own content.
    pub desired: ObjectId,
    /// The id of what is there now, if anything is.
    pub current: Option<ObjectId>,
    /// Why the file cannot be written, if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Obstacle>,
}

/// What became of one file of the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Nothing is there; it will be added.
    Added,
    /// It is there as the layout has it.
    Unchanged,
    /// Somebody changed it. It is overwritten only when a person decides so.
    Modified,
    /// A keep file whose directory holds something else and so needs none.
    NotNeeded,
    /// Something stands in the way that a person has to clear.
    Conflict,
}

/// Compares a layout, placed in `directory`, with what the branch holds.
pub fn diff(layout: &Layout, directory: &DirectoryPath, snapshot: &Snapshot) -> Diff {
    let files: Vec<FileDiff> = layout
        .files
        .iter()
        .map(|(below, file)| {
            let path = directory.join(below);
            let desired = blob_id(&file.content);
            let current = snapshot.entry(&path).map(|entry| entry.id);
            let (change, obstacle) = match obstacle::above(&path, snapshot) {
                Some(obstacle) => (Change::Conflict, Some(obstacle)),
                None if file.role == Role::Keep => (keep_file(&path, snapshot), None),
                None => text_file(&path, desired, snapshot),
            };
            FileDiff {
                path,
                change,
                desired,
                current,
                obstacle,
            }
        })
        .collect();
    let unexpected = unexpected::unexpected(directory, snapshot);
    Diff {
        content: content::content(directory, snapshot, &files, &unexpected),
        files,
        unexpected,
        case_twins: case_twin::case_twins(directory, snapshot),
    }
}

impl Diff {
    /// How many files of the layout had this outcome.
    pub fn count(&self, change: Change) -> usize {
        self.files
            .iter()
            .filter(|file| file.change == change)
            .count()
    }

    /// What stands in the way, each obstacle once.
    pub fn obstacles(&self) -> Vec<&Obstacle> {
        let mut obstacles: Vec<&Obstacle> = self
            .files
            .iter()
            .filter_map(|file| file.obstacle.as_ref())
            .collect();
        obstacles.dedup();
        obstacles
    }
}

/// A keep file is needed only while its directory has no other entry of any kind; a person's own keep file will do.
fn keep_file(path: &str, snapshot: &Snapshot) -> Change {
    let folder = path
        .strip_suffix(KEEP_FILE)
        .and_then(|folder| folder.strip_suffix('/'))
        .unwrap_or_default();
    match snapshot.tree(folder).map(|tree| tree.entries()) {
        None | Some([]) => Change::Added,
        Some([only]) if only.name == KEEP_FILE.as_bytes() && is_blob(only.kind()) => {
            Change::Unchanged
        }
        Some(_) => Change::NotNeeded,
    }
}

/// Tells whether the entry's id is that of a blob; a directory or submodule named like a keep file is not a file.
fn is_blob(kind: EntryKind) -> bool {
    !matches!(kind, EntryKind::Directory | EntryKind::Submodule)
}

/// The same content is unchanged whatever its executable bit; other content can be replaced only in a plain file.
fn text_file(path: &str, desired: ObjectId, snapshot: &Snapshot) -> (Change, Option<Obstacle>) {
    let Some(entry) = snapshot.entry(path) else {
        return (Change::Added, None);
    };
    let is_file = matches!(entry.kind(), EntryKind::File | EntryKind::Executable);
    if is_file && entry.id == desired {
        return (Change::Unchanged, None);
    }
    if entry.mode == Mode::FILE {
        return (Change::Modified, None);
    }
    (Change::Conflict, Some(Obstacle::file(path, entry)))
}

#[cfg(test)]
mod tests;
