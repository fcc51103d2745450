//! Who may see a fabric, as far as the branch that was read tells.

use shared::names::FabricId;
use shared::record::{FabricRecord, Visibility};

use crate::access::keep_visibility;
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Repository};
use crate::host::Host;

/// Who may see a fabric of this repository.
pub(super) fn visibility(repository: &Repository) -> Visibility {
    match repository.is_private {
        true => Visibility::Private,
        false => Visibility::Public,
    }
}

/// Keeps what GitHub said just now about who may see the repository, before anything new is told of its fabric; a draft is
/// none once a write was agreed on. Gives the record as it is then.
pub(super) async fn confirm_visibility(
    host: &impl Host,
    id: &FabricId,
    branch_snapshot: &BranchSnapshot,
) -> Result<Option<FabricRecord>, ApiError> {
    let repository = &branch_snapshot.repository;
    keep_visibility(host, id, visibility(repository), Some(&repository.id)).await
}
