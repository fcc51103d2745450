//! What a question about claims takes for so, since whoever only asks writes nothing.

use serde::{Deserialize, Serialize};
use shared::names::FabricId;

use super::{Claim, hand_over};

/// What the asker knows of claims, and the object that answers does not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Supposed {
    /// Fabrics that are no more, or would give way: whoever claims finds their places free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<FabricId>,
    /// The claims under the repository's older node id, where they were not handed over yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub had: Vec<Claim>,
}

impl Supposed {
    pub(super) fn is_nothing(&self) -> bool {
        self.gone.is_empty() && self.had.is_empty()
    }

    /// All claims as they would be.
    pub(super) fn applied_to(&self, mut here: Vec<Claim>) -> Vec<Claim> {
        let new: Vec<Claim> = hand_over::new_of(&self.had, &here).cloned().collect();
        here.extend(new);
        here.retain(|claim| !self.gone.contains(&claim.fabric));
        here.sort_by(|one, other| one.directory.cmp(&other.directory));
        here
    }
}
