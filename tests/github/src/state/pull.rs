//! Pull requests, as far as they are not read from git.

use serde::{Deserialize, Serialize};

/// A pull request between two branches, of one repository or of a fork and the repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// Counts the repository's pull requests from 1.
    pub number: u64,
    /// The first line.
    pub title: String,
    /// The rest, in Markdown.
    pub body: Option<String>,
    /// Who opened it.
    pub author: String,
    /// The branch with the change, without `refs/heads/`.
    pub head: String,
    /// The number of the fork whose branch `head` is; none where it is the repository's own.
    #[serde(default)]
    pub head_repository: Option<u64>,
    /// The branch that the change is meant for.
    pub base: String,
    /// The last commit of `head` that was seen; stays when the branch goes away.
    pub head_oid: String,
    /// Where `base` was when this was opened, or merged.
    pub base_oid: String,
    /// Open, closed or merged.
    pub state: PullState,
    /// Not ready to be merged.
    pub draft: bool,
    /// When it was opened, in seconds since 1970.
    pub created_at_s: i64,
    /// When it last changed.
    pub updated_at_s: i64,
    /// When it was closed or merged.
    pub closed_at_s: Option<i64>,
    /// The commit that merged it.
    pub merge_oid: Option<String>,
    pub merged_by: Option<String>,
    /// The commit that shows what merging would leave, as GitHub last made it: none where the two conflict.
    #[serde(default)]
    pub test_merge: Option<String>,
}

/// What has become of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullState {
    /// Neither closed nor merged.
    Open,
    /// Closed without being merged.
    Closed,
    /// Merged, by a button or because its commits reached the base branch.
    Merged,
}

impl PullState {
    /// Returns REST's word: a merged pull request is closed.
    pub fn word(self) -> &'static str {
        match self {
            PullState::Open => "open",
            PullState::Closed | PullState::Merged => "closed",
        }
    }
}
