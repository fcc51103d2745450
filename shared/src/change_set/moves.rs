//! Which of the changes are moves.

use serde::{Deserialize, Serialize};

use super::{ChangeSet, FileChange};
use crate::git::EntryKind;
use crate::snapshot::Snapshot;

/// A file or a folder that a commit moves, with everything in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moved {
    /// Where it stands, from the repository's root.
    pub from: String,
    /// Where it goes.
    pub to: String,
}

/// What a change set moves: every object that it places, with where it was taken from. A folder is named once.
pub fn moves(changes: &ChangeSet, snapshot: &Snapshot) -> Vec<Moved> {
    // Where something else is written in its place, the old object has moved as well.
    let written = changes.writes().map(|(path, _)| path);
    let mut left: Vec<&str> = changes.deletions().chain(written).collect();
    let mut found = Vec::new();
    for (to, change) in changes.iter() {
        let FileChange::Place { id, mode } = change else {
            continue;
        };
        let from = if mode.kind() == EntryKind::Directory {
            let mut above = left
                .iter()
                .flat_map(|path| path.match_indices('/').map(|(slash, _)| &path[..slash]));
            above
                .find(|path| snapshot.entry(path).is_some_and(|entry| entry.id == *id))
                .map(str::to_owned)
        } else {
            let is_it = |path: &&&str| {
                snapshot
                    .entry(path)
                    .is_some_and(|entry| entry.id == *id && entry.mode == *mode)
            };
            let same_name = |path: &&&str| name(path) == name(to);
            let best = left
                .iter()
                .filter(is_it)
                .find(same_name)
                .or_else(|| left.iter().find(is_it));
            best.map(|path| (*path).to_owned())
        };
        if let Some(from) = from {
            left.retain(|path| *path != from && !path.starts_with(&format!("{from}/")));
            found.push(Moved {
                from,
                to: to.to_owned(),
            });
        }
    }
    found.sort();
    found
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
