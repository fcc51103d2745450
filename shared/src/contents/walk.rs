//! Reading a whole directory with few questions: all at once, and piece by piece where an answer was cut short.

use std::collections::{BTreeMap, VecDeque};

use super::{Contents, TreeListing};
use crate::git::{Entry, EntryKind, ObjectId, Tree, TreeError};
use crate::layout::Root;
use crate::names::DirectoryPath;
use crate::quote::sentence::Name;
use crate::snapshot::Snapshot;

/// One question: the tree of one directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The directory, from the repository's root.
    pub path: String,
    /// Its tree.
    pub tree: ObjectId,
    /// How much of it.
    pub depth: Depth,
}

/// How much of a tree an answer is to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Everything below: `?recursive=1`.
    Whole,
    /// Its own entries.
    Directory,
}

/// Why an answer is not what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    /// A listing does not hash to the tree that was asked for.
    #[error("the listing of {path} hashes to {computed}, but {stated} was asked for", path = Name(.path))]
    Mismatch {
        /// The directory.
        path: String,
        /// The id that was asked for.
        stated: ObjectId,
        /// The id of the listing.
        computed: ObjectId,
    },
    /// An entry's mode or parent is not what a tree can hold.
    #[error("the listing of {path} cannot be read: {reason}", path = Name(.path))]
    Unreadable {
        /// The directory.
        path: String,
        /// Why.
        reason: String,
    },
}

/// A walk under way.
#[derive(Clone, Debug)]
pub struct Walk {
    asks: VecDeque<Ask>,
    left: usize,
    contents: Contents,
    /// What need not be read.
    known: Contents,
}

impl Walk {
    /// Begins to read a fabric's directory as a snapshot states it: one question, or one for each of the three roots
    /// where the directory is the repository's root. At most `most` questions are asked; what they do not reach stays unread.
    pub fn new(directory: &DirectoryPath, snapshot: &Snapshot, most: usize) -> Self {
        let starts = if directory.is_root() {
            Root::ALL.map(|root| root.name().to_owned()).to_vec()
        } else {
            vec![directory.git_path().to_owned()]
        };
        let start = |path: String| {
            let entry = snapshot.entry(&path)?;
            (entry.kind() == EntryKind::Directory).then_some((path, entry.id))
        };
        Self::from_trees(starts.into_iter().filter_map(start), most)
    }

    /// Begins to read these directories: path from the repository's root, and tree.
    pub fn from_trees(trees: impl IntoIterator<Item = (String, ObjectId)>, most: usize) -> Self {
        let ask = |(path, tree)| Ask {
            path,
            tree,
            depth: Depth::Whole,
        };
        Self {
            asks: trees.into_iter().map(ask).collect(),
            left: most,
            contents: Contents::default(),
            known: Contents::default(),
        }
    }

    /// Does not ask for the directories that `other` read at the same path with the same tree: what is below them is the same.
    #[must_use]
    pub fn knowing(mut self, other: &Contents) -> Self {
        self.known = other.clone();
        for ask in std::mem::take(&mut self.asks) {
            if !self.takes_known(&ask.path, ask.tree) {
                self.asks.push_back(ask);
            }
        }
        self
    }

    /// Takes a directory and all below it from what is known, if it is.
    fn takes_known(&mut self, path: &str, id: ObjectId) -> bool {
        if self.known.listings.get(path).map(Tree::id) != Some(id) {
            return false;
        }
        let below = |at: &str| {
            let rest = at.strip_prefix(path);
            rest.is_some_and(|rest| path.is_empty() || rest.is_empty() || rest.starts_with('/'))
        };
        let copy = |from: &BTreeMap<String, Tree>, to: &mut BTreeMap<String, Tree>| {
            let from = from.iter().filter(|(at, _)| below(at));
            to.extend(from.map(|(at, tree)| (at.clone(), tree.clone())));
        };
        copy(&self.known.listings, &mut self.contents.listings);
        copy(&self.known.unproved, &mut self.contents.unproved);
        true
    }

    /// The next question, if one is left and may still be asked.
    pub fn next_ask(&mut self) -> Option<Ask> {
        if self.left == 0 {
            let unread = self.asks.drain(..).map(|ask| ask.path);
            self.contents.unread.extend(unread);
            return None;
        }
        let ask = self.asks.pop_front()?;
        self.left -= 1;
        Some(ask)
    }

    /// Takes the answer to a question. Where it was cut short, the directory is asked for piece by piece.
    ///
    /// # Errors
    /// [`WalkError`] where it is not the tree that was asked for.
    pub fn answer(&mut self, ask: &Ask, listing: &TreeListing) -> Result<(), WalkError> {
        match (listing.truncated, ask.depth) {
            (true, Depth::Whole) => {
                // What did come is dropped: only a whole tree can be proved.
                self.asks.push_front(Ask {
                    depth: Depth::Directory,
                    ..ask.clone()
                });
                return Ok(());
            }
            (true, Depth::Directory) => {
                self.contents.unread.insert(ask.path.clone());
                return Ok(());
            }
            (false, _) => {}
        }
        let mut trees = trees(ask, listing)?;
        for entry in &listing.tree {
            if let Some(size) = entry.size {
                self.contents.sizes.insert(entry.sha, size);
            }
        }
        if ask.depth == Depth::Directory
            && let Some((tree, _)) = trees.get(&ask.path)
        {
            for entry in tree.entries() {
                let path = join(&ask.path, &entry.display_name());
                if entry.kind() == EntryKind::Directory && !self.takes_known(&path, entry.id) {
                    self.asks.push_back(Ask {
                        path,
                        tree: entry.id,
                        depth: Depth::Whole,
                    });
                }
            }
            let top = trees.remove(&ask.path);
            trees = top.map(|top| (ask.path.clone(), top)).into_iter().collect();
        }
        for (path, (tree, is_proved)) in trees {
            // Below a name that is not spelled nothing can be named either.
            if is_proved && !path.contains('\u{fffd}') {
                self.contents.listings.insert(path, tree);
            } else {
                self.contents.unproved.insert(path, tree);
            }
        }
        Ok(())
    }

    /// Gives a question up: what it was about stays unread.
    pub fn give_up(&mut self, ask: Ask) {
        self.contents.unread.insert(ask.path);
    }

    /// Ends the walk; questions that were not asked leave their directories unread.
    pub fn finish(mut self) -> Contents {
        let unread = self.asks.drain(..).map(|ask| ask.path);
        self.contents.unread.extend(unread);
        self.contents
    }
}

/// The trees of an answer by path from the repository's root, each with whether it was proved.
fn trees(ask: &Ask, listing: &TreeListing) -> Result<BTreeMap<String, (Tree, bool)>, WalkError> {
    let unreadable = |reason: String| WalkError::Unreadable {
        path: ask.path.clone(),
        reason,
    };
    let mut entries: BTreeMap<&str, Vec<Entry>> = BTreeMap::from([("", Vec::new())]);
    let mut stated: BTreeMap<&str, ObjectId> = BTreeMap::from([("", ask.tree)]);
    for listed in &listing.tree {
        let (parent, name) = listed.path.rsplit_once('/').unwrap_or(("", &listed.path));
        let mode = listed
            .parsed_mode()
            .ok_or_else(|| unreadable(format!("{} is not a mode", Name(&listed.mode))))?;
        let entry = Entry {
            name: name.as_bytes().to_vec(),
            mode,
            id: listed.sha,
        };
        if entry.kind() == EntryKind::Directory {
            stated.insert(&listed.path, listed.sha);
            if ask.depth == Depth::Whole {
                entries.entry(&listed.path).or_default();
            }
        }
        entries.entry(parent).or_default().push(entry);
    }
    let mut trees = BTreeMap::new();
    for (below, entries) in entries {
        let path = if below.is_empty() {
            ask.path.clone()
        } else {
            join(&ask.path, below)
        };
        let Some(stated) = stated.get(below) else {
            return Err(unreadable(format!(
                "{} is not a directory of it",
                Name(below)
            )));
        };
        let is_spelled = entries
            .iter()
            .all(|entry| !entry.display_name().contains('\u{fffd}'));
        match Tree::new(entries) {
            Ok(tree) if tree.id() == *stated => {
                trees.insert(path, (tree, true));
            }
            Ok(tree) if !is_spelled => {
                trees.insert(path, (tree, false));
            }
            // Two names that differ only in bytes that are not UTF-8 look the same.
            Err(TreeError::Duplicate(_)) if !is_spelled => {
                trees.insert(path, (Tree::default(), false));
            }
            Ok(tree) => {
                return Err(WalkError::Mismatch {
                    path,
                    stated: *stated,
                    computed: tree.id(),
                });
            }
            Err(error) => return Err(unreadable(error.to_string())),
        }
    }
    Ok(trees)
}

fn join(path: &str, below: &str) -> String {
    if path.is_empty() {
        below.to_owned()
    } else {
        format!("{path}/{below}")
    }
}
