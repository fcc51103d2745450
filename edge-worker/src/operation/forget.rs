//! Forgetting a fabric: what it has reserved, and its record.

use shared::api::Forgotten;
use shared::names::FabricId;
use shared::record::DirectoryStatus;

use super::claim::claims_follow;
use super::ids::Ids;
use super::resume::is_forgotten_by;
use crate::access::{load, require_push};
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply};
use crate::objects::repository::PreviousClaim;
use crate::repository_id::RepositoryId;
use crate::session::SignedIn;

/// Forgets a fabric and leaves its files. Only people who may push may do so: the person who made the record may have left.
pub(crate) async fn forget_record<H: Host>(
    host: &H,
    person: &SignedIn,
    id: &FabricId,
    ids: &Ids,
) -> Result<Forgotten, ApiError> {
    let forgotten = Forgotten {
        fabric: id.clone(),
        operation: None,
        commit_url: None,
    };
    if is_forgotten_by(host, id, ids).await? {
        return Ok(forgotten);
    }
    let fabric = load(host, id).await?;
    let repository = require_push(host, person, &fabric).await?;
    if fabric.record.gitops_directory_status == DirectoryStatus::Initializing {
        // Its commit would belong to no fabric.
        return Err(ApiError::Busy);
    }
    forget(host, repository.as_ref(), id, ids).await?;
    Ok(forgotten)
}

/// Forgets a fabric, then what it has reserved, if it has anything: a claim that is left behind leads to no fabric and is
/// given up when somebody asks for the same, but a fabric without its claim would share its directory.
///
/// # Errors
/// [`ApiError::Busy`] while another operation is under way: what it commits would belong to no fabric.
pub(super) async fn forget(
    host: &impl Host,
    repository: Option<&RepositoryId>,
    id: &FabricId,
    ids: &Ids,
) -> Result<(), ApiError> {
    forget_unless(host, repository, id, ids, false).await
}

/// Takes a creation back that was refused. A fabric to which somebody else wrote meanwhile stays.
pub(super) async fn take_back(
    host: &impl Host,
    repository: Option<&RepositoryId>,
    id: &FabricId,
    ids: &Ids,
) -> Result<(), ApiError> {
    match forget_unless(host, repository, id, ids, true).await {
        Err(ApiError::Busy) => Ok(()),
        other => other,
    }
}

async fn forget_unless(
    host: &impl Host,
    repository: Option<&RepositoryId>,
    id: &FabricId,
    ids: &Ids,
    takes_back: bool,
) -> Result<(), ApiError> {
    let forget = FabricMessage::ForgetFor {
        operation: ids.operation.clone(),
        now_ms: host.now_ms(),
        takes_back,
    };
    if ask(host, id.as_str(), &forget).await? == FabricReply::Busy {
        return Err(ApiError::Busy);
    }
    if let Some(repository) = repository {
        claims_follow(
            host,
            &repository.into(),
            id,
            (Vec::new(), PreviousClaim::Keep),
        )
        .await?;
    }
    Ok(())
}
