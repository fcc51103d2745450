//! Directories as git stores them.

use std::cmp::Ordering;

use super::{EntryKind, Mode, ObjectId};

/// One entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name's bytes; git does not promise that they are UTF-8.
    pub name: Vec<u8>,
    /// The mode, exactly as stored.
    pub mode: Mode,
    /// The id of the blob, tree or commit.
    pub id: ObjectId,
}

/// A directory: its entries in git's order, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    entries: Vec<Entry>,
}

/// Why entries are not a tree.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// A name is empty, or holds a slash or a zero byte.
    #[error("{0:?} cannot be the name of a tree entry")]
    Name(String),
    /// A name stands twice.
    #[error("the name {0:?} stands twice in one directory")]
    Duplicate(String),
}

impl Entry {
    /// A directory with the tree `id`.
    pub fn directory(name: &str, id: ObjectId) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            mode: Mode::DIRECTORY,
            id,
        }
    }

    /// A file, mode 100644, with the blob `id`.
    pub fn file(name: &str, id: ObjectId) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            mode: Mode::FILE,
            id,
        }
    }

    /// What the entry is.
    pub fn kind(&self) -> EntryKind {
        self.mode.kind()
    }

    /// The name for people; bytes that are not UTF-8 show as `\u{fffd}`.
    pub fn display_name(&self) -> String {
        String::from_utf8_lossy(&self.name).into_owned()
    }
}

impl Tree {
    /// Makes a tree of entries in any order.
    ///
    /// # Errors
    /// [`TreeError`] where a name cannot stand in a tree or stands twice.
    pub fn new(mut entries: Vec<Entry>) -> Result<Self, TreeError> {
        for entry in &entries {
            if entry.name.is_empty() || entry.name.contains(&b'/') || entry.name.contains(&0) {
                return Err(TreeError::Name(entry.display_name()));
            }
        }
        let mut names: Vec<&[u8]> = entries.iter().map(|entry| entry.name.as_slice()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(TreeError::Duplicate(
                String::from_utf8_lossy(pair[0]).into_owned(),
            ));
        }
        entries.sort_by(git_order);
        Ok(Self { entries })
    }

    /// The entries in git's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Tells whether nothing is in it; git never stores such a directory below a root.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of this name.
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.name == name.as_bytes())
    }

    /// Puts an entry in, in place of one of the same name.
    pub fn insert(&mut self, entry: Entry) {
        self.entries.retain(|other| other.name != entry.name);
        let place = self
            .entries
            .partition_point(|other| git_order(other, &entry) == Ordering::Less);
        self.entries.insert(place, entry);
    }

    /// Takes the entry of this name away, if there is one.
    pub fn remove(&mut self, name: &str) {
        self.entries.retain(|other| other.name != name.as_bytes());
    }

    /// The tree with only the entries whose name `keep` accepts.
    pub fn restricted_to(&self, keep: impl Fn(&[u8]) -> bool) -> Self {
        Self {
            entries: self
                .entries
                .iter()
                .filter(|entry| keep(&entry.name))
                .cloned()
                .collect(),
        }
    }

    /// The tree's id, as `git mktree` prints it.
    pub fn id(&self) -> ObjectId {
        let mut content = Vec::new();
        for entry in &self.entries {
            let mode = entry.mode.bits();
            let digits = (34 - mode.leading_zeros()) / 3;
            let octal = |at| b'0' + ((mode >> (3 * at)) & 7) as u8;
            content.extend((0..digits).rev().map(octal));
            content.push(b' ');
            content.extend_from_slice(&entry.name);
            content.push(0);
            content.extend_from_slice(entry.id.as_bytes());
        }
        super::object_id("tree", &content)
    }
}

/// Git's order: by bytes, a directory's name as if it ended in a slash (`base_name_compare` of git).
fn git_order(left: &Entry, right: &Entry) -> Ordering {
    ordering_key(left).cmp(ordering_key(right))
}

fn ordering_key(entry: &Entry) -> impl Iterator<Item = u8> + '_ {
    let slash = (entry.kind() == EntryKind::Directory).then_some(b'/');
    entry.name.iter().copied().chain(slash)
}
