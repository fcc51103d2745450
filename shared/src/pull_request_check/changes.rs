//! Which files a pull request adds, changes and removes.

use std::collections::{BTreeMap, BTreeSet};

use super::found::is_in;
use crate::contents::Contents;
use crate::git::{EntryKind, Mode, ObjectId};

/// What becomes of the files of a directory, each by its path from the repository's root and in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that are not there before.
    pub added: Vec<String>,
    /// Files with another content or mode.
    pub changed: Vec<String>,
    /// Files that are not there after.
    pub removed: Vec<String>,
    /// Directories that were not read on either side, though they are not the same.
    pub unread: Vec<String>,
}

/// Compares two readings of a directory. What is in a directory that one side did not read to the end is left out.
pub fn changes(before: &Contents, after: &Contents) -> Changes {
    let (old, new) = (files(before), files(after));
    let unread: BTreeSet<&str> = before.unread().chain(after.unread()).collect();
    let is_known = |path: &str| !unread.iter().any(|unread| is_in(path, unread));
    let mut changes = Changes {
        unread: unread.iter().map(|path| (*path).to_owned()).collect(),
        ..Changes::default()
    };
    for (path, file) in &new {
        match old.get(path) {
            Some(known) if known == file => {}
            _ if !is_known(path) => {}
            Some(_) => changes.changed.push(path.clone()),
            None => changes.added.push(path.clone()),
        }
    }
    let gone = old.keys().filter(|path| !new.contains_key(*path));
    changes.removed = gone.filter(|path| is_known(path)).cloned().collect();
    changes
}

fn files(contents: &Contents) -> BTreeMap<String, (Mode, ObjectId)> {
    let mut files = BTreeMap::new();
    for (folder, tree) in contents.directories() {
        for entry in tree.entries() {
            if entry.kind() != EntryKind::Directory {
                let path = format!("{folder}/{}", entry.display_name());
                let path = path.trim_start_matches('/').to_owned();
                files.insert(path, (entry.mode, entry.id));
            }
        }
    }
    files
}
