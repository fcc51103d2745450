//! What only a full scan shows: files in the wrong place however deep, names that clash, links, and large files.
//!
//! What the layout's own listings show already (missing, modified, unexpected at the top) is the diff's to say.

use std::collections::BTreeMap;

use super::Contents;
use crate::git::{Entry, EntryKind};
use crate::kinds::KINDS;
use crate::layout::{DIRECTORY_INFO, Root};
use crate::names::{DirectoryPath, folded};
use crate::quote::sentence::Name;
use crate::report::{Finding, Severity, of_place};

/// The most findings of one scan; a directory with more has one cause, not a thousand.
pub const MAX_FINDINGS: usize = 1_000;
/// Beyond this GitHub shows no diff, and the GitOps tools and Kubernetes refuse the object: 1 MiB.
const LARGE: u64 = 1024 * 1024;

/// The number of the rules by which [`findings`] are made. Raise it with every change of what they find or say: what was found
/// by other rules is looked for again, also where the tree is the same.
pub const RULES: u32 = 1;

/// What a person should know of what a directory holds, in order of the paths; at most [`MAX_FINDINGS`].
pub fn findings(directory: &DirectoryPath, contents: &Contents) -> Vec<Finding> {
    let mut found = Vec::new();
    for (path, tree) in contents.directories() {
        let Some(place) = UnexpectedPlace::of(directory, path) else {
            continue;
        };
        for entry in tree.entries() {
            let at = format!("{path}/{}", entry.display_name());
            let at = at.trim_start_matches('/');
            if place == UnexpectedPlace::Top && !is_root(entry) {
                // What lies beside the three roots is not the fabric's, however it is made.
                continue;
            }
            found.extend(misplaced(place, entry, at));
            if place == UnexpectedPlace::NoKind {
                // The folder as a whole is unexpected, which the diff says.
                continue;
            }
            found.extend(
                unusual(place, entry, contents)
                    .map(|(code, message)| finding(place.severity(), code, at, message)),
            );
        }
        if place != UnexpectedPlace::NoKind {
            found.extend(clashes(directory, tree.entries(), path, place));
        }
    }
    for path in contents.unproved().filter(|path| {
        let place = UnexpectedPlace::of(directory, path);
        !path.contains('\u{fffd}') && place.is_some_and(|place| place != UnexpectedPlace::NoKind)
    }) {
        found.push(finding(
            Severity::Warning,
            "name_not_utf8",
            path,
            "holds a name that is not UTF-8, which GitHub and the GitOps tools cannot handle; rename it".to_owned(),
        ));
    }
    found.sort_by(|left, right| (&left.path, &left.code).cmp(&(&right.path, &right.code)));
    found.truncate(MAX_FINDINGS);
    found
}

/// Where a directory stands, as far as what belongs there is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnexpectedPlace {
    /// The fabric's directory itself.
    Top,
    /// `managed/` itself.
    Managed,
    /// The folder of a kind, by the name that the layout has for it.
    Kind,
    /// Below it, or the folder of a kind by another name, which the layout's own listings do not show.
    BelowKind,
    /// A folder in `managed/` that is no kind's, or below it.
    NoKind,
    /// `raw/`, `unmanaged/`, or something below them.
    Content,
}

impl UnexpectedPlace {
    /// Nothing for what the diff already calls unexpected as a whole.
    fn of(directory: &DirectoryPath, path: &str) -> Option<Self> {
        let below = match directory.git_path() {
            "" => path,
            top if top == path => return Some(Self::Top),
            top => path.strip_prefix(top)?.strip_prefix('/')?,
        };
        let mut names = below.split('/');
        let root = Root::ALL
            .into_iter()
            .find(|root| Some(root.name()) == names.clone().next())?;
        names.next();
        if root != Root::Managed {
            return Some(Self::Content);
        }
        match (names.next(), names.next()) {
            (None, _) => Some(Self::Managed),
            (Some(folder), deeper) if crate::diff::is_kind_folder(folder) => {
                let is_listed = KINDS.iter().any(|kind| kind.folder == folder);
                Some(if deeper.is_none() && is_listed {
                    Self::Kind
                } else {
                    Self::BelowKind
                })
            }
            // The tools are told to leave it out.
            (Some("metadata"), _) => None,
            (Some(_), _) => Some(Self::NoKind),
        }
    }

    /// How much it matters that an entry is of an unusual sort there.
    fn severity(self) -> Severity {
        match self {
            Self::Content | Self::Top => Severity::Note,
            Self::Managed | Self::Kind | Self::BelowKind | Self::NoKind => Severity::Warning,
        }
    }
}

fn is_root(entry: &Entry) -> bool {
    Root::ALL
        .iter()
        .any(|root| root.name().as_bytes() == entry.name)
}

/// What stands below a kind's folder and is not applied by anything, or keeps others from being applied. Directly in it the
/// diff says so.
fn misplaced(place: UnexpectedPlace, entry: &Entry, at: &str) -> Option<Finding> {
    let what = crate::diff::in_kind_folder(entry)?;
    let breaks_reading = matches!(
        what,
        crate::diff::UnexpectedPlace::Kustomization | crate::diff::UnexpectedPlace::ToolFile
    );
    match place {
        UnexpectedPlace::BelowKind => {}
        UnexpectedPlace::Kind | UnexpectedPlace::NoKind if breaks_reading => {}
        _ => return None,
    }
    let mut finding = of_place(at, what);
    if what == crate::diff::UnexpectedPlace::NotAFile {
        finding.message = format!(
            "is a {}, which is not followed; put the file itself here",
            entry.kind()
        );
    }
    Some(finding)
}

/// Links and large files.
fn unusual(
    place: UnexpectedPlace,
    entry: &Entry,
    contents: &Contents,
) -> Option<(&'static str, String)> {
    let is_content = place == UnexpectedPlace::Content;
    match entry.kind() {
        EntryKind::Symlink if is_content => Some((
            "symlink",
            "is a symbolic link; whoever reads the repository may not follow it".to_owned(),
        )),
        EntryKind::Submodule if is_content => Some((
            "submodule",
            "is a submodule: its files are in another repository and not part of this commit"
                .to_owned(),
        )),
        EntryKind::File | EntryKind::Executable => {
            let size = contents.size(entry.id).filter(|size| *size > LARGE)?;
            Some((
                "too_large",
                format!(
                    "has {}.{} MiB; Kubernetes takes objects of at most 1 MiB, and git keeps every version of it for ever",
                    size / LARGE,
                    size % LARGE * 10 / LARGE
                ),
            ))
        }
        _ => None,
    }
}

/// Names of one directory that differ only in case.
fn clashes(
    directory: &DirectoryPath,
    entries: &[Entry],
    path: &str,
    place: UnexpectedPlace,
) -> Vec<Finding> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in entries {
        let name = entry.display_name();
        names.entry(folded(&name)).or_default().push(name);
    }
    let mut found = Vec::new();
    for same in names.into_values().filter(|same| same.len() > 1) {
        if place == UnexpectedPlace::Top
            && !same
                .iter()
                .any(|name| Root::ALL.iter().any(|root| root.name() == name))
        {
            continue;
        }
        for name in &same {
            let others: Vec<String> = same
                .iter()
                .filter(|other| *other != name)
                .map(|other| Name(other.as_str()).to_string())
                .collect();
            if !is_layouts(directory, &format!("{path}/{name}")) {
                let message = format!(
                    "differs from {} only in case; macOS and Windows can check out only one of them, so rename it",
                    others.join(", ")
                );
                found.push(finding(
                    Severity::Warning,
                    "case_clash",
                    &format!("{path}/{name}"),
                    message,
                ));
            }
        }
    }
    found
}

/// Whether a path is one of the layout's own, which keeps its name.
fn is_layouts(directory: &DirectoryPath, path: &str) -> bool {
    let below = match directory.git_path() {
        "" => Some(path.trim_start_matches('/')),
        top => path
            .strip_prefix(top)
            .and_then(|rest| rest.strip_prefix('/')),
    };
    below.is_some_and(|below| {
        let is_readme = |root: &Root| below == format!("{root}/README.md");
        crate::layout::is_layout_directory(below)
            || below == DIRECTORY_INFO
            || Root::ALL.iter().any(is_readme)
    })
}

fn finding(severity: Severity, code: &str, path: &str, message: String) -> Finding {
    Finding {
        severity,
        code: code.to_owned(),
        path: path.trim_start_matches('/').to_owned(),
        message,
        should_be: None,
        default_branch: None,
    }
}
