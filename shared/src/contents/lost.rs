//! What people had in a directory and is no longer there.

use std::collections::{BTreeMap, BTreeSet};

use super::Contents;
use crate::fabric::FabricSpec;
use crate::git::{EntryKind, ObjectId};
use crate::layout::{KEEP_FILE, Root, layout};

/// A path below `top`.
fn below(top: &str, path: &str) -> Option<String> {
    match top {
        "" => Some(path.to_owned()),
        _ => match path.strip_prefix(top)? {
            "" => Some(String::new()),
            rest => rest.strip_prefix('/').map(str::to_owned),
        },
    }
}

/// Every file below `top`, by its path below it. Names that are not UTF-8 are left out.
fn files<'a>(
    top: &'a str,
    contents: &'a Contents,
) -> impl Iterator<Item = (String, ObjectId)> + 'a {
    contents
        .directories()
        .filter_map(move |(path, tree)| Some((below(top, path)?, tree)))
        .flat_map(|(folder, tree)| {
            let entries = tree.entries().iter();
            let entries = entries.filter(|entry| entry.kind() != EntryKind::Directory);
            entries
                .map(|entry| {
                    let name = entry.display_name();
                    let path = match folder.as_str() {
                        "" => name.to_string(),
                        folder => format!("{folder}/{name}"),
                    };
                    (path, entry.id)
                })
                .filter(|(path, _)| !path.contains('\u{fffd}'))
                .collect::<Vec<_>>()
        })
}

/// The paths below a directory, in order.
pub fn file_paths(top: &str, contents: &Contents) -> BTreeSet<String> {
    files(top, contents).map(|(path, _)| path).collect()
}

/// The files of people that were in `before` and are not in `now`: neither at their path, whatever it holds, nor with their
/// content at a path that had something else, which one of them can have moved to. What is below the directory's roots counts, and
/// YAML and JSON elsewhere in a directory of the fabric's own; what is missing of the layout is the diff's to say. Paths are below
/// the directory.
pub fn lost(spec: &FabricSpec, before: &Contents, now: &Contents) -> Vec<String> {
    let layout = layout(spec);
    let top = spec.gitops_directory.git_path();
    let is_peoples = |path: &str| {
        let (root, _) = path.split_once('/').unwrap_or_default();
        let is_own = Root::ALL.iter().any(|known| known.name() == root);
        (is_own || !top.is_empty() && is_data(path))
            && path.rsplit('/').next() != Some(KEEP_FILE)
            && !layout.files.iter().any(|(below, _)| below.as_str() == path)
    };
    // Of a directory whose names cannot be told apart nothing is known.
    let unknown: BTreeSet<String> = now
        .unproved
        .iter()
        .filter(|(_, tree)| tree.entries().is_empty())
        .filter_map(|(path, _)| below(top, path))
        .collect();
    let is_known = |path: &str| {
        let (folder, _) = path.rsplit_once('/').unwrap_or_default();
        !unknown.contains(folder)
    };
    let then: BTreeMap<String, ObjectId> = files(top, before).collect();
    let here: BTreeMap<String, ObjectId> = files(top, now).collect();
    let new = here
        .iter()
        .filter(|(path, id)| then.get(*path) != Some(*id));
    // Of the files with one content each new path is the place of one, rather of one with the same name.
    let mut moved: BTreeMap<ObjectId, usize> = BTreeMap::new();
    let mut moved_as: BTreeMap<(ObjectId, &str), usize> = BTreeMap::new();
    for (path, id) in new {
        *moved.entry(*id).or_default() += 1;
        *moved_as.entry((*id, name(path))).or_default() += 1;
    }
    let gone = then.iter();
    let mut gone: Vec<_> = gone
        .filter(|(path, _)| !here.contains_key(*path) && is_peoples(path) && is_known(path))
        .collect();
    gone.retain(|(path, id)| {
        let same = moved_as.get_mut(&(**id, name(path)));
        !(same.is_some_and(take_one) && moved.get_mut(id).is_some_and(take_one))
    });
    gone.retain(|(_, id)| !moved.get_mut(id).is_some_and(take_one));
    gone.into_iter().map(|(path, _)| path.clone()).collect()
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Tells whether there was one left.
fn take_one(count: &mut usize) -> bool {
    let is_left = *count > 0;
    *count -= usize::from(is_left);
    is_left
}

/// Tells whether a file's name says that it is YAML or JSON.
fn is_data(path: &str) -> bool {
    let (_, extension) = name(path).rsplit_once('.').unwrap_or_default();
    let mut known = ["yaml", "yml", "json"].iter();
    known.any(|known| known.eq_ignore_ascii_case(extension))
}
