//! A write that was sent and whose outcome this tab has not seen, as the tab keeps it: nothing of it is secret. Its repeat is the
//! same write, because it carries the same body under the same key.

use serde::{Deserialize, Serialize};
use shared::api::CreateFabric;
use shared::git::blob_id;

/// How long after it was sent a write is repeated by itself, in milliseconds; later the person says so. The Worker keeps the
/// answer for longer than that.
const REPEATED_FOR_MS: i64 = 10 * 60 * 1000;

/// A write that was sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SentWrite {
    pub route: String,
    /// The body, byte for byte.
    pub body: String,
    /// Its `Idempotency-Key`.
    pub key: String,
    /// Whose page may repeat it by itself; nobody's where it is empty.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

impl SentWrite {
    /// Reads what is kept below a write's id: the write, or only its key, as 0.1.0 kept it.
    pub fn read(text: &str) -> Self {
        crate::json::from_str(text).unwrap_or_else(|_| Self {
            key: text.to_owned(),
            ..Self::default()
        })
    }

    /// Reads the commit of the create page as 0.1.0 kept it: without its key, which stood below the write's id.
    pub fn read_commit(text: &str, route: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Commit {
            login: String,
            at_ms: i64,
            body: CreateFabric,
        }
        let commit: Commit = crate::json::from_str(text).ok()?;
        Some(Self {
            route: route.to_owned(),
            body: serde_json::to_string(&commit.body).ok()?,
            key: String::new(),
            by: commit.login,
            at_ms: commit.at_ms,
        })
    }

    /// What the tab keeps it below. It is made of the route and the body, so writes that are under way at once do not mix,
    /// and another body never gets the key.
    pub fn id(&self) -> String {
        write_id(&self.route, &self.body)
    }

    /// Tells whether it may be repeated without asking: by the same person, and not long after.
    pub fn goes_on(&self, login: &str, now_ms: i64) -> bool {
        self.by == login && !self.is_old(now_ms)
    }

    /// Tells whether nobody has it repeated any more without being asked.
    pub fn is_old(&self, now_ms: i64) -> bool {
        !(0..REPEATED_FOR_MS).contains(&(now_ms - self.at_ms))
    }
}

/// The id of a write.
pub fn write_id(route: &str, body: &str) -> String {
    blob_id(format!("{route}\n{body}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_belongs_to_one_body() {
        assert_eq!(write_id("/a", "b"), write_id("/a", "b"));
        assert_ne!(write_id("/a", "b"), write_id("/a", "c"));
        assert_ne!(write_id("/a", "b"), write_id("/c", "b"));
        assert!(!write_id("/a", "secret").contains("secret"));
    }

    #[test]
    fn what_was_sent_goes_on_for_ten_minutes_and_for_its_sender() {
        let sent = SentWrite {
            by: "ada".into(),
            at_ms: 1_000,
            ..SentWrite::default()
        };
        assert!(sent.goes_on("ada", 61_000));
        assert!(!sent.goes_on("rhea", 61_000));
        assert!(!sent.goes_on("ada", 1_000 + REPEATED_FOR_MS));
        assert!(!sent.goes_on("ada", 0), "the clock was put back");
    }

    #[test]
    fn a_write_is_read_as_it_is_kept_and_as_earlier_versions_kept_it() {
        let sent = SentWrite {
            route: "/a".into(),
            body: "{}".into(),
            key: "k".into(),
            by: "ada".into(),
            at_ms: 7,
        };
        let text = serde_json::to_string(&sent).expect("it can be kept");
        assert_eq!(SentWrite::read(&text), sent);
        for key in ["88679ccdaf97c4d4222dbec7d7714b31", "12345678"] {
            assert_eq!(SentWrite::read(key).key, key);
        }
    }

    #[test]
    fn a_commit_of_an_earlier_version_has_the_id_below_which_its_key_stands() {
        let kept = include_str!("../../../tests/landed/0.1.0-e7a03ff/browser.json");
        let kept: serde_json::Value = serde_json::from_str(kept).expect("it is JSON");
        let session = &kept["commit"]["session"];
        let text = session["hedgerow-sent"].as_str().expect("it is kept");
        let sent = SentWrite::read_commit(text, "/api/fabrics").expect("it can be read");
        assert_eq!((sent.by.as_str(), sent.at_ms), ("ada", 1_795_961_443_498));
        assert!(session[format!("hedgerow-open-{}", sent.id())].is_string());
    }
}
