//! Share links: a private fabric's state for anyone with the link.

use serde::{Deserialize, Serialize};

use crate::record::{CheckState, DirectoryStatus, FabricRecord};

/// The body of `POST /api/fabrics/{id}/shares`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NewShare {
    /// Whether only state and time are shown: no name, no repository, no path.
    pub redacted: bool,
    /// What the link is for, in a few words; at most 100 characters.
    pub note: String,
}

/// A share link as its fabric keeps it. The secret is not in it: only its hash is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// With which the link is revoked.
    pub id: String,
    /// Whether only state and time are shown.
    pub redacted: bool,
    /// What the link is for.
    pub note: String,
    /// The login of who made it.
    pub created_by: String,
    /// When; RFC 3339, UTC.
    pub created_at: String,
}

/// The answer of `POST /api/fabrics/{id}/shares`: the only time that the address is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedShare {
    /// The link.
    #[serde(flatten)]
    pub share: Share,
    /// Its address.
    pub url: String,
}

/// The answer of `GET /api/fabrics/{id}/shares`, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharesAnswer {
    /// The links that are not revoked.
    pub shares: Vec<Share>,
}

/// The answer of `GET /api/shares/{secret}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedFabric {
    /// The state of the directory.
    pub gitops_directory_status: DirectoryStatus,
    /// Whether the state is known to be current.
    pub check: CheckState,
    /// When GitHub was last asked.
    pub checked_at: Option<String>,
    /// When the directory was last seen to hold the layout.
    pub last_directory_sync: Option<String>,
    /// The whole record; null if the link shows state and time only.
    pub record: Option<FabricRecord>,
}

impl SharedFabric {
    /// What a link shows of a record.
    pub fn new(record: &FabricRecord, redacted: bool) -> Self {
        Self {
            gitops_directory_status: record.gitops_directory_status,
            check: record.check.state,
            checked_at: record.checked_at.clone(),
            last_directory_sync: record.last_directory_sync.clone(),
            record: (!redacted).then(|| record.clone()),
        }
    }
}
