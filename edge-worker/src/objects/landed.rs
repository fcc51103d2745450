//! The messages and replies of landed versions (`tests/landed`) are read, and written as they were.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs::{read_dir, read_to_string};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fabric::FabricMessage;
use super::index::IndexMessage;
use super::repository::RepositoryMessage;
use super::session::SessionMessage;
use super::shares::ShareReply;
use super::{Class, Envelope, Message};

/// Every example of a message to this class, of every version.
fn examples(class: Class) -> Vec<Value> {
    let landed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/landed");
    let files = read_dir(landed).unwrap().map(|entry| {
        let messages = entry.unwrap().path().join("messages");
        messages.join(class.binding()).with_extension("json")
    });
    let texts = files
        .filter(|file| file.exists())
        .map(|file| read_to_string(file).unwrap());
    let read = |text: String| serde_json::from_str::<Value>(&text).unwrap();
    let variants = texts
        .map(read)
        .flat_map(|all| all.as_object().unwrap().clone());
    variants
        .flat_map(|(_, examples)| examples.as_array().unwrap().clone())
        .collect()
}

/// What a version said and later ones do not: the object that reads it knows by itself.
const NO_LONGER_SAID: [&str; 1] = ["is_untold"];

/// Everything of `before` is in `now`: a field may be new, and none may be gone or have another name.
fn holds(now: &Value, before: &Value) -> bool {
    match (now, before) {
        (Value::Object(now), Value::Object(before)) => before.iter().all(|(name, before)| {
            let is_there = now.get(name).is_some_and(|now| holds(now, before));
            is_there || NO_LONGER_SAID.contains(&name.as_str())
        }),
        (Value::Array(now), Value::Array(before)) => {
            now.len() == before.len()
                && now
                    .iter()
                    .zip(before)
                    .all(|(now, before)| holds(now, before))
        }
        (now, before) => now == before,
    }
}

fn assert_read<T: Serialize + DeserializeOwned>(value: &Value) {
    let read: Result<T, _> = serde_json::from_value(value.clone());
    let read = read.unwrap_or_else(|error| panic!("{error}: {value:#}"));
    let written = json!(read);
    assert!(holds(&written, value), "{written:#}\nwas {value:#}");
}

fn assert_all_read<M: Message>() {
    let examples = examples(M::CLASS);
    assert!(!examples.is_empty());
    for example in examples {
        assert_read::<M>(&example["message"]);
        assert_read::<Envelope<M::Reply>>(&example["reply"]);
    }
}

#[test]
fn messages_and_replies_keep_their_spelling() {
    assert_all_read::<FabricMessage>();
    assert_all_read::<RepositoryMessage>();
    assert_all_read::<SessionMessage>();
    assert_all_read::<IndexMessage>();
}

/// The variants of a type, as serde lists them.
fn variants<T: DeserializeOwned>() -> BTreeSet<String> {
    let error = serde_json::from_str::<T>("\"?\"")
        .err()
        .unwrap()
        .to_string();
    let (_, expected) = error.split_once("expected ").unwrap();
    let names = expected.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

/// The variants that stand at a place of the examples' replies.
fn shown(class: Class, pointer: &str) -> BTreeSet<String> {
    let replies = examples(class).into_iter();
    let there = replies.filter_map(|example| example["reply"].pointer(pointer).cloned());
    let names = there.filter_map(|reply| match reply {
        Value::Object(fields) => fields.keys().next().cloned(),
        name => name.as_str().map(str::to_owned),
    });
    names.collect()
}

#[test]
fn every_reply_has_an_example() {
    fn assert_shown<M: Message>() {
        assert_eq!(shown(M::CLASS, "/Reply"), variants::<M::Reply>());
    }
    assert_shown::<FabricMessage>();
    assert_shown::<RepositoryMessage>();
    assert_shown::<SessionMessage>();
    assert_shown::<IndexMessage>();
    assert_eq!(
        shown(Class::Fabric, "/Reply/Shares"),
        variants::<ShareReply>()
    );
}
