//! What a person may do with a fabric: `GET /api/fabrics/{id}/permission`.

use serde::{Deserialize, Serialize};

use super::Permission;

/// What whoever asks may do in a fabric's repository, as GitHub says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionAnswer {
    /// What the person may do.
    pub permission: Permission,
    /// Whether nobody may write, since the repository is archived.
    #[serde(default)]
    pub archived: bool,
}
