//! Which repository is meant, whatever it is called: GitHub's number for it, and the two forms of node ids that hold the number.
//!
//! A name that became free is anybody's, so a fabric belongs to a number. GitHub gives repositories that are older than
//! its node ids of today an older form of id, unless it is asked for today's; records from before Hedgerow asked hold that
//! form, and no number.

use data_encoding::{BASE64, BASE64URL_NOPAD};
use serde::{Deserialize, Serialize};

/// The type and its length, as the older form has them before the number.
const OLD_PREFIX: &str = "010:Repository";

/// A repository as GitHub identifies it now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RepositoryId {
    /// GitHub's number (`databaseId` in GraphQL, `id` in REST); it outlives every name and every form of node id.
    pub number: u64,
    /// GitHub's node id, in the form in which GitHub gives it today.
    pub node_id: String,
}

impl RepositoryId {
    /// What today's node id of the repository of this number can be. GitHub packs a number into the fewest bytes; where that is less
    /// than four, others were seen to take four.
    pub(crate) fn of_number(number: u64) -> Vec<Self> {
        let bytes = number.to_be_bytes();
        let wide = || [&[0xce], &bytes[4..]].concat();
        let forms = match number {
            0..=0x7f => vec![bytes[7..].to_vec(), wide()],
            0x80..=0xff => vec![[&[0xcc], &bytes[7..]].concat(), wide()],
            0x100..=0xffff => vec![[&[0xcd], &bytes[6..]].concat(), wide()],
            0x1_0000..=0xffff_ffff => vec![wide()],
            _ => vec![[&[0xcf], &bytes[..]].concat()],
        };
        let of = |packed: Vec<u8>| {
            let packed = BASE64URL_NOPAD.encode(&[&[0x92, 0], packed.as_slice()].concat());
            let node_id = format!("R_{packed}");
            Self { number, node_id }
        };
        forms.into_iter().map(of).collect()
    }

    /// The node id in the older form: base64 of the type and the number.
    pub(crate) fn old_node_id(&self) -> String {
        BASE64.encode(format!("{OLD_PREFIX}{}", self.number).as_bytes())
    }
}

/// A repository as it was recorded, with as much as was known then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecordedRepository {
    /// GitHub's node id, in the form in which it was recorded; none if GitHub was never asked.
    #[serde(rename = "repository", default)]
    pub node_id: Option<String>,
    /// GitHub's number; none in what was recorded before numbers were.
    #[serde(
        rename = "repository_number",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub number: Option<u64>,
}

impl RecordedRepository {
    /// GitHub's number: the recorded one, else the one in the recorded node id.
    pub(crate) fn number(&self) -> Option<u64> {
        let decoded = || self.node_id.as_deref().and_then(number_in);
        self.number.or_else(decoded)
    }

    /// The repository, where its number is known.
    pub(crate) fn id(&self) -> Option<RepositoryId> {
        Some(RepositoryId {
            number: self.number()?,
            node_id: self.node_id.clone()?,
        })
    }

    /// What names the repository's object: today's node id, or what it can be.
    pub(crate) fn object(&self) -> Option<String> {
        let recorded = self.node_id.clone();
        let recorded = recorded.filter(|node_id| number_in_todays_form(node_id).is_some());
        let derived = || {
            Some(
                RepositoryId::of_number(self.number()?)
                    .swap_remove(0)
                    .node_id,
            )
        };
        recorded.or_else(derived)
    }

    /// Tells whether nothing was recorded: GitHub was never asked.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Tells whether both are one repository. What cannot be compared is another one.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self.number(), other.number()) {
            (Some(number), Some(other)) => number == other,
            _ => self.node_id.is_some() && self.node_id == other.node_id,
        }
    }

    /// What is known once GitHub said `found` of the same repository. A node id that was recorded in the older form stays:
    /// the version before this one looks fabrics up by it, and an operator may go back to that version.
    pub(crate) fn confirmed(self, found: &RepositoryId) -> Self {
        let is_same = |node_id: &String| number_in_old_form(node_id) == Some(found.number);
        let recorded = self.node_id.filter(is_same);
        Self {
            node_id: Some(recorded.unwrap_or_else(|| found.node_id.clone())),
            number: Some(found.number),
        }
    }
}

impl From<&RepositoryId> for RecordedRepository {
    fn from(found: &RepositoryId) -> Self {
        Self::default().confirmed(found)
    }
}

/// GitHub's number in a repository's node id of either form.
fn number_in(node_id: &str) -> Option<u64> {
    number_in_old_form(node_id).or_else(|| number_in_todays_form(node_id))
}

fn number_in_old_form(node_id: &str) -> Option<u64> {
    let text = String::from_utf8(BASE64.decode(node_id.as_bytes()).ok()?).ok()?;
    let digits = text.strip_prefix(OLD_PREFIX)?;
    let is_canonical = !digits.starts_with(['0', '+']);
    is_canonical.then(|| digits.parse().ok()).flatten()
}

/// Today's form is `R_` and, in base64url, the MessagePack array `[0, number]`.
fn number_in_todays_form(node_id: &str) -> Option<u64> {
    let packed = node_id.strip_prefix("R_")?;
    let bytes = BASE64URL_NOPAD.decode(packed.as_bytes()).ok()?;
    let number = match *bytes.as_slice() {
        [0x92, 0, number @ 1..=0x7f] => u64::from(number),
        [0x92, 0, 0xcc, number] => u64::from(number),
        [0x92, 0, 0xcd, ref number @ ..] => u64::from(u16::from_be_bytes(number.try_into().ok()?)),
        [0x92, 0, 0xce, ref number @ ..] => u64::from(u32::from_be_bytes(number.try_into().ok()?)),
        [0x92, 0, 0xcf, ref number @ ..] => u64::from_be_bytes(number.try_into().ok()?),
        _ => return None,
    };
    Some(number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn recorded(node_id: &str) -> RecordedRepository {
        RecordedRepository {
            node_id: Some(node_id.to_owned()),
            number: None,
        }
    }

    #[test]
    fn a_number_leads_to_the_node_id_of_today() {
        let of = |number| {
            let ids = RepositoryId::of_number(number).into_iter();
            ids.map(|id| id.node_id).collect::<Vec<_>>()
        };
        assert_eq!(of(1_296_269), ["R_kgDOABPHjQ"]);
        assert_eq!(of(501), ["R_kgDNAfU", "R_kgDOAAAB9Q"]);
        for number in [
            0x7f,
            0x80,
            0xff,
            0x100,
            0xffff,
            0x1_0000,
            0xffff_ffff,
            1 << 32,
        ] {
            for node_id in of(number) {
                assert_eq!(number_in(&node_id), Some(number), "{node_id}");
            }
        }
    }

    #[test]
    fn both_forms_of_a_node_id_hold_the_number() {
        for (node_id, number) in [
            // octocat/Hello-World, in both forms.
            ("MDEwOlJlcG9zaXRvcnkxMjk2MjY5", Some(1_296_269)),
            ("R_kgDOABPHjQ", Some(1_296_269)),
            ("MDEwOlJlcG9zaXRvcnk1MDE=", Some(501)),
            ("R_kgDOAAAB9Q", Some(501)),
            // Other widths of the number, as MessagePack allows them.
            ("R_kgAH", Some(7)),
            ("R_kgDMyA", Some(200)),
            ("R_kgDNAfU", Some(501)),
            ("R_kgDPAAAAAQAAAAA", Some(1 << 32)),
            // A user, a commit, something after the number, no number, nothing.
            ("MDQ6VXNlcjEyOTYyNjk=", None),
            ("C_kwDOABPHjQ", None),
            ("R_kgDOABPHjQA", None),
            ("MDEwOlJlcG9zaXRvcnk=", None),
            ("MDEwOlJlcG9zaXRvcnkrNQ==", None),
            ("R_", None),
            ("", None),
        ] {
            assert_eq!(number_in(node_id), number, "{node_id}");
        }
    }

    #[test]
    fn the_older_form_is_made_of_the_number() {
        for node_id in ["R_kgDOABPHjQ", "R_kgDOAAAB9Q", "R_kgAH"] {
            let id = recorded(node_id).id().unwrap();
            assert_eq!(number_in_old_form(&id.old_node_id()), Some(id.number));
            assert_ne!(id.old_node_id(), node_id);
        }
    }

    #[test]
    fn repositories_without_a_common_id_are_different() {
        let found = RecordedRepository::from(&RepositoryId {
            number: 501,
            node_id: "R_kgDOAAAB9Q".to_owned(),
        });
        for (known, is_same) in [
            (RecordedRepository::default(), false),
            (recorded("R_kgDOAAAB9Q"), true),
            (recorded("MDEwOlJlcG9zaXRvcnk1MDE="), true),
            (recorded("R_kgDOAAAB9g"), false),
            (recorded("MDEwOlJlcG9zaXRvcnk1MDI="), false),
            (recorded("something else"), false),
        ] {
            assert_eq!(known.is_same(&found), is_same, "{known:?}");
        }
        let of_a_server = RepositoryId {
            number: 501,
            node_id: "something else".to_owned(),
        };
        let of_a_server = RecordedRepository::from(&of_a_server);
        assert!(recorded("something else").is_same(&of_a_server));
        assert!(!RecordedRepository::default().is_same(&RecordedRepository::default()));
        // The number decides where it was recorded, whatever the node id says.
        let numbered = RecordedRepository {
            number: Some(502),
            ..recorded("R_kgDOAAAB9Q")
        };
        assert!(!numbered.is_same(&found));
    }

    #[test]
    fn a_recorded_older_form_stays_beside_the_number() {
        let found = RepositoryId {
            number: 501,
            node_id: "R_kgDOAAAB9Q".to_owned(),
        };
        let known = recorded("MDEwOlJlcG9zaXRvcnk1MDE=").confirmed(&found);
        assert_eq!(
            (known.node_id.as_deref(), known.number),
            (Some("MDEwOlJlcG9zaXRvcnk1MDE="), Some(501))
        );
        let fresh = RecordedRepository::from(&found);
        assert_eq!(fresh.node_id.as_deref(), Some("R_kgDOAAAB9Q"));
    }
}
