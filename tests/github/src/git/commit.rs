//! Commits: who made them, when, and with which message.

use std::time::{SystemTime, UNIX_EPOCH};

use git2::{Commit, Oid, Repository, Signature, Time};

/// A name, an address and a moment, as commits record them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub name: String,
    pub email: String,
    /// Seconds since 1970.
    pub seconds: i64,
    pub offset_minutes: i32,
}

impl Person {
    /// Returns somebody who acts at this moment.
    pub fn now(name: impl Into<String>, email: impl Into<String>) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Person {
            name: name.into(),
            email: email.into(),
            seconds: since.map_or(0, |since| since.as_secs() as i64),
            offset_minutes: 0,
        }
    }

    /// Returns who a commit names.
    pub fn of(signature: &Signature<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Person {
            name: text(signature.name_bytes()),
            email: text(signature.email_bytes()),
            seconds: signature.when().seconds(),
            offset_minutes: signature.when().offset_minutes(),
        }
    }

    fn signature(&self) -> Result<Signature<'static>, git2::Error> {
        let time = Time::new(self.seconds, self.offset_minutes);
        Signature::new(&self.name, &self.email, &time)
    }
}

/// A commit to be written.
pub(crate) struct NewCommit<'a> {
    pub tree: Oid,
    pub parents: &'a [Oid],
    pub message: &'a str,
    pub author: &'a Person,
    pub committer: &'a Person,
}

/// Writes a commit object; no reference moves.
pub(crate) fn create(repo: &Repository, new: &NewCommit<'_>) -> Result<Oid, git2::Error> {
    let tree = repo.find_tree(new.tree)?;
    let parents = new
        .parents
        .iter()
        .map(|oid| repo.find_commit(*oid))
        .collect::<Result<Vec<Commit<'_>>, _>>()?;
    repo.commit(
        None,
        &new.author.signature()?,
        &new.committer.signature()?,
        new.message,
        &tree,
        &parents.iter().collect::<Vec<_>>(),
    )
}

/// Splits a message into its first line and the rest, as GitHub shows them.
pub(crate) fn headline_and_body(message: &str) -> (&str, &str) {
    let (headline, body) = message.split_once('\n').unwrap_or((message, ""));
    (headline, body.trim())
}
