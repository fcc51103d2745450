//! Who may see a fabric's record.

use shared::names::FabricId;
use shared::record::{FabricRecord, HistoryEntry};

use crate::error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply, Intent};

/// A fabric as its object knows it.
#[allow(dead_code, reason = "who may see a fabric is judged by them next")]
pub(crate) struct Fabric {
    /// The record.
    pub record: FabricRecord,
    /// GitHub's number of who created it.
    pub creator: u64,
    /// The last operation.
    pub last: Option<HistoryEntry>,
    /// Operations whose outcome nobody knows yet.
    pub unsettled: Vec<Intent>,
    /// GitHub's node id of the repository, once known.
    pub repository: Option<String>,
    /// When GitHub last said who may see the repository, in milliseconds since 1970.
    pub confirmed_ms: Option<u64>,
}

/// Asks a fabric's object; whether the person may see the answer is the caller's to check.
pub(crate) async fn load(host: &impl Host, id: &FabricId) -> Result<Fabric, ApiError> {
    match ask(
        host,
        id.as_str(),
        &FabricMessage::Get {
            now_ms: host.now_ms(),
        },
    )
    .await?
    {
        FabricReply::Record {
            record,
            creator,
            last,
            unsettled,
            repository,
            confirmed_ms,
        } => Ok(Fabric {
            record: *record,
            creator,
            last,
            unsettled,
            repository,
            confirmed_ms,
        }),
        _ => Err(ApiError::NoFabric),
    }
}
