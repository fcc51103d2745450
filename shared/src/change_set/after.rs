//! The trees after a commit, from the trees before it: only the directories on the way are hashed again.

use std::collections::BTreeMap;

use super::{ChangeError, ChangeSet, FileChange};
use crate::git::{Entry, EntryKind, ObjectId, Tree};
use crate::names::DirectoryPath;
use crate::ordered;
use crate::snapshot::Snapshot;

/// Every directory that a change set touches as it is after the commit, the root always; empty if nothing is left.
pub(super) struct After<'a> {
    snapshot: &'a Snapshot,
    trees: BTreeMap<String, Tree>,
}

/// Changes by the rest of their paths below some directory.
type Below<'a> = BTreeMap<&'a str, &'a FileChange>;

impl<'a> After<'a> {
    pub(super) fn new(set: &ChangeSet, snapshot: &'a Snapshot) -> Result<Self, ChangeError> {
        for (path, change) in set.iter() {
            check(path, change)?;
        }
        let mut after = Self {
            snapshot,
            trees: BTreeMap::new(),
        };
        let root = snapshot.tree("").cloned().unwrap_or_default();
        after.apply("", root, &ordered::map(set.iter()))?;
        Ok(after)
    }

    pub(super) fn root(&self) -> &Tree {
        &self.trees[""]
    }

    /// Every directory that the set touches; empty ones are gone.
    pub(super) fn into_trees(self) -> BTreeMap<String, Tree> {
        self.trees
    }

    /// The id of a directory below the root; none if no directory is there.
    pub(super) fn directory(
        &self,
        directory: &DirectoryPath,
    ) -> Result<Option<ObjectId>, ChangeError> {
        let (mut path, mut tree, mut id) = (String::new(), self.root(), None);
        for name in directory.components() {
            if id.is_some_and(|id| id != tree.id()) {
                return Err(ChangeError::Unlisted(path));
            }
            let is_directory = |entry: &&Entry| entry.kind() == EntryKind::Directory;
            let Some(entry) = tree.get(name).filter(is_directory) else {
                return Ok(None);
            };
            id = Some(entry.id);
            path = join(&path, name);
            // Where neither knows the directory, its id is enough, unless the way leads on.
            let touched = self.trees.get(&path);
            tree = touched.or(self.snapshot.tree(&path)).unwrap_or(tree);
        }
        Ok(id)
    }

    /// Makes the directory at `path`, which holds `tree`, what it is after the changes below it.
    fn apply(&mut self, path: &str, mut tree: Tree, changes: &Below) -> Result<(), ChangeError> {
        let mut folders: BTreeMap<&str, Below> = BTreeMap::new();
        let mut puts = Vec::new();
        for (rest, change) in changes {
            match (rest.split_once('/'), change.after()) {
                (Some((folder, rest)), _) => {
                    folders.entry(folder).or_default().insert(rest, change);
                }
                (None, Some((id, mode))) => puts.push((*rest, id, mode)),
                (None, None) => delete(&mut tree, path, rest)?,
            }
        }
        for (folder, changes) in folders {
            let child = join(path, folder);
            let before = match tree.get(folder).map(Entry::kind) {
                None => Tree::default(),
                Some(EntryKind::Directory) => match self.snapshot.tree(&child) {
                    Some(listed) => listed.clone(),
                    None => return Err(ChangeError::Unlisted(child)),
                },
                Some(kind) => return Err(ChangeError::NoDirectory { path: child, kind }),
            };
            self.apply(&child, before, &changes)?;
            match &self.trees[&child] {
                after if after.is_empty() => tree.remove(folder),
                after => tree.insert(Entry::directory(folder, after.id())),
            }
        }
        // Files after folders: a directory whose last file goes may give way to a file of its name.
        for (name, id, mode) in puts {
            if is_directory(&tree, name) {
                return Err(ChangeError::Directory(join(path, name)));
            }
            let name = name.as_bytes().to_vec();
            tree.insert(Entry { name, mode, id });
        }
        self.trees.insert(path.to_owned(), tree);
        Ok(())
    }
}

fn check(path: &str, change: &FileChange) -> Result<(), ChangeError> {
    let is_name = |name: &str| {
        !matches!(name, "" | "." | "..")
            && !name.eq_ignore_ascii_case(".git")
            && !name.contains('\0')
    };
    if !path.split('/').all(is_name) {
        return Err(ChangeError::Path(path.to_owned()));
    }
    match change {
        FileChange::Write { mode, .. } if !matches!(mode.bits(), 0o100_644 | 0o100_755) => {
            Err(ChangeError::Mode {
                path: path.to_owned(),
                mode: *mode,
            })
        }
        _ => Ok(()),
    }
}

fn delete(tree: &mut Tree, path: &str, name: &str) -> Result<(), ChangeError> {
    if tree.get(name).is_none() {
        return Err(ChangeError::Absent(join(path, name)));
    }
    if is_directory(tree, name) {
        return Err(ChangeError::Directory(join(path, name)));
    }
    tree.remove(name);
    Ok(())
}

fn is_directory(tree: &Tree, name: &str) -> bool {
    let entry = tree.get(name);
    entry.is_some_and(|entry| entry.kind() == EntryKind::Directory)
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        _ => format!("{path}/{name}"),
    }
}
