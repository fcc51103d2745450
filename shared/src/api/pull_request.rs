//! Pull requests on the wire.

use serde::{Deserialize, Serialize};

use crate::report::Report;

/// The body of `POST /api/fabrics/{id}/validate-gitops`, which may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidateGitops {
    /// What was deleted was meant, as far as this version of the record told it; needs push permission.
    #[serde(default)]
    pub deletions_meant_until: Option<u64>,
}

/// The answer of `POST /api/fabrics/{id}/validate-gitops`: the report and, where the fabric had an open pull request,
/// what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidateAnswer {
    /// What the branch was found to hold.
    #[serde(flatten)]
    pub report: Report,
    /// What became of the pull request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<PullRequestNotice>,
}

/// What became of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequestNotice {
    /// Where to see it.
    pub url: String,
    /// Whether it still waits.
    pub state: PullRequestEnd,
}

/// Whether a pull request waits, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PullRequestEnd {
    /// It waits.
    Open,
    /// It was merged; what the branch holds is what the report says.
    Merged,
    /// It was closed without being merged.
    Closed,
}
