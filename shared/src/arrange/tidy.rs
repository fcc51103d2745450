//! The layout, and what stands in its way or beside it: first the moves, then what is missing after them.

use super::foreign::to_move;
use super::free_path::FreePaths;
use super::{Adopt, Arrange, Unexpected};
use crate::api::Moved;
use crate::approval::Approval;
use crate::change_set::{ChangeError, ChangeSet};
use crate::diff::{Change, Obstacle, diff};
use crate::fabric::FabricSpec;
use crate::git::{Entry, EntryKind};
use crate::layout::{DIRECTORY_INFO, layout};
use crate::plan::{self, Blocked, Overwrite, Overwrites, Plan};
use crate::snapshot::Snapshot;

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArrangeError {
    /// A person has to clear the way.
    #[error(transparent)]
    Blocked(#[from] Box<Blocked>),
    /// A change does not fit what the branch holds, or not everything in a directory that has to move is known.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// Plans the commit that makes `snapshot` hold the layout of `spec`, with what is to be moved moved. Where
/// [`Arrange::needs_contents`], the snapshot has the listings of everything below the directory.
///
/// # Errors
/// [`ArrangeError`]
pub fn plan(
    spec: &FabricSpec,
    snapshot: &Snapshot,
    overwrites: impl Into<Overwrites>,
    arrange: &Arrange,
) -> Result<Plan, ArrangeError> {
    plan_with(spec, snapshot, &overwrites.into(), arrange)
}

fn plan_with(
    spec: &FabricSpec,
    snapshot: &Snapshot,
    overwrites: &Overwrites,
    arrange: &Arrange,
) -> Result<Plan, ArrangeError> {
    if matches!(arrange, Arrange::Nothing | Arrange::Adopt(Adopt::Keep)) {
        return plan::plan(spec, snapshot, overwrites).map_err(|blocked| Box::new(blocked).into());
    }
    let before = diff(&layout(spec), &spec.gitops_directory, snapshot);
    let to_move = to_move(arrange, spec, &before, snapshot);
    let stays = |obstacle: &&Obstacle| !to_move.contains(&obstacle.path);
    let obstacles: Vec<Obstacle> = before
        .obstacles()
        .into_iter()
        .filter(stays)
        .cloned()
        .collect();
    if !obstacles.is_empty() {
        return Err(Box::new(Blocked {
            diff: before,
            obstacles,
        })
        .into());
    }
    let mut changes = ChangeSet::default();
    let mut free = FreePaths::new(spec, snapshot);
    for path in to_move {
        let Some(entry) = snapshot.entry(&path) else {
            continue;
        };
        let below = below(spec, &path);
        let to = match arrange {
            Arrange::Adopt(Adopt::Pending) => free.take("raw/pending", name(below)),
            Arrange::Adopt(_) => free.take("unmanaged/external-configs", name(below)),
            Arrange::Repair(Unexpected::Archive, date) => {
                free.take("unmanaged", &format!("archive/{}/{below}", date.folder()))
            }
            Arrange::Nothing | Arrange::Repair(_, _) => free.take("unmanaged", below),
        };
        shift(&mut changes, snapshot, &path, &to, entry)?;
    }
    let after = changes.snapshot_after(snapshot)?;
    let mut rest = layout(spec);
    let diff = diff(&rest, &spec.gitops_directory, &after);
    let obstacles: Vec<Obstacle> = diff.obstacles().into_iter().cloned().collect();
    if !obstacles.is_empty() {
        return Err(Box::new(Blocked { diff, obstacles }).into());
    }
    let restores_info = matches!(arrange, Arrange::Repair(_, _));
    for file in &diff.files {
        let below = below(spec, &file.path).to_owned();
        let is_written = match file.change {
            Change::Added => true,
            Change::Modified => {
                overwrites.of(&file.path) == Overwrite::Yes
                    || (restores_info && below == DIRECTORY_INFO)
            }
            Change::Unchanged | Change::NotNeeded | Change::Conflict => false,
        };
        if let Some(file_of_layout) = rest.files.remove(&below).filter(|_| is_written) {
            changes.write(&file.path, file_of_layout.content);
        }
    }
    let files = diff
        .files
        .iter()
        .filter(|file| file.change != Change::NotNeeded)
        .map(|file| {
            let is_written = matches!(
                changes.get(&file.path),
                Some(crate::change_set::FileChange::Write { .. })
            );
            let after = if is_written {
                file.desired
            } else {
                file.current.unwrap_or(file.desired)
            };
            (file.path.clone(), after)
        })
        .collect();
    let (root, tree) = changes.trees_after(snapshot, &spec.gitops_directory)?;
    let tree = tree.ok_or_else(|| ChangeError::Absent(spec.gitops_directory.to_string()))?;
    let approval = Approval {
        head: snapshot.head().map(|head| head.commit),
        tree,
    };
    Ok(Plan {
        diff,
        files,
        changes,
        approval,
        root,
    })
}

/// Moves an entry with everything in it: the object is placed, and every file below its old path taken away.
pub(super) fn shift(
    changes: &mut ChangeSet,
    snapshot: &Snapshot,
    from: &str,
    to: &str,
    entry: &Entry,
) -> Result<(), ChangeError> {
    take_away(changes, snapshot, from, entry.kind())?;
    changes.place(to, entry.id, entry.mode);
    Ok(())
}

/// Takes away what stands at a path, however deep.
fn take_away(
    changes: &mut ChangeSet,
    snapshot: &Snapshot,
    path: &str,
    kind: EntryKind,
) -> Result<(), ChangeError> {
    if kind != EntryKind::Directory {
        changes.delete(path);
        return Ok(());
    }
    let tree = snapshot
        .tree(path)
        .ok_or_else(|| ChangeError::Unlisted(path.to_owned()))?;
    for entry in tree.entries() {
        let path = format!("{path}/{}", entry.display_name());
        take_away(changes, snapshot, &path, entry.kind())?;
    }
    Ok(())
}

/// What a change set moves: every object that it places, with where it was taken from. A folder is named once.
pub fn moves(changes: &ChangeSet, snapshot: &Snapshot) -> Vec<Moved> {
    // Where something else is written in its place, the old object has moved as well.
    let written = changes.writes().map(|(path, _)| path);
    let mut left: Vec<&str> = changes.deletions().chain(written).collect();
    let mut found = Vec::new();
    for (to, change) in changes.iter() {
        let crate::change_set::FileChange::Place { id, mode } = change else {
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

fn below<'a>(spec: &FabricSpec, path: &'a str) -> &'a str {
    match spec.gitops_directory.git_path() {
        "" => path,
        top => path
            .strip_prefix(top)
            .map_or(path, |rest| rest.trim_start_matches('/')),
    }
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
