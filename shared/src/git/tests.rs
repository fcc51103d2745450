#![allow(clippy::unwrap_used)]
use super::*;

fn id(text: &str) -> ObjectId {
    ObjectId::parse(text).unwrap()
}

fn entry(name: &[u8], bits: u32) -> Entry {
    Entry {
        name: name.to_vec(),
        mode: Mode::from_bits(bits),
        id: blob_id(b""),
    }
}

#[test]
fn nothing_has_the_ids_that_every_git_knows() {
    let blob = id("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    let tree = id("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    assert_eq!((blob_id(b""), Tree::default().id()), (blob, tree));
}

#[test]
fn a_directory_sorts_as_if_its_name_ended_in_a_slash() {
    let others = ["a", "a-", "a.b", "a0", "ab"];
    let cases = [
        (0o100_644, ["a", "a-", "a.b", "a0", "ab"]),
        (0o120_000, ["a", "a-", "a.b", "a0", "ab"]),
        (0o160_000, ["a", "a-", "a.b", "a0", "ab"]),
        (0o40_000, ["a-", "a.b", "a", "a0", "ab"]),
    ];
    for (bits, expected) in cases {
        let mode = |name| if name == "a" { bits } else { 0o100_644 };
        let entries = others.iter().rev();
        let entries = entries.map(|name| entry(name.as_bytes(), mode(*name)));
        let tree = Tree::new(entries.collect()).unwrap();
        let names: Vec<String> = tree.entries().iter().map(Entry::display_name).collect();
        assert_eq!(names, expected, "{bits:o}");
    }
}

#[test]
fn an_entry_takes_the_place_of_one_with_its_name_and_another_kind() {
    let mut tree = Tree::new(vec![entry(b"a", 0o100_644), entry(b"a.b", 0o100_644)]).unwrap();
    tree.insert(Entry::directory("a", blob_id(b"x")));
    let expected = [
        entry(b"a.b", 0o100_644),
        Entry::directory("a", blob_id(b"x")),
    ];
    assert_eq!(tree.entries(), expected);
}

#[test]
fn names_that_git_cannot_store_are_refused() {
    let cases: [(&[&[u8]], TreeError); 4] = [
        (&[b""], TreeError::Name(String::new())),
        (&[b"a/b"], TreeError::Name("a/b".into())),
        (&[b"a\0"], TreeError::Name("a\0".into())),
        (&[b"a", b"b", b"a"], TreeError::Duplicate("a".into())),
    ];
    for (names, error) in cases {
        let entries = names.iter().map(|name| entry(name, 0o100_644));
        assert_eq!(Tree::new(entries.collect()), Err(error));
    }
}

#[test]
fn a_name_is_refused_twice_even_as_file_and_directory() {
    let entries = vec![
        entry(b"a", 0o100_644),
        entry(b"a0", 0o100_644),
        entry(b"a", 0o40_000),
    ];
    assert_eq!(Tree::new(entries), Err(TreeError::Duplicate("a".into())));
}

#[test]
fn modes_say_what_an_entry_is() {
    let cases = [
        (33_188, "100644", EntryKind::File),
        (0o100_664, "100664", EntryKind::File),
        (0o100_755, "100755", EntryKind::Executable),
        (0o100_744, "100744", EntryKind::Executable),
        (0o120_000, "120000", EntryKind::Symlink),
        (0o160_000, "160000", EntryKind::Submodule),
        (16_384, "40000", EntryKind::Directory),
    ];
    for (bits, text, kind) in cases {
        let mode = Mode::from_bits(bits);
        assert_eq!((mode.to_string().as_str(), mode.kind()), (text, kind));
        assert_eq!(mode.bits(), bits);
    }
}

#[test]
fn an_object_id_is_forty_lower_case_digits() {
    let text = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    assert_eq!(id(text).to_string(), text);
    assert_eq!(id(text).short(), "e69de29");
    assert_eq!(id(text).as_bytes()[..2], [0xe6, 0x9d]);
    let upper = text.to_uppercase();
    let longer = format!("{text}00");
    for wrong in [
        "",
        "e69de29",
        &upper,
        &longer,
        &text.replace('e', "g"),
        &"é".repeat(20),
    ] {
        assert_eq!(ObjectId::parse(wrong), Err(ObjectIdError), "{wrong:?}");
    }
}

#[test]
fn an_object_id_is_text_on_the_wire_and_checked_there() {
    let empty = blob_id(b"");
    let json = serde_json::to_string(&empty).unwrap();
    assert_eq!(json, "\"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\"");
    assert_eq!(serde_json::from_str::<ObjectId>(&json).unwrap(), empty);
    assert!(serde_json::from_str::<ObjectId>("\"e69de29\"").is_err());
}
