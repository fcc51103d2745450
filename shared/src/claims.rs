//! Which directories and names fabrics of one repository may have beside each other, and what is free instead.

use crate::layout::Root;
use crate::names::{DirectoryPath, FabricName, same_in_any_case};

/// The most suggestions.
const MOST: usize = 3;

/// Tells whether two fabrics of one branch cannot have these directories: one is the other, or lies in it.
///
/// The repository's root reserves only its three roots, so only a directory in one of those overlaps with it.
pub fn overlap(one: &DirectoryPath, other: &DirectoryPath) -> bool {
    overlap_where(one, other, |one, other| one == other)
}

/// As [`overlap`], where macOS and Windows cannot check both out either: names that differ only in case are the same there.
pub fn overlap_in_any_case(one: &DirectoryPath, other: &DirectoryPath) -> bool {
    overlap_where(one, other, same_in_any_case)
}

/// As [`overlap`]; `same` tells whether two names are the same one.
fn overlap_where(
    one: &DirectoryPath,
    other: &DirectoryPath,
    same: impl Fn(&str, &str) -> bool,
) -> bool {
    let inside_root = |path: &DirectoryPath| {
        let first = path.components().next();
        first.is_some_and(|first| Root::ALL.iter().any(|root| same(root.name(), first)))
    };
    match (one.is_root(), other.is_root()) {
        (true, true) => true,
        (true, false) => inside_root(other),
        (false, true) => inside_root(one),
        // One is above the other where they go together to the end of the shorter.
        (false, false) => (one.components().zip(other.components())).all(|(a, b)| same(a, b)),
    }
}

/// Directories that a fabric could have instead of `wanted`, the nearest first; at most three.
///
/// `taken` are those of other fabrics of the branch; `exists` tells of what stands in the repository already.
pub fn free_directories(
    wanted: &DirectoryPath,
    name: &FabricName,
    taken: &[DirectoryPath],
    exists: impl Fn(&DirectoryPath) -> bool,
) -> Vec<DirectoryPath> {
    let mut candidates = Vec::new();
    let last = wanted.components().next_back();
    for above in wanted.ancestors().into_iter().rev() {
        let join = |name: &str| {
            if above.is_empty() {
                name.to_owned()
            } else {
                format!("{above}/{name}")
            }
        };
        candidates.push(join(name.as_str()));
        for base in [Some(name.as_str()), last].into_iter().flatten() {
            candidates.extend((2..=9).map(|number| join(&format!("{base}-{number}"))));
        }
    }
    candidates.push(format!("gitops/hedgehog/{name}"));
    candidates.extend((2..=9).map(|number| format!("gitops/hedgehog/{name}-{number}")));
    let mut free: Vec<DirectoryPath> = Vec::new();
    for candidate in candidates {
        let Ok(candidate) = DirectoryPath::parse(&candidate) else {
            continue;
        };
        let is_free = candidate != *wanted
            && !free.contains(&candidate)
            && !exists(&candidate)
            && !taken
                .iter()
                .any(|taken| overlap_in_any_case(taken, &candidate));
        if is_free {
            free.push(candidate);
        }
        if free.len() == MOST {
            break;
        }
    }
    free
}

/// Names that a fabric could have instead of `wanted`; at most three.
pub fn free_names(wanted: &FabricName, taken: &[FabricName]) -> Vec<FabricName> {
    (2..=99)
        .filter_map(|number| FabricName::parse(&format!("{wanted}-{number}")).ok())
        .filter(|name| !taken.contains(name))
        .take(MOST)
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn path(text: &str) -> DirectoryPath {
        DirectoryPath::parse(text).unwrap()
    }

    fn name(text: &str) -> FabricName {
        FabricName::parse(text).unwrap()
    }

    #[test]
    fn directories_overlap_when_one_contains_the_other() {
        for (one, other, expected) in [
            ("a", "a", true),
            ("a", "a/b", true),
            ("a/b", "a", true),
            ("a", "ab", false),
            ("a/b", "a/c", false),
            ("/", "/", true),
            ("/", "gitops/fabric-1", false),
            ("/", "raw/x", true),
            ("managed", "/", true),
        ] {
            assert_eq!(overlap(&path(one), &path(other)), expected, "{one} {other}");
            assert_eq!(
                overlap_in_any_case(&path(one), &path(other)),
                expected,
                "{one} {other}"
            );
        }
        for (one, other) in [
            ("a", "A"),
            ("A", "a/b"),
            ("Straße/ä/b", "straße/Ä"),
            ("Managed/x", "/"),
        ] {
            assert!(!overlap(&path(one), &path(other)), "{one} {other}");
            assert!(
                overlap_in_any_case(&path(one), &path(other)),
                "{one} {other}"
            );
        }
    }

    #[test]
    fn what_is_suggested_is_free_of_fabrics_and_of_what_stands_there() {
        for (wanted, taken, standing, expected) in [
            (
                "gitops/a",
                &["gitops/a"][..],
                &[][..],
                &["gitops/east", "gitops/east-2", "gitops/east-3"][..],
            ),
            (
                "gitops/east",
                &["gitops/east"],
                &["gitops/east-2"],
                &["gitops/east-3", "gitops/east-4", "gitops/east-5"],
            ),
            ("a/b/c", &["a/b"], &[], &["a/east", "a/east-2", "a/east-3"]),
            (
                "gitops",
                &["gitops/a", "gitops/b"],
                &[],
                &["east", "east-2", "east-3"],
            ),
            (
                "/",
                &["/"],
                &[],
                &[
                    "gitops/hedgehog/east",
                    "gitops/hedgehog/east-2",
                    "gitops/hedgehog/east-3",
                ],
            ),
            ("raw/x", &["/"], &[], &["east", "east-2", "east-3"]),
        ] {
            let taken: Vec<DirectoryPath> = taken.iter().map(|text| path(text)).collect();
            let exists = |candidate: &DirectoryPath| standing.contains(&candidate.as_str());
            let free = free_directories(&path(wanted), &name("east"), &taken, exists);
            let free: Vec<&str> = free.iter().map(DirectoryPath::as_str).collect();
            assert_eq!(free, expected, "{wanted}");
        }
    }

    #[test]
    fn a_taken_name_gets_the_next_numbers() {
        let free = free_names(&name("east"), &[name("east"), name("east-3")]);
        assert_eq!(free, [name("east-2"), name("east-4"), name("east-5")]);
        let long = "a".repeat(63);
        assert_eq!(
            free_names(&name(&long), &[]),
            [],
            "no name is longer than a name may be"
        );
    }
}
