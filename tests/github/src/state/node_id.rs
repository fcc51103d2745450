//! GitHub's opaque node ids: a type, and a MessagePack array of numbers and names behind it. Repositories that are older
//! than these have a second id, which GitHub gives to callers that do not ask for the new one.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// The older form before the number: the type with its length.
const OLD_REPOSITORY: &str = "010:Repository";

/// What a node id names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NodeId {
    User(u64),
    Organization(u64),
    Repository(u64),
    /// A reference by its full name.
    Ref(u64, String),
    /// An object by its id; the prefix tells its type.
    Object(ObjectKind, u64, String),
    /// A rule by its place among the repository's rules.
    Rule(u64, usize),
    /// A pull request by its number.
    Pull(u64, u64),
}

/// Which form of node id a repository has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeIds {
    /// Today's.
    #[default]
    Next,
    /// It was made before: the older form, and today's for callers that ask for it (`X-Github-Next-Global-ID: 1`).
    Old,
    /// The older form, as of a server that does not know the question.
    OnlyOld,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectKind {
    Blob,
    Commit,
    Tag,
    Tree,
}

impl NodeId {
    pub fn encode(&self) -> String {
        match self {
            NodeId::User(id) => pack("U", *id, None),
            NodeId::Organization(id) => pack("O", *id, None),
            NodeId::Repository(id) => pack("R", *id, None),
            NodeId::Ref(id, name) => pack("REF", *id, Some(name)),
            NodeId::Object(kind, id, oid) => pack(kind.prefix(), *id, Some(oid)),
            NodeId::Pull(id, number) => pack("PR", *id, Some(&number.to_string())),
            NodeId::Rule(id, place) => pack("RRU", *id, Some(&place.to_string())),
        }
    }

    /// Writes a repository's id in the form that it has for such a caller.
    pub fn of_repository(id: u64, forms: NodeIds, asks_for_next: bool) -> String {
        match (forms, asks_for_next) {
            (NodeIds::Next, _) | (NodeIds::Old, true) => NodeId::Repository(id).encode(),
            (NodeIds::Old, false) | (NodeIds::OnlyOld, _) => {
                STANDARD.encode(format!("{OLD_REPOSITORY}{id}"))
            }
        }
    }

    /// Reads an id of a repository, a reference or a pull request, which clients send.
    pub fn decode(text: &str) -> Option<NodeId> {
        let Some((prefix, packed)) = text.split_once('_') else {
            let old = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
            let id = old.strip_prefix(OLD_REPOSITORY)?;
            return Some(NodeId::Repository(id.parse().ok()?));
        };
        let bytes = URL_SAFE_NO_PAD.decode(packed).ok()?;
        let id = u64::from(u32::from_be_bytes(bytes.get(3..7)?.try_into().ok()?));
        match prefix {
            "R" => Some(NodeId::Repository(id)),
            "PR" => {
                let number = std::str::from_utf8(name(&bytes)?).ok()?;
                Some(NodeId::Pull(id, number.parse().ok()?))
            }
            "REF" => {
                let name = String::from_utf8(name(&bytes)?.to_vec()).ok()?;
                Some(NodeId::Ref(id, name))
            }
            _ => None,
        }
    }
}

impl ObjectKind {
    fn prefix(self) -> &'static str {
        match self {
            ObjectKind::Blob => "B",
            ObjectKind::Commit => "C",
            ObjectKind::Tag => "TA",
            ObjectKind::Tree => "T",
        }
    }
}

/// Returns the name behind the number; short ones are packed with their length in one byte.
fn name(bytes: &[u8]) -> Option<&[u8]> {
    match bytes.get(7)? {
        0xda => bytes.get(10..),
        _ => bytes.get(8..),
    }
}

/// Packs `[0, id]` or `[0, id, name]`, the forms seen on GitHub (`R_kgDO…`, `C_kwDO…doAK…`).
fn pack(prefix: &str, id: u64, name: Option<&str>) -> String {
    let mut bytes = vec![if name.is_some() { 0x93 } else { 0x92 }, 0, 0xce];
    bytes.extend((id as u32).to_be_bytes());
    if let Some(name) = name {
        match name.len() {
            short @ ..32 => bytes.push(0xa0 | short as u8),
            long => {
                bytes.push(0xda);
                bytes.extend((long as u16).to_be_bytes());
            }
        }
        bytes.extend(name.as_bytes());
    }
    format!("{prefix}_{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_github_s_and_read_back() {
        let repository = NodeId::Repository(1_296_269);
        assert_eq!(repository.encode(), "R_kgDOABPHjQ");
        assert_eq!(NodeId::decode("R_kgDOABPHjQ"), Some(repository));

        let old = NodeId::of_repository(1_296_269, NodeIds::Old, false);
        assert_eq!(old, "MDEwOlJlcG9zaXRvcnkxMjk2MjY5");
        assert_eq!(NodeId::decode(&old), NodeId::decode("R_kgDOABPHjQ"));
        let next = NodeId::of_repository(1_296_269, NodeIds::Old, true);
        assert_eq!(next, "R_kgDOABPHjQ");

        let reference = NodeId::Ref(7, "refs/heads/main".into());
        assert_eq!(NodeId::decode(&reference.encode()), Some(reference));
        // Recorded in `@octokit/fixtures`, scenario git-refs.
        let recorded = NodeId::Ref(515_435_789, "refs/heads/main".into());
        assert_eq!(recorded.encode(), "REF_kwDOHrjtDa9yZWZzL2hlYWRzL21haW4");
        assert_eq!(NodeId::decode("R_kg"), None);
    }
}
