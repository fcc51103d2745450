#![allow(clippy::unwrap_used)]
use std::collections::BTreeMap;

use super::*;
use crate::git::{EntryKind, Tree, blob_id};
use crate::snapshot::Head;

/// A branch with `a/b/c`, `a/b/d.sh` (executable), `a/e` and the symbolic link `link`; every directory is listed.
fn branch() -> Snapshot {
    let c = Entry::file("c", blob_id(b"c"));
    let d = Entry {
        mode: Mode::from_bits(0o100_755),
        ..Entry::file("d.sh", blob_id(b"d"))
    };
    let b = Tree::new(vec![c, d]).unwrap();
    let a = Tree::new(vec![
        Entry::directory("b", b.id()),
        Entry::file("e", blob_id(b"e")),
    ])
    .unwrap();
    let link = Entry {
        mode: Mode::from_bits(0o120_000),
        ..Entry::file("link", blob_id(b"a"))
    };
    let root = Tree::new(vec![Entry::directory("a", a.id()), link]).unwrap();
    let head = Head {
        commit: blob_id(b"head"),
        tree: root.id(),
    };
    let listings = BTreeMap::from([(String::new(), root), ("a".to_owned(), a)]);
    Snapshot::verified(head, &directory("a"), listings)
        .unwrap()
        .with_listings(BTreeMap::from([("a/b".to_owned(), b)]))
        .unwrap()
}

fn directory(path: &str) -> DirectoryPath {
    DirectoryPath::parse(path).unwrap()
}

/// A set of a few changes, as text: `+path` writes, `x path` writes an executable, `-path` deletes.
fn set(changes: &[&str]) -> ChangeSet {
    let mut set = ChangeSet::default();
    for change in changes {
        match change.split_at(1) {
            ("+", path) => set.write(path, b"new".to_vec()),
            ("x", path) => set.insert(
                path,
                FileChange::Write {
                    content: b"new".to_vec(),
                    mode: Mode::from_bits(0o100_755),
                },
            ),
            (_, path) => set.delete(path),
        }
    }
    set
}

#[test]
fn deleting_the_last_entry_of_a_directory_removes_the_directory() {
    let branch = branch();
    let emptied = set(&["-a/b/c", "-a/b/d.sh"]);
    assert_eq!(
        emptied.directory_after(&branch, &directory("a/b")),
        Ok(None)
    );
    let a = Tree::new(vec![Entry::file("e", blob_id(b"e"))]).unwrap();
    assert_eq!(
        emptied.directory_after(&branch, &directory("a")),
        Ok(Some(a.id()))
    );
    let all = set(&["-a/b/c", "-a/b/d.sh", "-a/e"]);
    assert_eq!(all.directory_after(&branch, &directory("a")), Ok(None));
    let nothing = set(&["-a/b/c", "-a/b/d.sh", "-a/e", "-link"]);
    assert_eq!(nothing.root_after(&branch), Ok(Tree::default().id()));
}

#[test]
fn a_move_keeps_the_object_and_its_mode() {
    let branch = branch();
    let entry = branch.entry("a/b/d.sh").unwrap().clone();
    let mut moved = ChangeSet::default();
    moved.rename("a/b/d.sh", "z/d.sh", &entry);
    let z = Tree::new(vec![entry]).unwrap();
    assert_eq!(
        moved.directory_after(&branch, &directory("z")),
        Ok(Some(z.id()))
    );
    assert_eq!(moved.carrier(), Carrier::GitData);
}

#[test]
fn a_directory_can_be_taken_over_as_a_whole() {
    let branch = branch();
    let id = branch.entry("a/b").unwrap().id;
    let mut placed = ChangeSet::default();
    placed.place("z/b", id, Mode::DIRECTORY);
    let after = |path| placed.directory_after(&branch, &directory(path));
    assert_eq!(after("z/b"), Ok(Some(id)));
    assert_eq!(
        after("z/b/x"),
        Err(ChangeError::Unlisted("z/b".to_owned())),
        "the snapshot lists nothing at its new place"
    );
}

#[test]
fn a_file_may_give_way_to_a_directory_and_a_directory_to_a_file() {
    let branch = branch();
    let under = set(&["-a/e", "+a/e/x"]);
    let e = Tree::new(vec![Entry::file("x", blob_id(b"new"))]).unwrap();
    assert_eq!(
        under.directory_after(&branch, &directory("a/e")),
        Ok(Some(e.id()))
    );
    let over = set(&["-a/b/c", "-a/b/d.sh", "+a/b"]);
    assert!(over.root_after(&branch).is_ok());
    assert_eq!(over.directory_after(&branch, &directory("a/b")), Ok(None));
    for set in [under, over] {
        assert_eq!(set.carrier(), Carrier::GitData);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let unlisted = |path: &str| ChangeError::Unlisted(path.to_owned());
    let shallow = {
        let all = branch().listings().clone();
        let head = branch().head().unwrap();
        let some = all.into_iter().filter(|(path, _)| path != "a/b").collect();
        Snapshot::verified(head, &directory("a"), some).unwrap()
    };
    for (snapshot, changes, expected) in [
        (&shallow, &["+a/b/new"][..], unlisted("a/b")),
        (&shallow, &["-a/b/c"], unlisted("a/b")),
        (&branch(), &["-a/x"], ChangeError::Absent("a/x".to_owned())),
        (&branch(), &["-x/y"], ChangeError::Absent("x/y".to_owned())),
        (
            &branch(),
            &["-a/b"],
            ChangeError::Directory("a/b".to_owned()),
        ),
        (
            &branch(),
            &["+a/b"],
            ChangeError::Directory("a/b".to_owned()),
        ),
        (
            &branch(),
            &["+link/x"],
            ChangeError::NoDirectory {
                path: "link".to_owned(),
                kind: EntryKind::Symlink,
            },
        ),
        (&branch(), &["+a//b"], ChangeError::Path("a//b".to_owned())),
        (&branch(), &["+../b"], ChangeError::Path("../b".to_owned())),
        (
            &branch(),
            &["+.Git/b"],
            ChangeError::Path(".Git/b".to_owned()),
        ),
    ] {
        assert_eq!(set(changes).root_after(snapshot), Err(expected));
    }
    let mut link = ChangeSet::default();
    let mode = Mode::from_bits(0o120_000);
    let content = Vec::new();
    link.insert("x", FileChange::Write { content, mode });
    let path = "x".to_owned();
    assert_eq!(
        link.root_after(&branch()),
        Err(ChangeError::Mode { path, mode })
    );
}

#[test]
fn listings_that_do_not_hash_to_what_their_parent_states_are_not_added() {
    let other = Tree::new(vec![Entry::file("x", blob_id(b"x"))]).unwrap();
    let add =
        |path: &str| branch().with_listings(BTreeMap::from([(path.to_owned(), other.clone())]));
    assert!(matches!(
        add("a/b"),
        Err(crate::snapshot::SnapshotError::Mismatch { .. })
    ));
    for path in ["a/e", "z", "z/y"] {
        assert!(matches!(
            add(path),
            Err(crate::snapshot::SnapshotError::Unexpected(_))
        ));
    }
}

#[test]
fn graphql_carries_plain_files_up_to_its_limits() {
    let graphql = Carrier::CreateCommitOnBranch;
    assert_eq!(set(&["+a", "-b"]).carrier(), graphql);
    assert_eq!(set(&["xa"]).carrier(), Carrier::GitData);
    let many = |count: usize| {
        let mut set = ChangeSet::default();
        (0..count).for_each(|number| set.write(&format!("f{number}"), vec![0; 10]));
        set
    };
    assert_eq!(many(100).carrier(), graphql);
    assert_eq!(many(101).carrier(), Carrier::GitData);
    let large = |bytes: usize| {
        let mut set = ChangeSet::default();
        set.write("a", vec![0; bytes]);
        set
    };
    assert_eq!(large(ChangeSet::MAX_BYTES).carrier(), graphql);
    assert_eq!(large(ChangeSet::MAX_BYTES + 1).carrier(), Carrier::GitData);
}
