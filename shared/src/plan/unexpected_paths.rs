//! What stands where it does not belong, as a plan that moves it has to know it.

use std::collections::BTreeSet;

use crate::diff::{Diff, UnexpectedPlace, is_kind_folder};
use crate::fabric::FabricSpec;
use crate::git::EntryKind;
use crate::snapshot::Snapshot;

/// The paths of everything unexpected, from the repository's root.
pub(super) fn unexpected_paths(
    spec: &FabricSpec,
    diff: &Diff,
    snapshot: &Snapshot,
) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let is_at_root = spec.gitops_directory.is_root();
    let found = diff
        .unexpected
        .iter()
        // Beside the three roots of a repository nothing is the fabric's to move.
        .filter(|found| !(is_at_root && found.place == UnexpectedPlace::CaseClash));
    paths.extend(found.map(|found| found.path.clone()));
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
    let managed = spec.gitops_directory.join("managed");
    let folders = snapshot.tree(&managed).into_iter();
    for folder in folders.flat_map(|tree| tree.entries()) {
        let name = folder.display_name();
        if is_kind_folder(&name) {
            below_kind(&format!("{managed}/{name}"), snapshot, &mut paths);
        }
    }
    paths
}

/// Of these paths those that can be spelled to GitHub and lie in no other.
pub(super) fn outermost(mut paths: BTreeSet<String>, snapshot: &Snapshot) -> BTreeSet<String> {
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
