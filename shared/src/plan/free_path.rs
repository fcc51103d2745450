//! Where something can go without lying on something else, on any system.

use std::collections::BTreeSet;

use crate::fabric::{FabricSpec, LayoutOptions};
use crate::git::EntryKind;
use crate::layout::layout;
use crate::snapshot::Snapshot;

/// Paths that are taken: by what the branch holds, by the layout, and by what was given away already.
pub(super) struct FreePaths<'a> {
    snapshot: &'a Snapshot,
    /// The fabric's directory as a prefix: empty, or ending in a slash.
    top: String,
    /// Files and folders of the layout and of earlier moves, in lower case: path → whether it is a directory.
    taken: BTreeSet<(String, bool)>,
}

impl<'a> FreePaths<'a> {
    pub(super) fn new(spec: &FabricSpec, snapshot: &'a Snapshot) -> Self {
        let mut all_kinds = spec.clone();
        all_kinds.layout = LayoutOptions {
            all_kinds: true,
            ..spec.layout
        };
        let mut taken = BTreeSet::new();
        let layout = layout(&all_kinds);
        for directory in layout.directories() {
            taken.insert((directory.to_lowercase(), true));
        }
        for file in layout.files.keys() {
            taken.insert((file.to_lowercase(), false));
        }
        let top = match spec.gitops_directory.git_path() {
            "" => String::new(),
            path => format!("{path}/"),
        };
        Self {
            snapshot,
            top,
            taken,
        }
    }

    /// Reserves the path `folder`/`rest`, both below the fabric's directory, or the nearest that is free: `name-1.yaml`,
    /// `name-2.yaml`. Folders on the way are shared where they are folders. Gives the path from the repository's root.
    pub(super) fn reserve(&mut self, folder: &str, rest: &str) -> String {
        let mut path = folder.to_owned();
        let mut names = rest.split('/').peekable();
        while let Some(name) = names.next() {
            let is_last = names.peek().is_none();
            let fits = (0..).map(|number| numbered(name, number)).find(|name| {
                let candidate = format!("{path}/{name}");
                self.fits(&candidate, is_last)
            });
            path = format!("{path}/{}", fits.unwrap_or_default());
            self.taken.insert((path.to_lowercase(), !is_last));
        }
        format!("{}{path}", self.top)
    }

    /// Whether the last name of a path may stand there: nothing of that name in any case, or, on the way, that very folder.
    fn fits(&self, path: &str, is_last: bool) -> bool {
        let lower = path.to_lowercase();
        if self.taken.contains(&(lower.clone(), false)) {
            return false;
        }
        if is_last && self.taken.contains(&(lower, true)) {
            return false;
        }
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = format!("{}{parent}", self.top);
        let entries = self
            .snapshot
            .tree(&parent)
            .map_or(&[][..], |tree| tree.entries());
        let mut same = entries
            .iter()
            .filter(|entry| entry.display_name().to_lowercase() == name.to_lowercase());
        if is_last {
            return same.next().is_none();
        }
        same.all(|entry| entry.name == name.as_bytes() && entry.kind() == EntryKind::Directory)
    }
}

/// `name-1.yaml` for `name.yaml`; a name that only begins with a dot has no ending.
fn numbered(name: &str, number: u32) -> String {
    match (number, name.rsplit_once('.')) {
        (0, _) => name.to_owned(),
        (_, Some((stem, ending))) if !stem.is_empty() => format!("{stem}-{number}.{ending}"),
        _ => format!("{name}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_go_before_the_ending() {
        for (name, expected) in [
            ("vpc.yaml", "vpc-1.yaml"),
            ("a.b.yaml", "a.b-1.yaml"),
            ("folder", "folder-1"),
            (".env", ".env-1"),
        ] {
            assert_eq!(super::numbered(name, 1), expected);
            assert_eq!(super::numbered(name, 0), name);
        }
    }
}
