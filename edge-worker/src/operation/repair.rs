//! Repairing a fabric's directory.

use shared::api::{RepairFabric, Repaired};
use shared::change_set::FileChange;
use shared::names::FabricId;
use shared::plan::{Plan, PlanKind};
use shared::record::{OperationKind, OperationOutcome};

use super::approve::Agreed;
use super::begin::begin;
use super::ids::Ids;
use super::resume::{answer, left_of};
use super::write_and_record::write_and_record;
use crate::api_error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::session::SignedIn;

/// Adds what is missing and restores the product's own file; with `force` also texts that somebody edited. What stands
/// where it does not belong stays, or moves as the person decided. One commit.
pub(crate) async fn repair<H: Host>(
    host: &H,
    person: &SignedIn,
    id: &FabricId,
    body: RepairFabric,
    ids: &Ids,
) -> Result<Repaired, ApiError> {
    let RepairFabric {
        change,
        unexpected,
        archive_date,
    } = body;
    let left = left_of(host, person, id, ids).await?;
    if let Some(entry) = left.over(change.mode) {
        // What it overwrote is in the parent of its commit.
        return Ok(Repaired {
            fabric: answer(host, person, id, entry).await?,
            before: None,
            before_commit: None,
            overwritten: Vec::new(),
        });
    }
    let begun = begin(host, person, id, OperationKind::Repair, (ids, &left)).await?;
    let github = Github::new(host, &person.token);
    let target = begun.target(&github, change.mode).await?;
    let kind = PlanKind::Repair(unexpected, archive_date);
    let mut agreed = Agreed::new(change, target, kind);
    let (branch_snapshot, plan) = begun.approve(host, (person, &github), &mut agreed).await?;
    let overwritten = overwritten(&plan);
    let loses = !overwritten.is_empty() || plan.changes.deletions().next().is_some();
    let before = plan.approval.head.filter(|_| loses);
    let before_commit = branch_snapshot.head_commit.clone();
    let fabric = write_and_record(
        host,
        (person, &github),
        &begun.task(),
        &agreed,
        (branch_snapshot, plan),
        None,
    )
    .await?;
    let is_done = fabric
        .operation
        .as_ref()
        .is_some_and(|entry| entry.outcome == OperationOutcome::Committed);
    Ok(Repaired {
        fabric,
        before: before.filter(|_| is_done),
        before_commit: before_commit.filter(|commit| is_done && before == Some(commit.id)),
        overwritten: if is_done { overwritten } else { Vec::new() },
    })
}

/// The files that the plan puts in place of others.
fn overwritten(plan: &Plan) -> Vec<String> {
    let files = plan.diff.files.iter();
    files
        .filter(|file| file.current.is_some())
        .map(|file| file.path.clone())
        .filter(|path| matches!(plan.changes.get(path), Some(FileChange::Write { .. })))
        .collect()
}
