//! The trees after a commit, from the trees before it: only the directories on the way are hashed again.

use std::collections::BTreeMap;

use crate::git::{Entry, ObjectId, Tree};
use crate::names::DirectoryPath;
use crate::snapshot::{Snapshot, own_part_of_root};

/// Files that a commit writes: path from the repository's root → blob.
type Written<'a> = BTreeMap<&'a str, ObjectId>;

/// The id of the root tree after the commit.
pub(super) fn root_after(snapshot: &Snapshot, written: &Written) -> ObjectId {
    tree_after(snapshot, "", &below("", written)).id()
}

/// The id of a fabric's directory after the commit; at `/`, of a tree with only its three roots.
pub(super) fn directory_after(
    snapshot: &Snapshot,
    directory: &DirectoryPath,
    written: &Written,
) -> ObjectId {
    let path = directory.git_path();
    let tree = tree_after(snapshot, path, &below(path, written));
    if directory.is_root() {
        own_part_of_root(&tree).id()
    } else {
        tree.id()
    }
}

/// The written files below `path`, by the rest of their paths.
fn below<'a>(path: &str, written: &Written<'a>) -> Written<'a> {
    let rest = |full: &'a str| match path {
        "" => Some(full),
        _ => full.strip_prefix(path)?.strip_prefix('/'),
    };
    written
        .iter()
        .filter_map(|(full, id)| Some((rest(full)?, *id)))
        .collect()
}

/// The directory at `path` with the written files (paths below it) in place.
fn tree_after(snapshot: &Snapshot, path: &str, written: &Written) -> Tree {
    let mut tree = snapshot.tree(path).cloned().unwrap_or_default();
    let mut folders: BTreeMap<&str, Written> = BTreeMap::new();
    for (rest, id) in written {
        match rest.split_once('/') {
            None => tree.insert(Entry::file(rest, *id)),
            Some((folder, rest)) => {
                folders.entry(folder).or_default().insert(rest, *id);
            }
        }
    }
    for (folder, written) in folders {
        let child = if path.is_empty() {
            folder.to_owned()
        } else {
            format!("{path}/{folder}")
        };
        tree.insert(Entry::directory(
            folder,
            tree_after(snapshot, &child, &written).id(),
        ));
    }
    tree
}
