//! Which fabrics a pull request touches: those of its base branch whose directories would have another id.

use shared::git::ObjectId;
use shared::names::{DirectoryPath, FabricId, FabricName};

use crate::api_error::ApiError;
use crate::github::{Github, ProposedMerge};
use crate::host::{Host, ObjectUnavailable};
use crate::objects::ask;
use crate::objects::repository::{Claim, RepositoryMessage, RepositoryReply};
use crate::repository_id::RepositoryId;

/// A fabric whose directory would change.
pub(super) struct Touched {
    pub fabric: FabricId,
    pub directory: DirectoryPath,
    /// None for fabrics from before names were reserved.
    pub name: Option<FabricName>,
}

/// The fabrics whose directories differ between two commits, in order of their ids: two messages, and a request for each
/// hundred fabrics of the branch.
pub(super) async fn touched<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    proposed: &ProposedMerge,
    [before, after]: [ObjectId; 2],
) -> Result<Vec<Touched>, ApiError> {
    let mut claims = claims(host, &proposed.repository).await?;
    claims.retain(|claim| claim.branch.as_str() == proposed.base);
    claims.sort_unstable_by(|one, other| {
        (&one.fabric, one.directory.as_str()).cmp(&(&other.fabric, other.directory.as_str()))
    });
    claims.dedup();
    let directories: Vec<&DirectoryPath> = claims.iter().map(|claim| &claim.directory).collect();
    let ids = github
        .directory_ids_at_both(&proposed.name, (before, after), &directories)
        .await?;
    let differs = claims
        .into_iter()
        .zip(ids)
        .filter(|(_, (before, after))| before != after);
    Ok(differs
        .map(|(claim, _)| Touched {
            fabric: claim.fabric,
            directory: claim.directory,
            name: claim.name,
        })
        .collect())
}

/// The claims of a repository, whichever of its node ids named the object that keeps them. Nothing is handed over for this.
async fn claims(
    host: &impl Host,
    repository: &RepositoryId,
) -> Result<Vec<Claim>, ObjectUnavailable> {
    let mut names = vec![repository.node_id.clone(), repository.old_node_id()];
    names.dedup();
    let mut all = Vec::new();
    while let Some(name) = names.pop() {
        match ask(host, &name, &RepositoryMessage::Claims).await? {
            RepositoryReply::Claims(claims) => all.extend(claims),
            // GitHub still names it so.
            RepositoryReply::HandedOver { successor } if !names.contains(&successor) => {
                names.push(successor);
            }
            _ => {}
        }
    }
    Ok(all)
}
