//! What a plan moves: entries that stand where they do not belong, each the topmost of its kind.

use std::collections::BTreeSet;

use super::{Adopt, Arrange, Unexpected};
use crate::diff::{Diff, Place};
use crate::fabric::FabricSpec;
use crate::git::EntryKind;
use crate::kinds::KINDS;
use crate::snapshot::Snapshot;

/// The paths to move, from the repository's root. None lies in another.
pub(super) fn to_move(
    arrange: &Arrange,
    spec: &FabricSpec,
    diff: &Diff,
    snapshot: &Snapshot,
) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    match arrange {
        Arrange::Nothing | Arrange::Adopt(Adopt::Keep) | Arrange::Repair(Unexpected::Leave, _) => {}
        Arrange::Adopt(Adopt::Pending) => paths.extend(loose_yaml(diff, snapshot)),
        Arrange::Adopt(Adopt::External) | Arrange::Repair(_, _) => {
            let is_at_root = spec.gitops_directory.is_root();
            let foreign = diff
                .foreign
                .iter()
                // Beside the three roots of a repository nothing is the fabric's to move.
                .filter(|foreign| !(is_at_root && foreign.place == Place::CaseClash));
            paths.extend(foreign.map(|foreign| foreign.path.clone()));
            let top = spec.gitops_directory.git_path();
            let inside = |path: &str| {
                path.strip_prefix(top)
                    .is_some_and(|rest| top.is_empty() || rest.starts_with('/'))
            };
            let obstacles = diff.obstacles().into_iter().map(|obstacle| &obstacle.path);
            paths.extend(
                obstacles
                    .filter(|path| inside(path) && *path != top)
                    .cloned(),
            );
            for kind in KINDS {
                let folder = spec
                    .gitops_directory
                    .join(&format!("managed/{}", kind.folder));
                below_kind(&folder, snapshot, &mut paths);
            }
        }
    }
    paths.retain(|path| is_spelled(path, snapshot));
    let nested = |path: &String| {
        let mut above = path.match_indices('/').map(|(slash, _)| &path[..slash]);
        above.any(|above| paths.contains(above))
    };
    paths.iter().filter(|path| !nested(path)).cloned().collect()
}

/// Whether a path, and every name below it as far as that is known, is UTF-8; others cannot be spelled to GitHub.
fn is_spelled(path: &str, snapshot: &Snapshot) -> bool {
    let Some(entry) = snapshot.entry(path) else {
        return false;
    };
    if entry.kind() != EntryKind::Directory {
        return true;
    }
    // A directory whose listing could not be proved holds a name that is not spelled: it stays where it is.
    snapshot.tree(path).is_some_and(|tree| {
        tree.entries()
            .iter()
            .all(|entry| is_spelled(&format!("{path}/{}", entry.display_name()), snapshot))
    })
}

/// YAML files beside the three roots, or in `managed/` in no folder of a kind.
fn loose_yaml(diff: &Diff, snapshot: &Snapshot) -> impl Iterator<Item = String> {
    diff.foreign
        .iter()
        .filter(|foreign| matches!(foreign.place, Place::BesideRoots | Place::Managed))
        .map(|foreign| foreign.path.clone())
        .filter(|path| {
            let kind = snapshot.entry(path).map(crate::git::Entry::kind);
            matches!(kind, Some(EntryKind::File | EntryKind::Executable)) && is_yaml(path)
        })
        .collect::<Vec<_>>()
        .into_iter()
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

/// Below the folders in a kind's folder, what is neither YAML nor a README or keep file.
fn below_kind(folder: &str, snapshot: &Snapshot, paths: &mut BTreeSet<String>) {
    let Some(tree) = snapshot.tree(folder) else {
        return;
    };
    for entry in tree.entries() {
        let path = format!("{folder}/{}", entry.display_name());
        if entry.kind() == EntryKind::Directory {
            below_kind(&path, snapshot, paths);
        } else if crate::diff::in_kind_folder(entry).is_some() {
            paths.insert(path);
        }
    }
}
