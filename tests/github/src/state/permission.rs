//! What a person may do with a repository.

use serde::{Deserialize, Serialize};

/// A repository role, weakest first, named as GitHub names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// May read and clone.
    Read,
    /// May also manage issues.
    Triage,
    /// May also push.
    Write,
    /// May also manage some settings.
    Maintain,
    /// May do everything.
    Admin,
}

impl Permission {
    /// Tells whether this role may push.
    pub fn can_push(self) -> bool {
        self >= Permission::Write
    }
}
