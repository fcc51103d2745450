//! Initialising the directory of a fabric that exists.

use shared::api::{ApprovedChange, FabricAnswer};
use shared::names::FabricId;
use shared::plan::PlanKind;
use shared::record::OperationKind;

use super::approve::Agreed;
use super::begin::begin;
use super::ids::Ids;
use super::resume::{answer, left_of};
use super::write_and_record::write_and_record;
use crate::api_error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::session::SignedIn;

/// Initialises the directory of an existing fabric; where everything is there already, no commit is made.
pub(crate) async fn initialise<H: Host>(
    host: &H,
    person: &SignedIn,
    id: &FabricId,
    change: ApprovedChange,
    ids: &Ids,
) -> Result<FabricAnswer, ApiError> {
    let left = left_of(host, person, id, ids).await?;
    if let Some(entry) = left.over(change.mode) {
        return answer(host, person, id, entry).await;
    }
    let begun = begin(host, person, id, OperationKind::Initialize, (ids, &left)).await?;
    let github = Github::new(host, &person.token);
    let target = begun.target(&github, change.mode).await?;
    let mut agreed = Agreed::new(change, target, PlanKind::Layout);
    let (branch_snapshot, plan) = begun.approve(host, (person, &github), &mut agreed).await?;
    Ok(write_and_record(
        host,
        (person, &github),
        &begun.task(),
        &agreed,
        (branch_snapshot, plan),
        None,
    )
    .await?)
}
