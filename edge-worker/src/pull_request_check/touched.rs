//! Which fabrics a pull request touches: those of its base branch whose directories would have another id.

use shared::git::ObjectId;
use shared::names::{DirectoryPath, FabricId, FabricName};

use crate::api_error::ApiError;
use crate::deliveries::claims_of;
use crate::github::{Github, ProposedMerge};
use crate::host::Host;

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
    let mut claims = claims_of(host, proposed.repository.number).await?;
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
