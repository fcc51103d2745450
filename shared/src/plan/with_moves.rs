//! The layout, and what stands in its way or beside it: first the moves, then what is missing after them.

use super::free_path::FreePaths;
use super::unexpected_paths::{outermost, unexpected_paths};
use super::{Blocked, OnUnexpected, Overwrite, Overwrites, Plan, PlanError, PlanKind};
use crate::change_set::{ChangeError, ChangeSet};
use crate::diff::{Change, Diff, Obstacle, diff};
use crate::fabric::FabricSpec;
use crate::git::{Entry, EntryKind};
use crate::layout::{DIRECTORY_INFO, layout};
use crate::snapshot::Snapshot;

/// Plans a commit that moves what `kind` moves. The snapshot has the listings of everything below the directory where
/// [`PlanKind::needs_contents`].
pub(super) fn plan_with_moves(
    spec: &FabricSpec,
    snapshot: &Snapshot,
    overwrites: &Overwrites,
    kind: &PlanKind,
) -> Result<Plan, PlanError> {
    let before = diff(&layout(spec), &spec.gitops_directory, snapshot);
    let moved = outermost(moved_by(kind, spec, &before, snapshot), snapshot);
    let stays = |obstacle: &&Obstacle| !moved.contains(&obstacle.path);
    let obstacles = before
        .obstacles()
        .into_iter()
        .filter(stays)
        .cloned()
        .collect();
    unblocked(before, obstacles)?;
    let mut changes = ChangeSet::default();
    let mut free = FreePaths::new(spec, snapshot);
    for path in moved {
        let Some(entry) = snapshot.entry(&path) else {
            continue;
        };
        let below = below(spec, &path);
        let to = match kind {
            PlanKind::Layout => continue,
            PlanKind::Adopt(adopt) => free.reserve(adopt.folder(), name(below)),
            PlanKind::Repair(on_unexpected, date) => {
                let (folder, rest) = on_unexpected.destination(date, below);
                free.reserve(folder, &rest)
            }
        };
        move_entry(&mut changes, snapshot, &path, &to, entry)?;
    }
    let after = changes.snapshot_after(snapshot)?;
    let mut rest = layout(spec);
    let diff = diff(&rest, &spec.gitops_directory, &after);
    let obstacles = diff.obstacles().into_iter().cloned().collect();
    let diff = unblocked(diff, obstacles)?;
    let restores_info = matches!(kind, PlanKind::Repair(_, _));
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
    let (root, tree) = changes.trees_after(snapshot, &spec.gitops_directory)?;
    let tree = tree.ok_or_else(|| ChangeError::Absent(spec.gitops_directory.to_string()))?;
    Ok(Plan::new(snapshot, diff, changes, (root, tree)))
}

fn moved_by(
    kind: &PlanKind,
    spec: &FabricSpec,
    diff: &Diff,
    snapshot: &Snapshot,
) -> std::collections::BTreeSet<String> {
    match kind {
        PlanKind::Layout | PlanKind::Repair(OnUnexpected::Leave, _) => Default::default(),
        PlanKind::Adopt(adopt) => adopt.moves(spec, diff, snapshot),
        PlanKind::Repair(_, _) => unexpected_paths(spec, diff, snapshot),
    }
}

fn unblocked(diff: Diff, obstacles: Vec<Obstacle>) -> Result<Diff, Box<Blocked>> {
    if obstacles.is_empty() {
        Ok(diff)
    } else {
        Err(Box::new(Blocked { diff, obstacles }))
    }
}

/// Moves an entry with everything in it: the object is placed, and every file below its old path taken away.
fn move_entry(
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
