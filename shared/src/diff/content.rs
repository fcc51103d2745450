//! What people keep in the folders of the layout.

use serde::{Deserialize, Serialize};

use super::{FileDiff, UnexpectedEntry};
use crate::fabric::LayoutOptions;
use crate::git::EntryKind;
use crate::layout::{KEEP_FILE, Root, folders, is_layout_directory};
use crate::names::DirectoryPath;
use crate::snapshot::Snapshot;

/// How many entries of one folder are named.
const NAMED: usize = 50;

/// People's entries in one folder of the layout, or in that of a kind which this layout leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderContent {
    /// The folder, from the repository's root.
    pub folder: String,
    /// The first of their names; those of directories end with `/`.
    pub entries: Vec<String>,
    /// How many there are besides.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl FolderContent {
    /// The paths of the entries.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        let entries = self.entries.iter();
        entries.map(|name| format!("{}/{name}", self.folder))
    }
}

/// Names what is neither the layout's nor unexpected, in the folders where people keep something.
pub(super) fn content(
    directory: &DirectoryPath,
    snapshot: &Snapshot,
    files: &[FileDiff],
    unexpected: &[UnexpectedEntry],
) -> Vec<FolderContent> {
    let all_kinds = LayoutOptions {
        all_kinds: true,
        ..LayoutOptions::default()
    };
    let mut all: Vec<String> = Root::ALL.map(|root| root.name().to_owned()).into();
    all.extend(folders(all_kinds));
    let in_folder = |below: String| {
        let folder = directory.join(&below);
        let mut entries = Vec::new();
        for entry in snapshot.tree(&folder)?.entries() {
            let mut name = entry.display_name();
            let path = format!("{folder}/{name}");
            let is_known = name == KEEP_FILE
                || is_layout_directory(&format!("{below}/{name}"))
                || files.iter().any(|file| file.path == path)
                || unexpected.iter().any(|entry| entry.path == path);
            if is_known {
                continue;
            }
            if entry.kind() == EntryKind::Directory {
                name.push('/');
            }
            entries.push(name);
        }
        let more = entries.len().saturating_sub(NAMED);
        entries.truncate(NAMED);
        (!entries.is_empty()).then_some(FolderContent {
            folder,
            entries,
            more,
        })
    };
    all.into_iter().filter_map(in_folder).collect()
}
