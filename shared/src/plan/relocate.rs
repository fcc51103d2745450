//! Another name, another directory, or both: files move with their ids and modes, so git sees renames.

use super::remove::RootPlan;
use crate::change_set::{ChangeError, ChangeSet};
use crate::fabric::FabricSpec;
use crate::git::{EntryKind, blob_id};
use crate::layout::{Role, Root, layout};
use crate::quote::sentence::Name;
use crate::snapshot::Snapshot;

/// Why a fabric cannot be moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RelocateError {
    /// Something stands at the new place.
    #[error("{} exists already; choose a directory that does not exist", Name(.0))]
    Occupied(String),
    /// Something that is not a directory stands above the new place.
    #[error("{} is not a directory, so nothing can be put below it", Name(.0))]
    NoDirectory(String),
    /// A change does not fit what the branch holds.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// Plans the commit that makes the fabric `from` the fabric `to`: the same repository, branch and layout. `snapshot` has
/// the listings of both directories' ways and of everything in the old one.
///
/// Files of the layout are rendered again if they were not edited; everything else moves as it is. At the repository's
/// root only the three roots are the fabric's. Where nothing is there yet, nothing is to do.
///
/// # Errors
/// [`RelocateError`]
pub fn relocate(
    from: &FabricSpec,
    to: &FabricSpec,
    snapshot: &Snapshot,
) -> Result<RootPlan, RelocateError> {
    let (old, new) = (&from.gitops_directory, &to.gitops_directory);
    let mut changes = ChangeSet::default();
    let is_there = snapshot.directory_id(old).is_some();
    if is_there && old != new {
        vacant(to, snapshot)?;
        let tops = if old.is_root() {
            Root::ALL.map(|root| root.name().to_owned()).to_vec()
        } else {
            vec![String::new()]
        };
        for top in tops {
            let path = match (old.git_path(), top.as_str()) {
                (path, "") => path.to_owned(),
                (_, top) => old.join(top),
            };
            let directory = |path: &str| {
                let entry = snapshot.entry(path)?;
                (entry.kind() == EntryKind::Directory).then_some(())
            };
            if directory(&path).is_some() {
                let is_to_root = new.is_root() && top.is_empty();
                walk(snapshot, &path, &mut |file, entry| {
                    let rest = file
                        .strip_prefix(old.git_path())
                        .unwrap_or(file)
                        .trim_start_matches('/');
                    let is_fabrics = !is_to_root
                        || Root::ALL
                            .iter()
                            .any(|root| rest.split('/').next() == Some(root.name()));
                    if is_fabrics {
                        changes.rename(file, &new.join(rest), entry);
                    }
                })?;
            }
        }
    }
    let before = layout(from);
    for (below, file) in layout(to).files {
        let (at, goes) = (old.join(&below), new.join(&below));
        let Some(entry) = snapshot.entry(&at).filter(|_| file.role != Role::Keep) else {
            continue;
        };
        let was_own = before
            .files
            .get(&below)
            .is_some_and(|before| blob_id(&before.content) == entry.id);
        let is_plain = entry.kind() == EntryKind::File;
        if is_plain && (was_own || file.role == Role::Info) && blob_id(&file.content) != entry.id {
            changes.write(&goes, file.content);
        }
    }
    Ok(RootPlan::new(changes, snapshot, to)?)
}

/// Whether nothing stands at the new place, and only directories above it.
fn vacant(to: &FabricSpec, snapshot: &Snapshot) -> Result<(), RelocateError> {
    let directory = &to.gitops_directory;
    if directory.is_root() {
        let mut roots = Root::ALL.iter().map(|root| root.name());
        return match roots.find(|root| snapshot.entry(root).is_some()) {
            Some(root) => Err(RelocateError::Occupied(root.to_owned())),
            None => Ok(()),
        };
    }
    for above in directory
        .ancestors()
        .into_iter()
        .filter(|path| !path.is_empty())
    {
        match snapshot.entry(above).map(crate::git::Entry::kind) {
            Some(EntryKind::Directory) => {}
            Some(_) => return Err(RelocateError::NoDirectory(above.to_owned())),
            None => return Ok(()),
        }
    }
    match snapshot.entry(directory.git_path()) {
        Some(_) => Err(RelocateError::Occupied(directory.to_string())),
        None => Ok(()),
    }
}

/// Visits every file below a directory.
fn walk(
    snapshot: &Snapshot,
    path: &str,
    visit: &mut impl FnMut(&str, &crate::git::Entry),
) -> Result<(), ChangeError> {
    let tree = snapshot
        .tree(path)
        .ok_or_else(|| ChangeError::Unlisted(path.to_owned()))?;
    for entry in tree.entries() {
        let child = format!("{path}/{}", entry.display_name());
        if entry.kind() == EntryKind::Directory {
            walk(snapshot, &child, visit)?;
        } else {
            visit(&child, entry);
        }
    }
    Ok(())
}
