//! What a branch holds now, as far as a fabric's directory is concerned.

use std::collections::BTreeMap;

use crate::fabric::LayoutOptions;
use crate::git::{Entry, EntryKind, ObjectId, Tree};
use crate::layout::{Root, folders};
use crate::names::DirectoryPath;
use crate::quote::sentence::Name;

/// The commit that a branch points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The commit's id.
    pub commit: ObjectId,
    /// The id of the commit's root tree.
    pub tree: ObjectId,
}

/// The listings that decide what a commit to a fabric's directory does: the root, each ancestor, the directory, its
/// three roots and their folders. Whatever lies beside or deeper is taken over by id.
///
/// **Invariant.** Every listing hashes to the id that its parent states, up to the head's root tree, so a snapshot
/// cannot mix two commits and nothing between GitHub and this crate can alter it unseen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    head: Option<Head>,
    listings: BTreeMap<String, Tree>,
}

/// Why listings are not a snapshot of their head.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// A directory that exists was not listed.
    #[error("the listing of {} is missing", Name(.0))]
    Missing(String),
    /// A listing was given for something that is not a directory.
    #[error("{} is listed, but its parent says that it is not a directory", Name(.0))]
    Unexpected(String),
    /// A listing does not hash to the id that its parent states.
    #[error("the listing of {path} hashes to {computed}, but {stated} was stated", path = Name(.path))]
    Mismatch {
        /// The directory, from the repository's root.
        path: String,
        /// The id in the parent's listing or in the commit.
        stated: ObjectId,
        /// The id of the listing.
        computed: ObjectId,
    },
}

/// The git paths that a snapshot lists, parents first: `""`, `a`, `a/b`, `a/b/managed`, ...
pub fn paths(directory: &DirectoryPath) -> Vec<String> {
    let mut paths: Vec<String> = directory
        .ancestors()
        .into_iter()
        .map(String::from)
        .collect();
    paths.push(directory.git_path().to_owned());
    paths.extend(Root::ALL.map(|root| directory.join(root.name())));
    paths.push(directory.join("managed/metadata"));
    let all_kinds = LayoutOptions {
        all_kinds: true,
        ..LayoutOptions::default()
    };
    paths.extend(
        folders(all_kinds)
            .iter()
            .map(|folder| directory.join(folder)),
    );
    paths
}

impl Snapshot {
    /// The snapshot of a branch that does not exist, or of a repository without a commit.
    pub fn without_head() -> Self {
        Self {
            head: None,
            listings: BTreeMap::new(),
        }
    }

    /// The snapshot of a head of which nothing is listed yet: [`Snapshot::with_listings`] adds what is.
    pub fn at(head: Head) -> Self {
        Self {
            head: Some(head),
            listings: BTreeMap::new(),
        }
    }

    /// Takes the listings of [`paths`] (path → tree) if they are exactly what `head` holds.
    ///
    /// # Errors
    /// [`SnapshotError`] names the first directory whose listing is missing, superfluous or wrong.
    pub fn verified(
        head: Head,
        directory: &DirectoryPath,
        mut given: BTreeMap<String, Tree>,
    ) -> Result<Self, SnapshotError> {
        let mut snapshot = Self {
            head: Some(head),
            listings: BTreeMap::new(),
        };
        for path in paths(directory) {
            let stated = match path.as_str() {
                "" => Some(head.tree),
                _ => snapshot
                    .entry(&path)
                    .filter(|entry| entry.kind() == EntryKind::Directory)
                    .map(|entry| entry.id),
            };
            match (stated, given.remove(&path)) {
                (None, None) => {}
                (None, Some(_)) => return Err(SnapshotError::Unexpected(path)),
                (Some(_), None) => return Err(SnapshotError::Missing(path)),
                (Some(stated), Some(tree)) => {
                    let computed = tree.id();
                    if computed != stated {
                        return Err(SnapshotError::Mismatch {
                            path,
                            stated,
                            computed,
                        });
                    }
                    snapshot.listings.insert(path, tree);
                }
            }
        }
        Ok(snapshot)
    }

    /// Adds listings of deeper directories (path → tree), for changes that reach further than [`paths`].
    ///
    /// # Errors
    /// [`SnapshotError`] where a listing does not hash to the id that its parent states, or where its parent is not
    /// listed or holds no such directory.
    pub fn with_listings(mut self, deeper: BTreeMap<String, Tree>) -> Result<Self, SnapshotError> {
        // In byte order a directory comes before what is in it.
        for (path, tree) in deeper {
            let stated = match path.as_str() {
                "" => self.head.map(|head| head.tree),
                _ => self
                    .entry(&path)
                    .filter(|entry| entry.kind() == EntryKind::Directory)
                    .map(|entry| entry.id),
            };
            let Some(stated) = stated else {
                return Err(SnapshotError::Unexpected(path));
            };
            let computed = tree.id();
            if computed != stated {
                return Err(SnapshotError::Mismatch {
                    path,
                    stated,
                    computed,
                });
            }
            self.listings.insert(path, tree);
        }
        Ok(self)
    }

    /// The listings with these in place of the old ones; an empty one stands for a directory that is gone.
    pub(crate) fn replaced(&self, trees: BTreeMap<String, Tree>) -> Self {
        let mut listings = self.listings.clone();
        for (path, tree) in trees {
            if tree.is_empty() && !path.is_empty() {
                listings.remove(&path);
            } else {
                listings.insert(path, tree);
            }
        }
        Self {
            head: self.head,
            listings,
        }
    }

    /// The branch's head, if there is one.
    pub fn head(&self) -> Option<Head> {
        self.head
    }

    /// The listings by git path.
    pub fn listings(&self) -> &BTreeMap<String, Tree> {
        &self.listings
    }

    /// The listing of a directory, if it exists and is one of [`paths`] or was added.
    pub fn tree(&self, path: &str) -> Option<&Tree> {
        self.listings.get(path)
    }

    /// The entry at a git path whose parent is listed.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        self.listings.get(parent)?.get(name)
    }

    /// Tells whether everything below a fabric's directory is listed, at any depth.
    pub fn is_whole(&self, directory: &DirectoryPath) -> bool {
        let top = directory.git_path();
        match self.tree(top) {
            None => self.entry(top).is_none(),
            // What lies beside the three roots of a repository is not the fabric's.
            Some(tree) if top.is_empty() => self.lists_all_in(top, &own_part_of_root(tree)),
            Some(tree) => self.lists_all_in(top, tree),
        }
    }

    fn lists_all_in(&self, path: &str, tree: &Tree) -> bool {
        let is_directory = |entry: &&Entry| entry.kind() == EntryKind::Directory;
        tree.entries().iter().filter(is_directory).all(|entry| {
            let name = entry.display_name();
            let path = match path {
                "" => name.to_string(),
                path => format!("{path}/{name}"),
            };
            self.tree(&path)
                .is_some_and(|tree| self.lists_all_in(&path, tree))
        })
    }

    /// The id of a fabric's directory; see [`directory_id_in_root`] for the repository's root.
    pub fn directory_id(&self, directory: &DirectoryPath) -> Option<ObjectId> {
        if directory.is_root() {
            return self.tree("").and_then(directory_id_in_root);
        }
        self.entry(directory.git_path()).map(|entry| entry.id)
    }
}

/// The id of a fabric's directory that is the repository's root: that of a tree with only `managed`, `raw` and
/// `unmanaged`, since the entries beside them are not the fabric's. None if the root has none of the three.
pub fn directory_id_in_root(root: &Tree) -> Option<ObjectId> {
    let own = own_part_of_root(root);
    (!own.is_empty()).then(|| own.id())
}

/// The part of a repository's root that belongs to a fabric at `/`.
pub(crate) fn own_part_of_root(root: &Tree) -> Tree {
    root.restricted_to(|name| Root::ALL.iter().any(|root| root.name().as_bytes() == name))
}

#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod tests;
