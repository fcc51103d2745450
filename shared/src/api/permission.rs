//! What a person may do with a fabric: `GET /api/fabrics/{id}/permission`.

use serde::{Deserialize, Serialize};

use super::Permission;

/// What the caller may do in a fabric's repository, as GitHub says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionAnswer {
    /// What the person may do.
    pub permission: Permission,
    /// Whether the repository is archived, so that nobody can write.
    #[serde(default)]
    pub archived: bool,
}
