//! Putting a fabric of a backup back.

use shared::names::FabricId;

use super::repository_claims::ask_about_claims;
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricBackup, FabricMessage, FabricReply};
use crate::objects::repository::{Claim, PreviousClaim, RepositoryMessage, RepositoryReply};

/// Reserves a fabric's directory and keeps the fabric; or says why that cannot be.
pub(crate) async fn restore(
    host: &impl Host,
    fabric: FabricBackup,
) -> Result<Result<bool, String>, ApiError> {
    let id: FabricId = fabric.record.id.clone();
    match reserve(host, &fabric).await? {
        RepositoryReply::Taken { by, .. } => {
            return Ok(Err(format!(
                "fabric {} has its directory or name now",
                by.fabric
            )));
        }
        RepositoryReply::Full => {
            return Ok(Err("its repository has too many fabrics".to_owned()));
        }
        _ => {}
    }
    let import = FabricMessage::Import {
        fabric: Box::new(fabric.clone()),
    };
    let is_new = ask(host, id.as_str(), &import).await? == FabricReply::Nothing;
    if is_new {
        // Until there was a record, others who wanted the same took the claim for that of a fabric which no longer exists.
        reserve(host, &fabric).await?;
    }
    Ok(Ok(is_new))
}

/// Reserves a fabric's directory and name, where its repository is known.
async fn reserve(host: &impl Host, fabric: &FabricBackup) -> Result<RepositoryReply, ApiError> {
    let record = &fabric.record;
    let Some(node_id) = &fabric.repository.node_id else {
        return Ok(RepositoryReply::Granted);
    };
    let claim = Claim {
        fabric: record.id.clone(),
        branch: record.branch.clone(),
        directory: record.gitops_directory.clone(),
        name: Some(record.name.clone()),
    };
    let previous = PreviousClaim::Release;
    let claim = RepositoryMessage::Claim {
        claim,
        previous,
        is_restored: true,
    };
    Ok(match fabric.repository.id() {
        Some(repository) => ask_about_claims(host, &repository, claim).await?,
        // What is not one of GitHub's node ids is a name like any other.
        None => ask(host, node_id, &claim).await?,
    })
}
