//! Removing a fabric's files from its branch, and forgetting it.

use shared::api::{Forgotten, WriteMode};
use shared::approval::Approval;
use shared::names::FabricId;
use shared::plan;
use shared::quote::commit_message::name;
use shared::record::{DirectoryStatus, OperationKind, OperationOutcome};

use super::approve::require_writable;
use super::begin::begin;
use super::forget::forget;
use super::ids::{Ids, Left};
use super::resume::{is_forgotten_by, left_of};
use super::root_write::{RootOutcome, RootWrite, approved_root};
use super::task::Task;
use super::visibility::confirm_visibility;
use super::write_error::WriteError;
use super::writer::{Change, Over, Seen, Submission};
use crate::access::{load, require_token_to_write};
use crate::api_error::ApiError;
use crate::github::{Github, SeenCommit};
use crate::host::Host;
use crate::session::SignedIn;

/// Takes the layout's own files off the branch, in one commit that is approved by the repository's root tree, and
/// forgets the fabric. What people wrote stays.
pub(crate) async fn remove<H: Host>(
    host: &H,
    person: &SignedIn,
    id: &FabricId,
    approval: Approval,
    ids: &Ids,
) -> Result<Forgotten, ApiError> {
    let mut forgotten = Forgotten {
        fabric: id.clone(),
        operation: None,
        commit_url: None,
    };
    if is_forgotten_by(host, id, ids).await? {
        return Ok(forgotten);
    }
    let left = left_of(host, person, id, ids).await?;
    let begun = begin(host, person, id, OperationKind::Remove, (ids, &left)).await?;
    if let Err(error) = begun.refuse_unsettled_move() {
        return Err(begun.refused(host, person, error).await);
    }
    let spec = &begun.spec;
    let github = Github::new(host, &person.token);
    let (repo, branch) = (&spec.git_repository, &spec.branch);
    let read = github.read(repo, branch, &spec.gitops_directory, None);
    let branch_snapshot = match read.await {
        Err(error) => return Err(begun.hide_existence(&github, error.into()).await),
        Ok(branch_snapshot) => branch_snapshot,
    };
    begun.same_repository(&branch_snapshot)?;
    require_writable(&branch_snapshot, WriteMode::Commit)?;
    if let Left::Over(entry) = left
        && entry.outcome == OperationOutcome::Committed
    {
        // The files are gone; only the fabric is left.
        forgotten.commit_url.clone_from(&begun.record().commit_url);
        forgotten.operation = Some(entry);
        forget(host, Some(&branch_snapshot.repository.id), id, ids).await?;
        return Ok(forgotten);
    }
    let plan = plan::remove(spec, &branch_snapshot.snapshot)
        .map_err(|error| ApiError::CannotArrange(error.to_string()))?;
    approved_root(&plan, &approval, spec.gitops_directory.as_str())?;
    confirm_visibility(host, id, &branch_snapshot).await?;
    let task = begun.task();
    if !plan.changes.is_empty() {
        let submission = Submission {
            person,
            github: &github,
            task: &task,
            branch: branch_snapshot,
            whole: None,
            claim: None,
            change: Change::Removal { approval },
        };
        let (seen, requests) = match Box::pin(submission.carried_out(host)).await {
            Over::Removed(seen, requests) => (seen, requests),
            Over::Refused(error) | Over::Unrecorded(error) => return Err(error),
            Over::Recorded(_) | Over::NotClaimed => return Err(WriteError::Unconfirmed.into()),
        };
        let outcome = (OperationOutcome::Committed, Some(seen.id));
        forgotten.operation = Some(task.entry(host, requests, outcome));
        forgotten.commit_url = Some(seen.url);
        return Ok(forgotten);
    }
    if load(host, id).await?.record.gitops_directory_status == DirectoryStatus::Initializing {
        // Its commit would belong to no fabric.
        return Err(ApiError::Busy);
    }
    require_token_to_write(host, person, repo).await?;
    forget(host, Some(&branch_snapshot.repository.id), id, ids).await?;
    Ok(forgotten)
}

/// Takes the files away as it was approved, in the turn of the write, and forgets the fabric.
pub(super) async fn carry_out_removal<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    task: &Task<'_>,
    seen: Option<Box<Seen>>,
    approval: &Approval,
) -> Result<SeenCommit, ApiError> {
    let spec = task.spec;
    let branch_snapshot = match seen {
        Some(seen) => seen.branch,
        None => {
            let (repo, branch) = (&spec.git_repository, &spec.branch);
            let read = github.read(repo, branch, &spec.gitops_directory, None);
            read.await?
        }
    };
    require_writable(&branch_snapshot, WriteMode::Commit)?;
    let plan = plan::remove(spec, &branch_snapshot.snapshot)
        .map_err(|error| ApiError::CannotArrange(error.to_string()))?;
    approved_root(&plan, approval, spec.gitops_directory.as_str())?;
    let headline = format!(
        "Remove GitOps directory of fabric {}",
        name(spec.name.as_str())
    );
    let write = RootWrite {
        github,
        task,
        branch_snapshot: &branch_snapshot,
        plan: &plan,
        headline: &headline,
        becomes: None,
    };
    match write.commit_and_record(host).await? {
        RootOutcome::Committed(seen, _) => {
            let ids = Ids {
                fabric: task.fabric.clone(),
                operation: task.operation.to_owned(),
                is_repeat: task.may_have_happened,
            };
            let repository = &branch_snapshot.repository.id;
            forget(host, Some(repository), task.fabric, &ids).await?;
            Ok(seen)
        }
        // The fabric stays, and its record says why.
        RootOutcome::Failed(error) => Err(ApiError::from(error)),
    }
}
