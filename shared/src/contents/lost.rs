//! What people had in a directory and is no longer there.

use std::collections::{BTreeMap, BTreeSet};

use super::Contents;
use crate::fabric::FabricSpec;
use crate::git::{EntryKind, ObjectId, blob_id};
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

/// The paths of the files below a directory that hold something, in order.
pub fn file_paths(top: &str, contents: &Contents) -> BTreeSet<String> {
    held(top, contents).map(|(path, _)| path).collect()
}

/// The files that hold something.
fn held<'a>(top: &'a str, contents: &'a Contents) -> impl Iterator<Item = (String, ObjectId)> + 'a {
    let empty = blob_id(b"");
    files(top, contents).filter(move |(_, id)| *id != empty)
}

/// A file of people that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Where it was, below the directory.
    pub path: String,
    /// Where it is now, if that is out of what is synced.
    pub moved_to: Option<String>,
    /// Whether it is there still and holds nothing.
    pub is_emptied: bool,
}

/// The files of people that held something in `before` and hold nothing in `now`: neither at their path nor with their content at a
/// path that had something else, which one of them can have moved to. What was synced and moved to where it is not counts as well,
/// since with prune its objects go. What is below the directory's roots counts, and YAML and JSON elsewhere in a directory of the
/// fabric's own; what is missing of the layout is the diff's to say. Paths are below the directory.
pub fn lost(spec: &FabricSpec, before: &Contents, now: &Contents) -> Vec<Lost> {
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
    let then: BTreeMap<String, ObjectId> = held(top, before).collect();
    let here: BTreeMap<String, ObjectId> = held(top, now).collect();
    let mut gone: Vec<(&str, ObjectId)> = then
        .iter()
        .filter(|(path, _)| !here.contains_key(*path) && is_peoples(path) && is_known(path))
        .map(|(path, id)| (path.as_str(), *id))
        .collect();
    let mut new: Vec<(&str, ObjectId)> = here
        .iter()
        .filter(|(path, id)| then.get(*path) != Some(*id))
        .map(|(path, id)| (path.as_str(), *id))
        .collect();
    let mut lost = Vec::new();
    // Of the files with one content each new path is the place of one: rather of one with the same name, and what was synced is
    // rather where it still is.
    for (is_out, by_name) in [(false, true), (false, false), (true, true), (true, false)] {
        let name = |path| if by_name { name(path) } else { "" };
        let mut free: BTreeMap<(ObjectId, bool, &str), Vec<&str>> = BTreeMap::new();
        for (path, id) in new {
            let key = (id, is_synced(path), name(path));
            free.entry(key).or_default().push(path);
        }
        gone.retain(|(path, id)| {
            let places: &[bool] = match (is_synced(path), is_out) {
                (true, _) => &[!is_out],
                (false, true) => &[],
                (false, false) => &[false, true],
            };
            let mut places = places.iter();
            let place = places.find_map(|synced| free.get_mut(&(*id, *synced, name(path)))?.pop());
            if let (true, Some(place)) = (is_out, place) {
                lost.push(Lost {
                    path: (*path).to_owned(),
                    moved_to: Some(place.to_owned()),
                    is_emptied: false,
                });
            }
            place.is_none()
        });
        new = free
            .into_iter()
            .flat_map(|((id, ..), paths)| paths.into_iter().map(move |path| (path, id)))
            .collect();
    }
    let there: BTreeSet<String> = files(top, now).map(|(path, _)| path).collect();
    lost.extend(gone.into_iter().map(|(path, _)| Lost {
        path: path.to_owned(),
        moved_to: None,
        is_emptied: there.contains(path),
    }));
    lost.sort_by(|one, other| one.path.cmp(&other.path));
    lost
}

/// Tells whether what syncs the directory reads a path below it as objects: YAML and JSON in `managed/`.
pub fn is_synced(path: &str) -> bool {
    path.strip_prefix(Root::Managed.name())
        .is_some_and(|rest| rest.starts_with('/'))
        && is_data(path)
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Tells whether a file's name says that it is YAML or JSON.
fn is_data(path: &str) -> bool {
    let (_, extension) = name(path).rsplit_once('.').unwrap_or_default();
    let mut known = ["yaml", "yml", "json"].iter();
    known.any(|known| known.eq_ignore_ascii_case(extension))
}
