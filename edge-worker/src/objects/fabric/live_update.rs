//! What those who watch a fabric are told.

use shared::api::FabricAnswer;
use shared::record::Visibility;

use super::watcher::{Watcher, seen_as};
use super::{history, load};
use crate::objects::{ObjectError, Sql, repository_facts};

/// What a socket is closed with where the fabric was forgotten. Codes of applications begin at 4000.
pub const FABRIC_GONE: u16 = 4404;
/// What a socket is closed with where whoever has it must connect again, so that who may see the fabric is asked again.
pub const CONNECT_AGAIN: u16 = 4401;

/// The record as those who watch it see it, with its version; none if there is no such fabric. As all that leaves an object for
/// people, it leads to GitHub, which they see at `github_url`, and nowhere else.
pub fn live_record(sql: &impl Sql, github_url: &str) -> Result<Option<LiveRecord>, ObjectError> {
    let Some((record, _)) = load(sql)? else {
        return Ok(None);
    };
    let version = record.version;
    let facts = repository_facts::load(sql)?;
    let seen = seen_as(&record, facts.repository.number);
    let public_until_ms = match record.visibility {
        Visibility::Public => facts.public_until_ms(),
        Visibility::Private | Visibility::Draft | Visibility::Other(_) => 0,
    };
    let mut answer = FabricAnswer {
        record: record.into_value().linked_to(github_url),
        operation: None,
    };
    let public_text = serde_json::to_string(&answer)?;
    answer.operation = history::last(sql)?;
    let text = serde_json::to_string(&answer)?;
    Ok(Some(LiveRecord {
        version,
        seen,
        public_until_ms,
        text,
        public_text,
    }))
}

/// What those who watch a fabric are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveRecord {
    pub version: u64,
    /// Who may see it and which repository it is of, as [`Watcher::seen`] has it.
    pub seen: String,
    /// Until when everybody may see it, in milliseconds since 1970: a day after GitHub last said so; 0 where it is not
    /// public.
    pub public_until_ms: u64,
    /// The whole record with the last operation, as `GET /api/fabrics/{id}` answers it to people who are signed in.
    pub text: String,
    /// The record alone, as everybody may read it.
    pub public_text: String,
}

/// What one socket is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketMessage<'a> {
    Record(&'a str),
    /// The end, with a code and its reason.
    End(u16, &'static str),
}

const AGAIN: SocketMessage<'_> = SocketMessage::End(CONNECT_AGAIN, "connect again");

/// What a socket is told after something may have changed, if anything; all were told the version `told`. One of which nothing
/// is known has to be opened anew.
pub fn news<'a>(
    now: Option<&'a LiveRecord>,
    told: Option<u64>,
    watcher: Option<&Watcher>,
    now_ms: u64,
) -> Option<SocketMessage<'a>> {
    let Some(now) = now else {
        return Some(SocketMessage::End(FABRIC_GONE, "the fabric was forgotten"));
    };
    let Some(watcher) = watcher else {
        return Some(AGAIN);
    };
    match now.message_for(watcher, now_ms) {
        SocketMessage::Record(_) if told == Some(now.version) => None,
        message => Some(message),
    }
}

/// When the first of these sockets ends by itself, after `now_ms`.
pub fn next_end_ms(
    now: &LiveRecord,
    watchers: impl Iterator<Item = Watcher>,
    now_ms: u64,
) -> Option<u64> {
    let ends = watchers.map(|watcher| now.ends_ms(&watcher));
    // Of what has ended already only the other side's answer is missing.
    ends.filter(|end_ms| *end_ms > now_ms).min()
}

impl LiveRecord {
    /// What a socket is told now.
    pub fn message_for(&self, watcher: &Watcher, now_ms: u64) -> SocketMessage<'_> {
        match watcher.until_ms {
            _ if !self.may_tell(watcher, now_ms) => AGAIN,
            Some(_) => SocketMessage::Record(&self.text),
            None => SocketMessage::Record(&self.public_text),
        }
    }

    /// Tells whether a socket may be told anything: nothing changed of who may see the fabric, and either everybody may or
    /// GitHub said lately that this person may.
    pub(super) fn may_tell(&self, watcher: &Watcher, now_ms: u64) -> bool {
        watcher.seen == self.seen && self.ends_ms(watcher) > now_ms
    }

    /// When a socket ends at the latest.
    fn ends_ms(&self, watcher: &Watcher) -> u64 {
        let right_ms = match watcher.is_reader {
            true => u64::MAX,
            false => self.public_until_ms,
        };
        right_ms.min(watcher.until_ms.unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_000;

    fn live() -> LiveRecord {
        LiveRecord {
            version: 7,
            seen: "public".to_owned(),
            public_until_ms: 2 * NOW,
            text: "with names".to_owned(),
            public_text: "without".to_owned(),
        }
    }

    fn watcher(until_ms: Option<u64>, is_reader: bool) -> Watcher {
        Watcher {
            until_ms,
            is_reader,
            seen: "public".to_owned(),
        }
    }

    #[test]
    fn what_changed_without_a_new_version_ends_sockets_and_is_not_told() {
        let mut now = live();
        for watcher in [watcher(None, false), watcher(Some(2 * NOW), true)] {
            assert_eq!(news(Some(&now), Some(7), Some(&watcher), NOW), None);
            now.seen = "private".to_owned();
            for told in [Some(7), Some(6), None] {
                assert_eq!(news(Some(&now), told, Some(&watcher), NOW), Some(AGAIN));
            }
            now.seen = "public".to_owned();
        }
        assert_eq!(
            news(Some(&now), Some(7), None, NOW),
            Some(AGAIN),
            "of which nothing is kept"
        );
    }

    #[test]
    fn each_is_told_what_it_may_know_until_its_right_ends() {
        let now = live();
        for (until_ms, is_reader, at_ms, told) in [
            (None, false, NOW, Some("without")),
            (None, false, 2 * NOW, None),
            (Some(3 * NOW), false, NOW, Some("with names")),
            (Some(3 * NOW), false, 2 * NOW, None),
            (Some(3 * NOW), true, 2 * NOW, Some("with names")),
            (Some(3 * NOW), true, 3 * NOW, None),
        ] {
            let expected = told.map_or(AGAIN, SocketMessage::Record);
            let watcher = watcher(until_ms, is_reader);
            assert_eq!(
                now.message_for(&watcher, at_ms),
                expected,
                "{watcher:?} at {at_ms}"
            );
            let end = next_end_ms(&now, std::iter::once(watcher), at_ms);
            assert_eq!(end.is_some(), told.is_some());
        }
    }
}
