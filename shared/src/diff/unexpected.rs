//! Entries that belong neither to the layout nor to the content that people keep in it.

use serde::{Deserialize, Serialize};

use crate::git::{Entry, EntryKind};
use crate::kinds::KINDS;
use crate::layout::{DIRECTORY_INFO, KEEP_FILE, Root};
use crate::names::DirectoryPath;
use crate::snapshot::Snapshot;

/// Something that stands in a place with a fixed purpose and does not serve it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnexpectedEntry {
    /// Its path from the repository's root; bytes that are not UTF-8 show as `\u{fffd}`.
    pub path: String,
    /// Where it stands.
    pub place: UnexpectedPlace,
}

/// Where a unexpected entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnexpectedPlace {
    /// Beside the three roots.
    BesideRoots,
    /// Beside the three roots, with a name that differs from one of theirs only in case.
    CaseClash,
    /// In `managed/`, but in no folder of a kind.
    Managed,
    /// In `managed/metadata/`, which is the product's.
    Metadata,
    /// A file of Kustomize below `managed/`: what reads the folder then applies only what it lists.
    Kustomization,
    /// Below `managed/`, a file by which Argo CD reads the folder otherwise than as plain objects, and which is none itself.
    ToolFile,
    /// In `managed/` or the folder of a kind, but neither YAML nor a README or keep file.
    NotYaml,
    /// A symbolic link or a submodule below `managed/`, which the GitOps tools do not follow.
    NotAFile,
}

/// Finds what is unexpected. Everything below `raw/` and `unmanaged/` is people's content, and so is YAML in a kind folder.
pub(super) fn unexpected(directory: &DirectoryPath, snapshot: &Snapshot) -> Vec<UnexpectedEntry> {
    let mut found = Vec::new();
    let mut visit = |below: &str, judge: fn(&Entry) -> Option<UnexpectedPlace>| {
        let folder = if below.is_empty() {
            directory.git_path().to_owned()
        } else {
            directory.join(below)
        };
        for entry in snapshot
            .tree(&folder)
            .map_or(&[][..], |tree| tree.entries())
        {
            if let Some(place) = judge(entry) {
                let name = entry.display_name();
                let path = if folder.is_empty() {
                    name
                } else {
                    format!("{folder}/{name}")
                };
                found.push(UnexpectedEntry { path, place });
            }
        }
    };
    visit(
        "",
        if directory.is_root() {
            beside_roots_at_the_root
        } else {
            beside_roots
        },
    );
    visit("managed", in_managed);
    visit("managed/metadata", in_metadata);
    for kind in KINDS {
        visit(&format!("managed/{}", kind.folder), in_kind_folder);
    }
    found
}

fn beside_roots(entry: &Entry) -> Option<UnexpectedPlace> {
    let is_root = Root::ALL
        .iter()
        .any(|root| root.name().as_bytes() == entry.name);
    // What keeps an empty directory in git is no reason to say anything.
    let is_keep = entry.name == KEEP_FILE.as_bytes() && entry.kind() == EntryKind::File;
    let is_unexpected = !is_root && !is_keep;
    beside_roots_at_the_root(entry).or(is_unexpected.then_some(UnexpectedPlace::BesideRoots))
}

/// At the repository's root what lies beside the three roots is not the fabric's; a case clash still breaks checkouts.
fn beside_roots_at_the_root(entry: &Entry) -> Option<UnexpectedPlace> {
    let clashes = |root: &Root| {
        let name = root.name().as_bytes();
        entry.name != name && entry.name.eq_ignore_ascii_case(name)
    };
    Root::ALL
        .iter()
        .any(clashes)
        .then_some(UnexpectedPlace::CaseClash)
}

fn in_managed(entry: &Entry) -> Option<UnexpectedPlace> {
    let name = entry.display_name();
    let expected = match entry.kind() {
        EntryKind::Directory => name == "metadata" || is_kind_folder(&name),
        EntryKind::Symlink | EntryKind::Submodule => return Some(UnexpectedPlace::NotAFile),
        EntryKind::File | EntryKind::Executable => match changes_reading(&name) {
            Some(place) => return Some(place),
            None if matches!(name.as_str(), "README.md" | KEEP_FILE) => true,
            None if is_yaml(&name) => false,
            None => return Some(UnexpectedPlace::NotYaml),
        },
    };
    (!expected).then_some(UnexpectedPlace::Managed)
}

/// The folders of the layout, the CRDs' plurals as they occur in other repositories, and the opt-in profiles.
pub(crate) fn is_kind_folder(name: &str) -> bool {
    let bare = name.replace('-', "");
    bare == "switchprofiles"
        || KINDS
            .iter()
            .any(|kind| kind.folder == name || kind.folder.replace('-', "") == bare)
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// What a file does to how Argo CD and Flux read the folder that it is in, by its name.
pub(crate) fn changes_reading(name: &str) -> Option<UnexpectedPlace> {
    match name {
        "kustomization.yaml" | "kustomization.yml" | "Kustomization" => {
            Some(UnexpectedPlace::Kustomization)
        }
        "Chart.yaml" => Some(UnexpectedPlace::ToolFile),
        _ => (name.starts_with(".argocd-source") && name.ends_with(".yaml"))
            .then_some(UnexpectedPlace::ToolFile),
    }
}

fn in_metadata(entry: &Entry) -> Option<UnexpectedPlace> {
    let info = DIRECTORY_INFO.rsplit('/').next().unwrap_or_default();
    let name = entry.display_name();
    (name != info && name != KEEP_FILE).then_some(UnexpectedPlace::Metadata)
}

pub(crate) fn in_kind_folder(entry: &Entry) -> Option<UnexpectedPlace> {
    let name = entry.display_name();
    match entry.kind() {
        EntryKind::Directory => None,
        EntryKind::Symlink | EntryKind::Submodule => Some(UnexpectedPlace::NotAFile),
        EntryKind::File | EntryKind::Executable => {
            let expected = matches!(name.as_str(), KEEP_FILE | "README.md") || is_yaml(&name);
            changes_reading(&name).or((!expected).then_some(UnexpectedPlace::NotYaml))
        }
    }
}
