//! What a share link opens. Its secret is the fabric's id, 128 bits that nobody else can derive, and a check under `SESSION_KEY`, all
//! in hexadecimal: Cloudflare's logs blank 32 such digits in a row. Only a hash of it is kept.
//!
//! A secret without a check that fits was made up, or is of a link from before there were checks, or before `SESSION_KEY` was rotated:
//! it reaches the object of a fabric only where the index knows that one.

use shared::names::FabricId;
use shared::record::FabricRecord;

use crate::access::{as_read, load};
use crate::api_error::ApiError;
use crate::digest::sha256;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply};
use crate::objects::index::{self, IndexMessage, IndexReply};
use crate::objects::shares::{ShareMessage, ShareReply};
use crate::session::{derive, derive_all};

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
    let (id, is_checked) = read(host, secret).ok_or(ApiError::NoFabric)?;
    if !is_checked && !is_listed(host, &id).await? {
        return Err(ApiError::NoFabric);
    }
    let open = ShareMessage::Open { hash: hash(secret) };
    let ShareReply::Shares(shares) = ask_shares(host, &id, open).await? else {
        return Err(ApiError::NoFabric);
    };
    let share = shares.into_iter().next().ok_or(ApiError::NoFabric)?;
    let record = as_read(host, load(host, &id).await?.record);
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
    let told = told(id, derive(host, RANDOM, operation.as_bytes())?);
    Ok(with_check(&told, derive(host, CHECK, &told)?))
}

/// What a secret tells besides its check.
fn told(id: &FabricId, random: [u8; 16]) -> Vec<u8> {
    [id.to_bytes(), random].concat()
}

fn with_check(told: &[u8], check: [u8; 16]) -> String {
    data_encoding::HEXLOWER.encode(&[told, &check].concat())
}

/// The secret of the link that an earlier request of the operation made, under whichever key, and by whichever version: what was
/// handed out stays good. None where there is no such link.
pub(crate) async fn secret_made(
    host: &impl Host,
    id: &FabricId,
    operation: &str,
) -> Result<Option<String>, ApiError> {
    for random in derive_all(host, RANDOM, operation.as_bytes()) {
        let told = told(id, random);
        let checked = derive_all(host, CHECK, &told).map(|check| with_check(&told, check));
        let before = format!("{id}{}", FabricId::from_bytes(random));
        for secret in checked.chain([before]) {
            let open = ShareMessage::Open {
                hash: hash(&secret),
            };
            if let ShareReply::Shares(_) = ask_shares(host, id, open).await? {
                return Ok(Some(secret));
            }
        }
    }
    Ok(None)
}

/// What is kept of a secret.
pub(crate) fn hash(secret: &str) -> String {
    sha256(secret)
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

/// What the random part of a secret is derived for.
const RANDOM: &str = "hedgerow share link";
/// What the check of a secret is derived for.
const CHECK: &str = "hedgerow share check";

/// The fabric that a well-formed secret is about, and whether the secret was surely made here.
fn read(host: &impl Host, secret: &str) -> Option<(FabricId, bool)> {
    // The form before: two texts like an id.
    if let Some((id, rest)) = secret.split_at_checked(26)
        && let (Ok(id), Ok(_)) = (FabricId::parse(id), FabricId::parse(rest))
    {
        return Some((id, false));
    }
    let bytes = data_encoding::HEXLOWER.decode(secret.as_bytes()).ok()?;
    let (told, check) = bytes.split_at_checked(32)?;
    let (id, _) = told.split_first_chunk::<16>()?;
    let is_checked = derive_all(host, CHECK, told).any(|derived| derived[..] == *check);
    (check.len() == 16).then(|| (FabricId::from_bytes(*id), is_checked))
}

/// Tells whether the index has a row for a fabric.
async fn is_listed(host: &impl Host, id: &FabricId) -> Result<bool, ApiError> {
    // Ids in order, from the text that all but its last letter is.
    let ids = IndexMessage::Ids {
        after: id.as_str().get(..25).unwrap_or_default().to_owned(),
        limit: 8,
        forgotten: false,
    };
    Ok(match ask(host, index::NAME, &ids).await? {
        IndexReply::Ids(ids) => ids.contains(id),
        _ => false,
    })
}
