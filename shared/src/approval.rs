//! What a person saw and agreed to.

use serde::{Deserialize, Serialize};

use crate::git::ObjectId;

/// The start and the result that a person approved: `{"head": "…" | null, "tree": "…"}`.
///
/// Both together say what was approved: an equal result alone could hide a change that somebody made in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The branch's head that the diff was made against; null for an empty repository or a missing branch.
    pub head: Option<ObjectId>,
    /// The id of the fabric's directory after the commit; at `/`, that of a tree with only its three roots.
    pub tree: ObjectId,
}
