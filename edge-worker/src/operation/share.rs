//! What a share link opens. Its secret is the fabric's id and 128 random bits; only a hash of it is kept.

use sha2::{Digest, Sha256};
use shared::names::FabricId;
use shared::record::FabricRecord;

use crate::access::{load, oldest_current};
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply};
use crate::objects::shares::{ShareMessage, ShareReply};
use crate::session::derive;

/// What somebody with a share link may see.
pub(crate) struct Shared {
    pub record: FabricRecord,
    /// Whether only its state and times may be shown.
    pub redacted: bool,
}

/// Opens a share link.
///
/// # Errors
/// [`ApiError::NoFabric`] where the secret is none, or its link was revoked.
pub(crate) async fn open_share(host: &impl Host, secret: &str) -> Result<Shared, ApiError> {
    let id = fabric_of(secret).ok_or(ApiError::NoFabric)?;
    let open = ShareMessage::Open { hash: hash(secret) };
    let ShareReply::Shares(shares) = ask_shares(host, &id, open).await? else {
        return Err(ApiError::NoFabric);
    };
    let share = shares.into_iter().next().ok_or(ApiError::NoFabric)?;
    let record = load(host, &id).await?.record.as_of(&oldest_current(host));
    Ok(Shared {
        record,
        redacted: share.redacted,
    })
}

/// The secret of the link that an operation makes: a repeat makes the same, and nobody else can.
pub(crate) fn secret_of(
    host: &impl Host,
    id: &FabricId,
    operation: &str,
) -> Result<String, ApiError> {
    let bytes = derive(host, "hedgerow share link", operation.as_bytes())?;
    Ok(format!("{id}{}", FabricId::from_bytes(bytes)))
}

/// What is kept of a secret.
pub(crate) fn hash(secret: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// Asks a fabric's object about its share links.
pub(crate) async fn ask_shares(
    host: &impl Host,
    id: &FabricId,
    message: ShareMessage,
) -> Result<ShareReply, ApiError> {
    match ask(host, id.as_str(), &FabricMessage::Shares(message)).await? {
        FabricReply::Shares(reply) => Ok(reply),
        _ => Err(ApiError::NoFabric),
    }
}

/// The fabric that a well-formed secret is about.
fn fabric_of(secret: &str) -> Option<FabricId> {
    let (id, rest) = secret.split_at_checked(26)?;
    FabricId::parse(rest).ok()?;
    FabricId::parse(id).ok()
}
