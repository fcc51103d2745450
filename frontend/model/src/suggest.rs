//! Directories to choose from: free ones, in the shape that the repository already has.

use shared::git::EntryKind;
use shared::layout::Root;
use shared::names::DirectoryPath;
use shared::snapshot::Snapshot;

use super::draft::directory_of;

/// Folders in which repositories commonly keep such directories.
const USUAL: [&str; 7] = [
    "gitops",
    "fabrics",
    "sites",
    "clusters",
    "networks",
    "hedgehog",
    "environments",
];

/// A directory to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub directory: String,
    /// Why it is there, or that it is taken.
    pub why: String,
    /// Whether something stands there already.
    pub taken: bool,
}

/// Suggests directories for a fabric of this name, free ones first.
pub fn suggest(name: &str, snapshot: Option<&Snapshot>) -> Vec<Suggestion> {
    let mut found: Vec<Suggestion> = Vec::new();
    let mut add = |directory: String, why: &str| {
        let is_new = found.iter().all(|other| other.directory != directory);
        if let (true, Ok(path)) = (is_new, DirectoryPath::parse(&directory)) {
            let taken = snapshot.is_some_and(|snapshot| is_taken(snapshot, &path));
            let why = if taken {
                "holds something already"
            } else {
                why
            };
            found.push(Suggestion {
                directory,
                why: why.to_owned(),
                taken,
            });
        }
    };
    for (path, tree) in snapshot.into_iter().flat_map(Snapshot::listings) {
        let is_layout = tree.get(Root::ALL[0].name()).is_some();
        let (parent, _) = path.rsplit_once('/').unwrap_or(("", path));
        if is_layout && !parent.is_empty() {
            add(format!("{parent}/{name}"), "beside another fabric");
        }
    }
    add(directory_of(name), "the usual place");
    let root = snapshot.and_then(|snapshot| snapshot.tree(""));
    for entry in root.into_iter().flat_map(|root| root.entries()) {
        let folder = entry.display_name();
        if entry.kind() == EntryKind::Directory && USUAL.contains(&folder.as_str()) {
            add(format!("{folder}/{name}"), "the repository has this folder");
        }
    }
    if !name.contains('/') {
        add(name.to_owned(), "a folder of its own");
    }
    add("/".to_owned(), "the whole repository");
    let (mut free, taken): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|suggestion| !suggestion.taken);
    free.extend(taken);
    free
}

/// Tells whether a place is known to hold something: where the snapshot does not reach, nothing is known.
fn is_taken(snapshot: &Snapshot, path: &DirectoryPath) -> bool {
    if path.is_root() {
        return snapshot.directory_id(path).is_some();
    }
    snapshot.entry(path.git_path()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::tests::changed;

    fn words(suggestions: &[Suggestion]) -> Vec<(&str, bool)> {
        suggestions
            .iter()
            .map(|one| (one.directory.as_str(), one.taken))
            .collect()
    }

    #[test]
    fn without_a_snapshot_the_usual_places_are_suggested() {
        assert_eq!(
            words(&suggest("dc1", None)),
            [("gitops/hedgehog/dc1", false), ("dc1", false), ("/", false)]
        );
    }

    #[test]
    fn what_is_taken_comes_last_and_says_so() {
        let found = suggest("net", Some(&changed()));
        assert_eq!(words(&found).last(), Some(&("net", true)));
        assert_eq!(found[0].directory, "gitops/hedgehog/net");
    }

    #[test]
    fn a_name_that_is_no_directory_suggests_only_the_root() {
        assert_eq!(words(&suggest("a\\b", None)), [("/", false)]);
    }
}
