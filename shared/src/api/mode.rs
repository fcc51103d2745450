//! How a change reaches the branch.

use serde::{Deserialize, Serialize};

/// How a change reaches the branch; on the wire `commit` (the default) or `pull_request`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteMode {
    /// One commit on the branch itself.
    #[default]
    Commit,
    /// One commit on `hedgerow/<fabric id>`, and a pull request for it.
    PullRequest,
}
