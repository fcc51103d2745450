//! What an App says about a commit.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A check run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRun {
    /// Counts the repository's check runs from 1.
    pub number: u64,
    /// The App that made it; no other may change it.
    pub app: u64,
    /// The commit.
    pub oid: String,
    /// What it checks; the newest of a name counts.
    pub name: String,
    pub external_id: Option<String>,
    pub details_url: Option<String>,
    /// `queued`, `in_progress` or `completed`.
    pub status: String,
    pub conclusion: Option<String>,
    /// RFC 3339, as is the next.
    pub started_at: String,
    pub completed_at: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    /// What is said of lines of files, in the order in which it came.
    #[serde(default)]
    pub annotations: Vec<Value>,
}
