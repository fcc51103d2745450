//! The parts of GitHub's REST answers that a check needs.

use serde::Deserialize;

use crate::git::ObjectId;
use crate::snapshot::Head;

/// `GET /repos/{owner}/{repo}/branches/{branch}`
#[derive(Deserialize)]
pub(super) struct BranchAnswer {
    /// GitHub answers under the new name where a branch was renamed.
    pub(super) name: String,
    commit: Commit,
}

#[derive(Deserialize)]
struct Commit {
    sha: ObjectId,
    commit: Inner,
}

#[derive(Deserialize)]
struct Inner {
    tree: TreeId,
}

#[derive(Deserialize)]
struct TreeId {
    sha: ObjectId,
}

/// The body of an error.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    pub(super) message: String,
}

impl BranchAnswer {
    pub(super) fn head(&self) -> Head {
        Head {
            commit: self.commit.sha,
            tree: self.commit.commit.tree.sha,
        }
    }
}
