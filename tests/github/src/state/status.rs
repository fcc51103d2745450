//! What others say about a commit.

use serde::{Deserialize, Serialize};

/// A commit status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The commit.
    pub oid: String,
    /// `error`, `failure`, `pending` or `success`.
    pub state: String,
    /// Where to read more.
    pub target_url: Option<String>,
    /// One line.
    pub description: Option<String>,
    /// Which check this is about; the newest of a context counts.
    pub context: String,
    /// Who said it.
    pub creator: String,
    /// When, in seconds since 1970.
    pub at_s: i64,
}
