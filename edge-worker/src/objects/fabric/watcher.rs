//! Who watches a fabric: who may, how many there is room for, and until when. Sockets themselves are the host's.

use serde::{Deserialize, Serialize};
use shared::names::FabricId;
use shared::record::{FabricRecord, Visibility};

use super::live_update::LiveRecord;
use crate::digest::sha256_short;

/// How long a socket that a person opened may stay. Then it is opened anew, so that who they are, and what GitHub lets them
/// see, is asked again.
pub(crate) const PERSON_MS: u64 = 15 * 60_000;
/// The most sockets of one fabric.
const MOST: usize = 1_000;
/// How many of them only people may have who may push.
const KEPT: usize = 100;
/// The most sockets that one network address may have; whole offices stand behind one.
const OF_ADDRESS: usize = 100;
/// How many of the kept places one session may have.
const KEPT_OF_SESSION: usize = 10;
/// The tag of the sockets that have a kept place.
const KEPT_TAG: &str = "kept";

/// What somebody asks for who wants to watch a fabric. Nothing in it names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    pub fabric: FabricId,
    /// A digest of the network address, for this fabric alone.
    pub address: Option<String>,
    /// Who is signed in.
    pub person: Option<WatchingPerson>,
}

/// A person who is signed in and wants to watch a fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchingPerson {
    /// The session's digest, as [`session_digest`] makes it.
    pub session: String,
    /// When the socket ends, in milliseconds since 1970.
    pub until_ms: u64,
    /// What GitHub said that this person may read, as [`seen_as`] calls it; none where everybody may.
    pub reads: Option<String>,
    /// Whether GitHub said that they may push. It is asked only where there is no room otherwise.
    pub may_push: bool,
}

/// What is kept with a socket while its object sleeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watcher {
    /// When it ends, for a person who is signed in; only they learn who did what.
    pub until_ms: Option<u64>,
    /// Whether GitHub said of this person that they may read what not everybody may.
    pub is_reader: bool,
    /// What the fabric was seen as when the socket was opened. Once it is another, each has to ask again.
    pub seen: String,
}

/// Why a socket is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// There is no fabric that this person may see now.
    Gone,
    /// There is no room, for anybody or for this address.
    Full,
}

/// What a right to see a fabric is of: who may see it, and which repository it is of.
pub(crate) fn seen_as(record: &FabricRecord, number: Option<u64>) -> String {
    let visibility = serde_json::to_string(&record.visibility).unwrap_or_default();
    let text = format!("{visibility} {} {number:?}", record.git_repository);
    digest(&text)
}

/// What a right to see a fabric that is not everybody's is of.
pub(crate) fn read_as(record: &FabricRecord, number: Option<u64>) -> Option<String> {
    (record.visibility != Visibility::Public).then(|| seen_as(record, number))
}

/// What a session is called beside sockets.
pub(crate) fn session_digest(session: &str) -> String {
    digest(&format!("session {session}"))
}

/// The tag of a session's sockets.
pub fn session_tag(session: &str) -> String {
    format!("session-{session}")
}

fn digest(text: &str) -> String {
    sha256_short(text, 32)
}

impl Watch {
    /// By what the socket is counted and found.
    pub fn tags(&self) -> Vec<String> {
        let mut tags = Vec::new();
        match &self.person {
            Some(person) if person.may_push => {
                tags.push(KEPT_TAG.to_owned());
                tags.push(kept_tag(&person.session));
            }
            // Kept places do not count against an address.
            _ => tags.extend(self.address.as_deref().map(address_tag)),
        }
        let session = self.person.as_ref().map(|person| &person.session);
        tags.extend(session.map(|session| session_tag(session)));
        tags
    }

    /// Lets somebody watch the fabric as it is now, or not. `count` says how many sockets have a tag, or how many there are.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn admit(
        &self,
        now: Option<&LiveRecord>,
        count: impl Fn(Option<&str>) -> usize,
        now_ms: u64,
    ) -> Result<Watcher, NotOpened> {
        let now = now.ok_or(NotOpened::Gone)?;
        let reads = self
            .person
            .as_ref()
            .and_then(|person| person.reads.as_ref());
        let watcher = Watcher {
            until_ms: self.person.as_ref().map(|person| person.until_ms),
            is_reader: reads.is_some_and(|reads| *reads == now.seen),
            seen: now.seen.clone(),
        };
        if !now.may_tell(&watcher, now_ms) {
            return Err(NotOpened::Gone);
        }
        let all = count(None);
        let has_room = match &self.person {
            Some(person) if person.may_push => {
                count(Some(&kept_tag(&person.session))) < KEPT_OF_SESSION
            }
            _ => {
                let of_address = self.address.as_deref();
                let of_address = of_address.map_or(0, |address| count(Some(&address_tag(address))));
                all.saturating_sub(count(Some(KEPT_TAG))) < MOST - KEPT && of_address < OF_ADDRESS
            }
        };
        match has_room && all < MOST {
            true => Ok(watcher),
            false => Err(NotOpened::Full),
        }
    }
}

fn address_tag(address: &str) -> String {
    format!("address-{address}")
}

fn kept_tag(session: &str) -> String {
    format!("{KEPT_TAG}-{session}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    const NOW: u64 = 1_000_000;

    fn public() -> LiveRecord {
        LiveRecord {
            version: 1,
            seen: "public".to_owned(),
            public_until_ms: 2 * NOW,
            text: "who did what".to_owned(),
            public_text: "public".to_owned(),
        }
    }

    fn watch(address: &str, person: Option<(&str, bool)>) -> Watch {
        Watch {
            fabric: FabricId::from_bytes([1; 16]),
            address: Some(address.to_owned()),
            person: person.map(|(session, may_push)| WatchingPerson {
                session: session.to_owned(),
                until_ms: NOW + PERSON_MS,
                reads: None,
                may_push,
            }),
        }
    }

    /// Sockets, each with its tags.
    #[derive(Default)]
    struct Sockets(RefCell<Vec<Vec<String>>>);

    impl Sockets {
        fn open(&self, watch: &Watch) -> Result<Watcher, NotOpened> {
            let count = |tag: Option<&str>| {
                let all = self.0.borrow();
                let has = |tags: &&Vec<String>| {
                    tag.is_none_or(|tag| tags.iter().any(|other| other == tag))
                };
                all.iter().filter(has).count()
            };
            let admitted = watch.admit(Some(&public()), count, NOW)?;
            self.0.borrow_mut().push(watch.tags());
            Ok(admitted)
        }

        fn opens(&self, watch: &Watch) -> usize {
            (0..2 * MOST)
                .take_while(|_| self.open(watch).is_ok())
                .count()
        }
    }

    #[test]
    fn one_address_has_a_share_and_who_may_push_always_finds_a_place() {
        let sockets = Sockets::default();
        assert_eq!(sockets.opens(&watch("crowd", None)), OF_ADDRESS);
        let signed_in = watch("crowd", Some(("stranger", false)));
        assert_eq!(sockets.open(&signed_in), Err(NotOpened::Full));
        let others: usize = (0..20)
            .map(|number| sockets.opens(&watch(&format!("other-{number}"), None)))
            .sum();
        assert_eq!(
            OF_ADDRESS + others,
            MOST - KEPT,
            "however many addresses there are"
        );
        // From the crowd's address as well.
        let pushers: usize = (0..20)
            .map(|number| sockets.opens(&watch("crowd", Some((&format!("pusher-{number}"), true)))))
            .sum();
        assert_eq!(pushers, KEPT);
    }

    #[test]
    fn one_session_does_not_fill_the_kept_places() {
        let sockets = Sockets::default();
        assert_eq!(
            sockets.opens(&watch("a", Some(("ada", true)))),
            KEPT_OF_SESSION
        );
        assert!(sockets.open(&watch("a", Some(("ben", true)))).is_ok());
        assert_eq!(
            sockets.opens(&watch("a", None)),
            OF_ADDRESS,
            "none of them is the address's"
        );
    }

    #[test]
    fn a_right_is_of_what_github_was_asked_about() {
        let mut private = public();
        private.public_until_ms = 0;
        private.seen = "private".to_owned();
        let none = |_: Option<&str>| 0;
        let mut reader = watch("a", Some(("ada", false)));
        for (reads, admitted) in [
            (None, false),
            (Some("public"), false),
            (Some("private"), true),
        ] {
            reader.person.as_mut().unwrap().reads = reads.map(str::to_owned);
            let opened = reader.admit(Some(&private), none, NOW);
            assert_eq!(opened.is_ok(), admitted, "{reads:?} {opened:?}");
        }
        let visitor = watch("a", None);
        assert_eq!(
            visitor.admit(Some(&private), none, NOW),
            Err(NotOpened::Gone)
        );
        assert_eq!(visitor.admit(None, none, NOW), Err(NotOpened::Gone));
    }
}
