//! `Tree::id` against `git mktree`.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use shared::git::{Entry, Mode, ObjectId, Tree};

use crate::cases;
use crate::git::{Git, mktree_input};

/// Names that sort differently as files and as directories, and names that other tools quote or misread.
pub const NAMES: [&[u8]; 24] = [
    b"a",
    b"a.b",
    b"a0",
    b"a-",
    b"a b",
    b"a\"b",
    b"ab",
    b"A",
    b"a.",
    b"-a",
    b"--all",
    b" ",
    b"\t",
    b"a\nb",
    b"\\",
    b"\x01",
    b"\x7f",
    b"\xff\xfe",
    b"a\xff",
    b"\xc3\xa9",
    b"e\xcc\x81",
    b"\xe2\x80\xae",
    b"README.md",
    b".gitkeep",
];

const MODES: [u32; 6] = [
    0o100_644, 0o100_755, 0o100_664, 0o120_000, 0o160_000, 0o40_000,
];

fn name() -> impl Strategy<Value = Vec<u8>> {
    let allowed = any::<u8>().prop_filter("no slash, no zero", |byte| ![0, b'/'].contains(byte));
    prop_oneof![
        3 => select(NAMES.map(<[u8]>::to_vec).to_vec()),
        1 => vec(select(b"ab.-0 /".to_vec()), 1..4)
            .prop_map(|name| name.into_iter().map(|byte| if byte == b'/' { b'_' } else { byte }).collect()),
        1 => vec(allowed, 1..12),
    ]
}

/// The entries of a directory, each name once, in no particular order.
fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let entry = (select(MODES.to_vec()), any::<[u8; 20]>());
    btree_map(name(), entry, 0..14)
        .prop_map(|entries| {
            entries
                .into_iter()
                .map(|(name, (mode, id))| Entry {
                    name,
                    mode: Mode::from_bits(mode),
                    // Git refuses the null id.
                    id: ObjectId::from_bytes(id.map(|byte| byte | 1)),
                })
                .collect::<Vec<_>>()
        })
        .prop_shuffle()
}

#[test]
fn tree_ids_are_those_of_mktree() {
    let git = Git::new();
    let batch = vec(entries(), 1..32);
    let compared = std::cell::Cell::new(0);
    cases(40)
        .run(&batch, |directories| {
            let mut input = Vec::new();
            for entries in &directories {
                input.extend(mktree_input(entries));
                input.push(0);
            }
            let expected = git.ids(&["mktree", "-z", "--missing", "--batch"], &input);
            let computed: Vec<ObjectId> = directories
                .iter()
                .map(|entries| Tree::new(entries.clone()).unwrap().id())
                .collect();
            compared.set(compared.get() + computed.len());
            prop_assert_eq!(computed, expected);
            Ok(())
        })
        .unwrap();
    assert!(compared.get() > 500, "only {} trees", compared.get());
}

#[test]
fn a_name_as_file_and_as_directory_sorts_where_mktree_sorts_it() {
    let git = Git::new();
    let id = ObjectId::from_bytes([1; 20]);
    for mode in MODES {
        let mut entries = vec![Entry {
            name: b"a".to_vec(),
            mode: Mode::from_bits(mode),
            id,
        }];
        entries.extend(["a.b", "a0", "a-", "a b"].map(|name| Entry::file(name, id)));
        let expected = git.id(&["mktree", "-z", "--missing"], &mktree_input(&entries));
        let tree = Tree::new(entries).unwrap();
        assert_eq!(tree.id(), expected, "{mode:o}");
        let names: Vec<String> = tree.entries().iter().map(Entry::display_name).collect();
        let place = names.iter().position(|name| name == "a");
        assert_eq!(
            place,
            Some(if mode == 0o40_000 { 3 } else { 0 }),
            "{mode:o}"
        );
    }
}

#[test]
fn inserting_one_by_one_gives_the_same_tree_in_any_order() {
    cases(200)
        .run(&entries(), |entries| {
            let mut tree = Tree::default();
            for entry in &entries {
                // A first entry of the same name and another mode is replaced, wherever it sorted.
                tree.insert(Entry::directory("a", entry.id));
                tree.insert(entry.clone());
            }
            tree = tree.restricted_to(|name| entries.iter().any(|entry| entry.name == name));
            for entry in &entries {
                tree.insert(entry.clone());
            }
            prop_assert_eq!(tree, Tree::new(entries).unwrap());
            Ok(())
        })
        .unwrap();
}
