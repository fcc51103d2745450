#![allow(clippy::unwrap_used)]
use super::*;
use crate::git::blob_id;

fn directory(text: &str) -> DirectoryPath {
    DirectoryPath::parse(text).unwrap()
}

/// `fab/raw/pending/x.yaml` beside `docs`.
fn listings() -> (Head, BTreeMap<String, Tree>) {
    let pending = Tree::new(vec![Entry::file("x.yaml", blob_id(b"x"))]).unwrap();
    let raw = Tree::new(vec![Entry::directory("pending", pending.id())]).unwrap();
    let fab = Tree::new(vec![Entry::directory("raw", raw.id())]).unwrap();
    let root = Tree::new(vec![
        Entry::directory("fab", fab.id()),
        Entry::directory("docs", raw.id()),
    ])
    .unwrap();
    let head = Head {
        commit: blob_id(b"any"),
        tree: root.id(),
    };
    let paths = ["", "fab", "fab/raw", "fab/raw/pending"].map(String::from);
    (
        head,
        paths.into_iter().zip([root, fab, raw, pending]).collect(),
    )
}

#[test]
fn parents_are_listed_before_their_children() {
    let paths = paths(&directory("a/b"));
    assert_eq!(
        paths[..7],
        [
            "",
            "a",
            "a/b",
            "a/b/managed",
            "a/b/raw",
            "a/b/unmanaged",
            "a/b/managed/metadata"
        ]
    );
    assert_eq!(
        super::paths(&DirectoryPath::root())[..3],
        ["", "managed", "raw"]
    );
}

#[test]
fn listings_that_hash_up_to_the_head_are_a_snapshot() {
    let (head, given) = listings();
    let snapshot = Snapshot::verified(head, &directory("fab"), given.clone()).unwrap();
    assert_eq!(
        snapshot.directory_id(&directory("fab")),
        Some(given["fab"].id())
    );
    assert_eq!(
        snapshot
            .entry("fab/raw/pending/x.yaml")
            .map(|entry| entry.id),
        Some(blob_id(b"x"))
    );
    assert_eq!(snapshot.entry("fab/managed"), None);
}

#[test]
fn a_missing_listing_is_noticed() {
    let (head, mut given) = listings();
    given.remove("fab/raw");
    assert_eq!(
        Snapshot::verified(head, &directory("fab"), given),
        Err(SnapshotError::Missing("fab/raw".into()))
    );
}

#[test]
fn a_listing_of_another_commit_is_noticed() {
    let (head, mut given) = listings();
    given
        .get_mut("fab/raw/pending")
        .unwrap()
        .insert(Entry::file("y.yaml", blob_id(b"y")));
    let error = Snapshot::verified(head, &directory("fab"), given).unwrap_err();
    assert!(matches!(error, SnapshotError::Mismatch { path, .. } if path == "fab/raw/pending"));
}

#[test]
fn a_root_of_another_commit_is_noticed() {
    let (head, mut given) = listings();
    given
        .get_mut("")
        .unwrap()
        .insert(Entry::file("new", blob_id(b"")));
    let error = Snapshot::verified(head, &directory("fab"), given).unwrap_err();
    assert!(matches!(error, SnapshotError::Mismatch { path, .. } if path.is_empty()));
}

#[test]
fn a_listing_below_a_file_is_noticed() {
    let (head, mut given) = listings();
    given.insert("fab/managed".into(), Tree::default());
    assert_eq!(
        Snapshot::verified(head, &directory("fab"), given),
        Err(SnapshotError::Unexpected("fab/managed".into()))
    );
}

#[test]
fn at_the_root_only_the_three_roots_count() {
    let mut root = Tree::new(vec![Entry::file("README.md", blob_id(b"hello"))]).unwrap();
    assert_eq!(directory_id_in_root(&root), None);
    let raw = Tree::new(vec![Entry::file("x", blob_id(b"x"))]).unwrap();
    root.insert(Entry::directory("raw", raw.id()));
    let before = directory_id_in_root(&root);
    root.insert(Entry::file("Makefile", blob_id(b"all:")));
    assert_eq!(directory_id_in_root(&root), before);
    assert_eq!(
        before,
        Some(
            Tree::new(vec![Entry::directory("raw", raw.id())])
                .unwrap()
                .id()
        )
    );
}

#[test]
fn a_snapshot_is_whole_where_every_folder_of_the_directory_is_listed() {
    let (head, given) = listings();
    let snapshot = Snapshot::verified(head, &directory("fab"), given.clone()).unwrap();
    assert!(snapshot.is_whole(&directory("fab")));
    assert!(snapshot.is_whole(&directory("new")), "nothing is there");
    assert!(!snapshot.is_whole(&directory("docs")), "it is not listed");
    // At the root only the three roots count, and `docs` is none of them.
    let root = Snapshot::verified(head, &DirectoryPath::root(), listings_of(&given, &[""]));
    assert!(root.unwrap().is_whole(&DirectoryPath::root()));
    // A folder in `raw/` that is not the layout's was not read.
    let deep = Tree::new(vec![Entry::directory("rack", given["fab/raw"].id())]).unwrap();
    let top = Tree::new(vec![Entry::directory("raw", deep.id())]).unwrap();
    let head = Head {
        commit: blob_id(b"any"),
        tree: top.id(),
    };
    let listed = BTreeMap::from([(String::new(), top), ("raw".to_owned(), deep)]);
    let root = Snapshot::verified(head, &DirectoryPath::root(), listed).unwrap();
    assert!(!root.is_whole(&DirectoryPath::root()));
}

fn listings_of(given: &BTreeMap<String, Tree>, paths: &[&str]) -> BTreeMap<String, Tree> {
    let pick = |path: &&str| ((*path).to_owned(), given[*path].clone());
    paths.iter().map(pick).collect()
}
