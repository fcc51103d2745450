//! Who may see a fabric's record.

use shared::names::FabricId;
use shared::record::{FabricRecord, HistoryEntry, Visibility};

use crate::error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply, Intent};
use crate::request::Request;
use crate::session::signed_in;

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

/// A fabric as the person who asks may read it.
pub(crate) struct Readable {
    /// The record.
    pub record: FabricRecord,
    /// The last operation; only whoever is signed in learns who did what.
    pub last: Option<HistoryEntry>,
    /// Whether a person who is signed in reads it, rather than everybody.
    pub by_person: bool,
}

/// Reads a fabric's record: for whoever is signed in from its object, for others the public copy.
///
/// # Errors
/// [`ApiError::NoFabric`] also where the person may not see the fabric: both answers are the same.
pub(crate) async fn readable(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Readable, ApiError> {
    let person = match signed_in(host, request).await {
        Ok(person) => person,
        Err(ApiError::SignedOut) => {
            return Ok(Readable {
                record: public_copy(host, id).await?,
                last: None,
                by_person: false,
            });
        }
        Err(error) => return Err(error),
    };
    let fabric = load(host, id).await?;
    let may_see = match fabric.record.visibility {
        Visibility::Public => true,
        Visibility::Draft => fabric.creator == person.user.id,
        Visibility::Private => {
            Github::new(host, &person.token)
                .can_read(&fabric.record.git_repository)
                .await?
        }
    };
    if !may_see {
        return Err(ApiError::NoFabric);
    }
    Ok(Readable {
        record: fabric.record,
        last: fabric.last,
        by_person: true,
    })
}

/// The record that everybody may read.
///
/// # Errors
/// [`ApiError::NoFabric`] where there is none.
pub(crate) async fn public_copy(host: &impl Host, id: &FabricId) -> Result<FabricRecord, ApiError> {
    let text = host
        .public_copy(id.as_str())
        .await
        .ok_or(ApiError::NoFabric)?;
    let record: FabricRecord = serde_json::from_str(&text).map_err(|_| ApiError::NoFabric)?;
    if record.visibility != Visibility::Public {
        return Err(ApiError::NoFabric);
    }
    Ok(record)
}
