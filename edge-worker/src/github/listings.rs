//! A snapshot as JSON, from the Worker that read it to the object that writes on it: the listings by path, proved again where they
//! are read.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shared::git::{Entry, Mode, ObjectId, Tree};
use shared::snapshot::{Head, Snapshot};

#[derive(Serialize, Deserialize)]
struct Parts {
    /// The commit and its root tree; none where the branch has none.
    head: Option<(ObjectId, ObjectId)>,
    listings: BTreeMap<String, Vec<Listed>>,
}

/// An entry: its name's bytes as base64, its mode, and the object.
type Listed = (String, u32, ObjectId);

pub(crate) fn serialize<S: Serializer>(snapshot: &Snapshot, to: S) -> Result<S::Ok, S::Error> {
    let head = snapshot.head().map(|head| (head.commit, head.tree));
    let listings = snapshot.listings().iter();
    let listings = listings.map(|(path, tree)| (path.clone(), listed(tree)));
    let listings = listings.collect();
    Parts { head, listings }.serialize(to)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Snapshot, D::Error> {
    let Parts { head, listings } = Parts::deserialize(from)?;
    let Some((commit, tree)) = head else {
        return Ok(Snapshot::without_head());
    };
    let trees = listings.into_iter().map(|(path, entries)| {
        let tree = tree_of(entries).map_err(D::Error::custom)?;
        Ok((path, tree))
    });
    Snapshot::at(Head { commit, tree })
        .with_listings(trees.collect::<Result<_, D::Error>>()?)
        .map_err(D::Error::custom)
}

fn listed(tree: &Tree) -> Vec<Listed> {
    let entries = tree.entries().iter();
    entries
        .map(|entry| (BASE64.encode(&entry.name), entry.mode.bits(), entry.id))
        .collect()
}

fn tree_of(entries: Vec<Listed>) -> Result<Tree, String> {
    let entries = entries.into_iter().map(|(name, mode, id)| {
        let name = BASE64.decode(name.as_bytes());
        Ok(Entry {
            name: name.map_err(|error| error.to_string())?,
            mode: Mode::from_bits(mode),
            id,
        })
    });
    let entries = entries.collect::<Result<_, String>>()?;
    Tree::new(entries).map_err(|error| error.to_string())
}
