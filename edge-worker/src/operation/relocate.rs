//! Moving a fabric's directory, renaming the fabric, or both.

use shared::api::{ChangeFabric, FabricAnswer, FabricChange, WriteMode};
use shared::approval::Approval;
use shared::fabric::FabricSpec;
use shared::names::FabricId;
use shared::plan::{self, RelocateError, RootPlan};
use shared::quote::commit_message::name;
use shared::record::{OperationKind, OperationOutcome};
use shared::snapshot::Snapshot;

use super::approve::require_writable;
use super::begin::begin;
use super::claim::{claim, claims_follow};
use super::follow_branch::follow_branch;
use super::full_scan::list_contents;
use super::ids::Ids;
use super::report::report_after_write;
use super::resume::{answer, left_of};
use super::root_write::{RootOutcome, RootWrite, approved_root};
use super::task::Task;
use super::visibility::confirm_visibility;
use super::write_error::WriteError;
use super::writer::{Change, Over, Seen, Submission};
use crate::access::{load, require_token_to_write};
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage, FabricReply, Place};
use crate::objects::repository::{Ground, PreviousClaim};
use crate::repository_id::RecordedRepository;
use crate::session::SignedIn;

/// Renames a fabric, moves its directory, or both, in one commit that is approved by the repository's root tree. Where
/// nothing is on the branch yet, only the record changes.
pub(crate) async fn relocate<H: Host>(
    host: &H,
    person: &SignedIn,
    id: &FabricId,
    ChangeFabric { to, approval }: ChangeFabric,
    ids: &Ids,
) -> Result<FabricAnswer, ApiError> {
    if to.branch.is_some() {
        return Box::pin(follow_branch(host, person, id, (&to, &approval), ids)).await;
    }
    let left = left_of(host, person, id, ids).await?;
    if let Some(entry) = left.over(WriteMode::Commit) {
        return answer(host, person, id, entry).await;
    }
    let begun = begin(host, person, id, OperationKind::Change, (ids, &left)).await?;
    let from = begun.spec.clone();
    let to = begun
        .refuse_unsettled_move()
        .and_then(|()| relocated(&from, &to));
    let to = match to {
        Ok(to) => to,
        Err(error) => return Err(begun.refused(host, person, error).await),
    };
    let github = Github::new(host, &person.token);
    let (branch_snapshot, snapshot) = match read_both(&github, &from, &to).await {
        Err(error) => return Err(begun.hide_existence(&github, error).await),
        Ok(both) => both,
    };
    begun.same_repository(&branch_snapshot)?;
    require_writable(&branch_snapshot, WriteMode::Commit)?;
    let plan = plan_relocation(&from, &to, &snapshot)?;
    approved_root(&plan, &approval, to.gitops_directory.as_str())?;
    if plan.changes.is_empty() {
        require_token_to_write(host, person, &from.git_repository).await?;
    }
    confirm_visibility(host, id, &branch_snapshot).await?;
    let claimed = (Ground::New, PreviousClaim::Keep);
    claim(host, &branch_snapshot, &to, id, claimed).await?;
    let task = begun.task();
    if plan.changes.is_empty() {
        return relocate_record(host, &github, &task, &branch_snapshot, (&to, ids)).await;
    }
    let submission = Submission {
        person,
        github: &github,
        task: &task,
        branch: branch_snapshot,
        whole: Some(snapshot),
        claim: None,
        change: Change::Relocation {
            to: Box::new(to),
            approval,
        },
    };
    match Box::pin(submission.carried_out(host)).await {
        Over::Recorded(answer) => Ok(*answer),
        Over::Refused(error) | Over::Unrecorded(error) => Err(error),
        Over::Removed(..) | Over::NotClaimed => Err(ApiError::ForgottenMeanwhile),
    }
}

/// Moves what is on the branch as it was approved, in the turn of the write.
pub(super) async fn carry_out_relocation<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    task: &Task<'_>,
    seen: Option<Box<Seen>>,
    (to, approval): (&FabricSpec, &Approval),
) -> Result<FabricAnswer, ApiError> {
    let (branch_snapshot, snapshot) = match seen.map(|seen| (seen.branch, seen.whole)) {
        Some((branch_snapshot, Some(whole))) => (branch_snapshot, whole.0),
        _ => read_both(github, task.spec, to).await?,
    };
    require_writable(&branch_snapshot, WriteMode::Commit)?;
    let plan = plan_relocation(task.spec, to, &snapshot)?;
    approved_root(&plan, approval, to.gitops_directory.as_str())?;
    let seen = (&branch_snapshot, &snapshot);
    relocate_directory(host, github, task, seen, &plan, to).await
}

/// Moves what is on the branch, then the record.
async fn relocate_directory<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    task: &Task<'_>,
    (branch_snapshot, snapshot): (&BranchSnapshot, &Snapshot),
    plan: &RootPlan,
    to: &FabricSpec,
) -> Result<FabricAnswer, ApiError> {
    let (id, from) = (task.fabric, task.spec);
    let repository = RecordedRepository::from(&branch_snapshot.repository.id);
    let headline = headline(from, to);
    let write = RootWrite {
        github,
        task,
        branch_snapshot,
        plan,
        headline: &headline,
        becomes: Some(to),
    };
    let (seen, known) = match write.commit_and_record(host).await {
        Ok(RootOutcome::Committed(seen, known)) => (seen, known),
        Ok(RootOutcome::Failed(error)) => {
            // While the outcome is not known, both directories stay claimed until a validation.
            if error != WriteError::Unconfirmed {
                claims_follow(
                    host,
                    &repository,
                    id,
                    (vec![to.clone()], PreviousClaim::Keep),
                )
                .await?;
            }
            let fabric = load(host, id).await?;
            return Ok(FabricAnswer {
                record: fabric.record,
                operation: fabric.last,
            });
        }
        Err(refusal) => {
            claims_follow(
                host,
                &repository,
                id,
                (vec![to.clone()], PreviousClaim::Keep),
            )
            .await?;
            return Err(refusal);
        }
    };
    let rename = FabricMessage::Rename {
        spec: Box::new(to.clone()),
        operation: task.operation.to_owned(),
        from: Some(Place::of(from)),
        found: None,
    };
    match ask(host, id.as_str(), &rename).await? {
        FabricReply::Unknown => return Err(ApiError::NoFabric),
        // It was taken for dead. What is kept of the move gives the fabric its place, and may have done so already.
        FabricReply::Busy if !Place::of(to).is_of(&load(host, id).await?.record) => {
            return Err(ApiError::Busy);
        }
        _ => {}
    }
    // The rename may have been an earlier request's, which died.
    let previous = match task.may_have_happened {
        true => PreviousClaim::Release,
        false => PreviousClaim::Keep,
    };
    claims_follow(host, &repository, id, (vec![from.clone()], previous)).await?;
    let after = plan.changes.snapshot_after(snapshot);
    let after = after.map_err(|error| ApiError::CannotArrange(error.to_string()))?;
    let event = match plan.tree {
        Some(tree) => Event::Committed {
            head: seen.id,
            tree,
            url: Some(seen.url),
            report: report_after_write(
                host,
                github,
                (id, known.as_deref()),
                (from, to),
                branch_snapshot,
                (&after, seen.id, tree),
            )
            .await,
        },
        None => Event::Nothing,
    };
    let outcome = (OperationOutcome::Committed, Some(seen.id));
    let entry = task.entry(host, github.requests(), outcome);
    let task = Task { spec: to, ..*task };
    task.finish(host, entry, event).await
}

/// The fabric with its new name and directory.
pub(super) fn relocated(from: &FabricSpec, to: &FabricChange) -> Result<FabricSpec, ApiError> {
    let mut input = from.to_input();
    if let Some(name) = &to.name {
        input.name.clone_from(name);
    }
    if let Some(directory) = &to.gitops_directory {
        input.gitops_directory.clone_from(directory);
    }
    FabricSpec::parse(&input).map_err(ApiError::Fields)
}

/// Reads both places at one head, and everything in the old one: one query where only the name changes, else two, and
/// what the old directory needs to be known whole.
pub(super) async fn read_both<H: Host>(
    github: &Github<'_, H>,
    from: &FabricSpec,
    to: &FabricSpec,
) -> Result<(BranchSnapshot, Snapshot), ApiError> {
    let (repo, branch) = (&from.git_repository, &from.branch);
    let (old, new) = (&from.gitops_directory, &to.gitops_directory);
    let branch_snapshot = github.read(repo, branch, old, None).await?;
    let snapshot = branch_snapshot.snapshot.clone();
    if old == new {
        return Ok((branch_snapshot, snapshot));
    }
    let other = github.read(repo, branch, new, None).await?;
    if other.repository.id != branch_snapshot.repository.id
        || other.snapshot.head() != snapshot.head()
    {
        return Err(ApiError::HeadMoved);
    }
    let mut contents = list_contents(github, from, &branch_snapshot).await?;
    contents.extend(other.snapshot.listings().clone());
    let snapshot = snapshot
        .with_listings(contents)
        .map_err(|_| ApiError::HeadMoved)?;
    Ok((branch_snapshot, snapshot))
}

/// The plan of a move.
pub(super) fn plan_relocation(
    from: &FabricSpec,
    to: &FabricSpec,
    snapshot: &Snapshot,
) -> Result<RootPlan, ApiError> {
    plan::relocate(from, to, snapshot).map_err(|error| match error {
        RelocateError::Occupied(path) | RelocateError::NoDirectory(path) if path.is_empty() => {
            ApiError::CannotArrange("something is in the way".to_owned())
        }
        error => ApiError::CannotArrange(error.to_string()),
    })
}

/// Nothing is on the branch that would have to change.
async fn relocate_record<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    task: &Task<'_>,
    branch_snapshot: &BranchSnapshot,
    (to, ids): (&FabricSpec, &Ids),
) -> Result<FabricAnswer, ApiError> {
    let rename = FabricMessage::Rename {
        spec: Box::new(to.clone()),
        operation: task.operation.to_owned(),
        from: Some(Place::of(task.spec)),
        found: None,
    };
    let repository = RecordedRepository::from(&branch_snapshot.repository.id);
    if ask(host, task.fabric.as_str(), &rename).await? == FabricReply::Busy {
        claims_follow(
            host,
            &repository,
            task.fabric,
            (vec![to.clone()], PreviousClaim::Keep),
        )
        .await?;
        return Err(ApiError::Busy);
    }
    let previous = ids.previous_claim();
    claims_follow(
        host,
        &repository,
        task.fabric,
        (vec![task.spec.clone()], previous),
    )
    .await?;
    let outcome = (OperationOutcome::Unchanged, None);
    let entry = task.entry(host, github.requests(), outcome);
    task.finish(host, entry, Event::Nothing).await
}

fn headline(from: &FabricSpec, to: &FabricSpec) -> String {
    let is_renamed = from.name != to.name;
    let is_moved = from.gitops_directory != to.gitops_directory;
    let (from, to, directory) = (
        name(from.name.as_str()),
        name(to.name.as_str()),
        name(to.gitops_directory.as_str()),
    );
    match (is_renamed, is_moved) {
        (false, _) => format!("Move fabric {from} to {directory}"),
        (true, false) => format!("Rename fabric {from} to {to}"),
        (true, true) => format!("Rename fabric {from} to {to} and move it to {directory}"),
    }
}
