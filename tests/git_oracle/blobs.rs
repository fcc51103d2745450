//! `blob_id` against `git hash-object`.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use shared::git::{ObjectId, blob_id};

use crate::cases;
use crate::git::Git;

#[test]
fn blob_ids_are_those_of_hash_object() {
    let mut contents: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"\n".to_vec(),
        b"no final newline".to_vec(),
        b"one\r\ntwo\r\n".to_vec(),
        b"mixed\r\nends\nhere\r".to_vec(),
        vec![0],
        (0..=255).collect(),
        b"blob 0\0".to_vec(),
        "\u{feff}UTF-8 with a mark: \u{fc}\u{4e16}".into(),
        vec![b'x'; 9],
        vec![b'x'; 10],
        vec![0xff; 3_000_000],
    ];
    // Around the sizes of SHA-1's blocks, where padding goes wrong if anywhere.
    contents.extend((50..140).map(|length| vec![b'a'; length]));
    let mut runner = cases(1);
    let random = proptest::collection::vec(any::<u8>(), 0..2_000);
    contents.extend((0..300).map(|_| random.new_tree(&mut runner).unwrap().current()));

    let borrowed: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
    let expected = Git::new().blobs(&borrowed);
    let computed: Vec<ObjectId> = borrowed.iter().map(|content| blob_id(content)).collect();
    assert_eq!(computed, expected);
    assert_eq!(computed.len(), 402);
}

#[test]
fn blob_ids_are_those_of_standard_input() {
    let git = Git::new();
    for content in [&b""[..], b"Test content", b"one\r\ntwo\r\n", &[0, 255, 10]] {
        let expected = git.id(&["hash-object", "--stdin"], content);
        assert_eq!(blob_id(content), expected);
    }
}
