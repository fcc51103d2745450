//! What a person saw and agreed to.

use serde::{Deserialize, Serialize};

use crate::git::ObjectId;

/// The start and the result that a person approved: `{"head": "…" | null, "tree": "…"}`.
///
/// Both together say what was approved: an equal result alone could hide a change that somebody made in between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The head that the diff was made against: the branch's or, where that begins anew, its base's; null for an empty
    /// repository.
    pub head: Option<ObjectId>,
    /// The id of the fabric's directory after the commit; at `/`, that of a tree with only its three roots.
    pub tree: ObjectId,
    /// What the fabric's branch begins from, where it did not exist; absent where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseBranch>,
}

/// A branch that another one would begin from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseBranch {
    /// The branch; the repository's default branch unless a pull request is prepared.
    pub branch: String,
    /// Its head.
    pub head: ObjectId,
}

impl Approval {
    /// The same for a fabric's `branch` that begins from `base`. A base that is the fabric's own branch, as that of a
    /// proposal's branch, begins nothing anew.
    #[must_use]
    pub fn beginning(self, branch: &str, base: Option<&BaseBranch>) -> Self {
        Self {
            base: base.filter(|base| base.branch != branch).cloned(),
            ..self
        }
    }
}
