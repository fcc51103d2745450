//! Giving a fabric another branch: its claim and its record change, and nothing is written to git.

use shared::api::{FabricAnswer, FabricChange, PlanAnswer, WriteMode};
use shared::approval::Approval;
use shared::diff::diff;
use shared::fabric::{FabricSpec, FieldError};
use shared::layout::layout;
use shared::names::FabricId;
use shared::record::{FabricRecord, OperationKind, OperationOutcome};
use shared::status::missing_branch;

use super::approve::require_push_permission;
use super::begin::begin;
use super::claim::{claim, claims_follow, could_claim};
use super::ids::Ids;
use super::pull_request::require_no_other_proposal;
use super::report::{report_of_branch, report_unkept};
use super::resume::{answer, left_of};
use super::task::Task;
use super::visibility::confirm_visibility;
use super::write_error::WriteError;
use crate::access::require_token_to_write;
use crate::api_error::{ApiError, MissingBranch};
use crate::github::{BranchSnapshot, Github};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage, FabricReply, Place};
use crate::objects::repository::{Ground, PreviousClaim};
use crate::repository_id::RecordedRepository;
use crate::session::SignedIn;

/// Gives a fabric another branch, which exists and whose directory is as it was approved. History, share links and address
/// stay; what is said of the directory is what the new branch holds.
pub(super) async fn follow_branch<H: Host>(
    host: &H,
    person: &SignedIn,
    id: &FabricId,
    (to, approval): (&FabricChange, &Approval),
    ids: &Ids,
) -> Result<FabricAnswer, ApiError> {
    let left = left_of(host, person, id, ids).await?;
    if let Some(entry) = left.over(WriteMode::Commit) {
        return answer(host, person, id, entry).await;
    }
    let begun = begin(host, person, id, OperationKind::Change, (ids, &left)).await?;
    let from = begun.spec.clone();
    // A write whose outcome is not known has to name the branch on which it will be looked for.
    let mut unsettled = begun.fabric.unsettled.iter();
    let to = match begun.refuse_unsettled_move() {
        // Who never heard the answer finds the fabric there, and the claim is seen to again.
        Ok(()) if ids.is_repeat && to.branch.as_deref() == Some(from.branch.as_str()) => {
            Ok(from.clone())
        }
        Ok(()) if unsettled.all(|intent| intent.branch.is_some()) => followed(&from, to),
        Ok(()) => Err(WriteError::Unconfirmed.into()),
        Err(error) => Err(error),
    };
    let to = match to {
        Ok(to) => to,
        Err(error) => return Err(begun.refused(host, person, error).await),
    };
    let github = Github::new(host, &person.token);
    let (repo, directory) = (&to.git_repository, &to.gitops_directory);
    let read = github.read(repo, &to.branch, directory, approval.head);
    let branch_snapshot = match read.await {
        Err(error) => return Err(begun.hide_existence(&github, error.into()).await),
        Ok(branch_snapshot) => branch_snapshot,
    };
    begun.same_repository(&branch_snapshot)?;
    require_push_permission(&branch_snapshot)?;
    require_token_to_write(host, person, repo).await?;
    require_as_seen(&to, approval, &branch_snapshot)?;
    if begun.record().pull_request_url.is_some() {
        require_no_other_proposal(&github, &to, id).await?;
    }
    // What the old branch held says nothing of this one, but what was told deleted is told until it is back. Where this one took
    // its place, what was deleted since it was compared last is told as well.
    let record = begun.record().clone();
    let is_going_on = takes_its_place(&github, &from, &record, &branch_snapshot).await;
    let told = match is_going_on {
        true => record,
        false => record.on_another_branch(),
    };
    let report = report_of_branch(host, &github, id, &to, &branch_snapshot, &told).await?;
    confirm_visibility(host, id, &branch_snapshot).await?;
    let claimed = (Ground::New, PreviousClaim::Keep);
    claim(host, &branch_snapshot, &to, id, claimed).await?;
    let repository = RecordedRepository::from(&branch_snapshot.repository.id);
    let task = begun.task();
    let rename = FabricMessage::Rename {
        spec: Box::new(to.clone()),
        operation: task.operation.to_owned(),
        from: Some(Place::of(&from)),
        found: Some(Box::new((report, host.now_ms()))),
    };
    match ask(host, id.as_str(), &rename).await? {
        FabricReply::Unknown => return Err(ApiError::NoFabric),
        FabricReply::Busy => {
            claims_follow(host, &repository, id, (vec![to], PreviousClaim::Keep)).await?;
            return Err(ApiError::Busy);
        }
        _ => {}
    }
    let previous = ids.previous_claim();
    claims_follow(host, &repository, id, (vec![from], previous)).await?;
    begun
        .follow_repository_rename(host, &branch_snapshot)
        .await?;
    let outcome = (OperationOutcome::Unchanged, None);
    let entry = task.entry(host, github.requests(), outcome);
    let task = Task { spec: &to, ..task };
    task.finish(host, entry, Event::Nothing).await
}

/// Tells whether a branch is what became of the fabric's own: it has its commit, or the other is gone, as after a rename.
async fn takes_its_place<H: Host>(
    github: &Github<'_, H>,
    from: &FabricSpec,
    record: &FabricRecord,
    branch_snapshot: &BranchSnapshot,
) -> bool {
    let Some(last) = record.last_compared() else {
        return false;
    };
    let mut known = branch_snapshot.parents.iter().chain(&branch_snapshot.head);
    if last
        .head
        .is_some_and(|head| known.any(|known| *known == head))
        || missing_branch(record).is_some()
    {
        return true;
    }
    let (repo, directory) = (&from.git_repository, &from.gitops_directory);
    let old = github.read(repo, &from.branch, directory, None).await;
    old.is_ok_and(|old| old.head.is_none() && old.repository.id == branch_snapshot.repository.id)
}

/// What the branch that is wanted holds, for a person to look at before the fabric follows it.
pub(super) async fn plan_branch<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    from: &FabricSpec,
    to: &FabricChange,
) -> Result<PlanAnswer, ApiError> {
    let to = followed(from, to)?;
    let (repo, directory) = (&to.git_repository, &to.gitops_directory);
    let branch_snapshot = github.read(repo, &to.branch, directory, None).await?;
    let snapshot = &branch_snapshot.snapshot;
    let head = snapshot.head().ok_or_else(|| missing(&branch_snapshot))?;
    could_claim(host, &branch_snapshot, from, &to).await?;
    let found = diff(&layout(&to), directory, snapshot);
    let report = report_unkept(github, &to, &branch_snapshot).await?;
    Ok(PlanAnswer::of_branch(head, found, report))
}

/// The fabric on its new branch.
fn followed(from: &FabricSpec, to: &FabricChange) -> Result<FabricSpec, ApiError> {
    let wrong = |message: &str| {
        let (field, message) = ("branch".to_owned(), message.to_owned());
        Err(ApiError::Fields(vec![FieldError { field, message }]))
    };
    if to.name.is_some() || to.gitops_directory.is_some() {
        return wrong("is changed by itself: a rename or a move is a commit on the branch");
    }
    let mut input = from.to_input();
    input.branch = to.branch.clone().unwrap_or_default();
    let spec = FabricSpec::parse_typed(&input).map_err(ApiError::Fields)?;
    match spec.branch == from.branch {
        true => wrong("is the fabric's branch already; name another one"),
        false => Ok(spec),
    }
}

fn missing(branch_snapshot: &BranchSnapshot) -> ApiError {
    ApiError::NoBranch(MissingBranch::of(branch_snapshot, &branch_snapshot.branch))
}

/// Checks that the branch exists and that its directory is the one that was looked at. Commits elsewhere change nothing,
/// since nothing is written.
fn require_as_seen(
    to: &FabricSpec,
    approval: &Approval,
    branch_snapshot: &BranchSnapshot,
) -> Result<(), ApiError> {
    let snapshot = &branch_snapshot.snapshot;
    let head = snapshot.head().ok_or_else(|| missing(branch_snapshot))?;
    if approval.head == Some(head.commit) {
        return match approval.tree == head.tree {
            true => Ok(()),
            false => Err(ApiError::ApprovalMismatch(to.gitops_directory.to_string())),
        };
    }
    let now = snapshot.directory_id(&to.gitops_directory);
    match branch_snapshot.approved.directory() == Some(now) {
        true => Ok(()),
        false => Err(ApiError::HeadMoved),
    }
}
