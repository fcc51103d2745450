//! Whose commit it is, when it was made, and what it says of itself.

use serde::{Deserialize, Serialize};

use super::ObjectId;
use crate::quote::sentence::Name;
use crate::timestamp::readable;

/// A commit as GitHub tells of it. Author and subject are whatever its author wrote; an e-mail address is no author's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitFacts {
    /// The commit.
    pub id: ObjectId,
    /// The name of its author, or the login where that name is none to show.
    pub author: Option<String>,
    /// The first line of its message.
    pub subject: String,
    /// When it was made, RFC 3339.
    pub time: Option<String>,
    /// Where to see it.
    pub url: Option<String>,
    /// Its first parent, which still has what it deleted.
    pub parent: Option<ObjectId>,
}

impl CommitFacts {
    /// What an author is called in public: the name in the commit, unless that is empty or has the sign of an address; then
    /// the login of the account on GitHub, where there is one.
    pub fn author_of(name: Option<&str>, login: Option<&str>) -> Option<String> {
        let shown = |name: &&str| !name.trim().is_empty() && !name.contains('@');
        let name = name.filter(shown).or(login.filter(shown))?;
        Some(name.chars().take(200).collect())
    }

    /// The commit as part of a message: its id, author, subject and time.
    pub fn words(&self) -> String {
        let author = match &self.author {
            Some(author) => format!(" by {}", Name(author)),
            None => String::new(),
        };
        let time = match &self.time {
            Some(time) => format!(" of {}", readable(time)),
            None => String::new(),
        };
        let subject = match self.subject.is_empty() {
            true => String::new(),
            false => format!(" ({})", Name(&self.subject)),
        };
        format!("commit {}{author}{subject}{time}", Name(&self.id.short()))
    }
}
