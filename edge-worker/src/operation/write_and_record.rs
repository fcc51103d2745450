//! One write from the lock on its repository to its entry in the history.

use shared::api::{FabricAnswer, WriteMode};
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::plan::Plan;
use shared::record::{HistoryEntry, OperationKind};
use shared::snapshot::Snapshot;

use super::approve::Agreed;
use super::approve::{approved_plan, require_writable};
use super::pull_request::open_pull_request;
use super::report::report_after_write;
use super::task::Task;
use super::write::{Refusal, Write};
use super::write_lock::{self, WriteLock};
use super::write_outcome::{self, WriteOutcome};
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github, GithubError};
use crate::host::Host;
use crate::objects::fabric::{Event, Intent};

/// Why there is no answer.
pub(crate) enum Stopped {
    /// Nothing was written, because the branch is no longer what the person saw, or, of a creation, because GitHub refused it.
    Refused(ApiError),
    /// Something may have been written, but the record could not be brought up to date; its intent will expire.
    Unrecorded(ApiError),
}

impl From<Stopped> for ApiError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Refused(error) | Stopped::Unrecorded(error) => error,
        }
    }
}

/// Writes an approved plan and records what became of it.
///
/// # Errors
/// [`Stopped`]; a write that failed is an answer, whose record says so, unless it is a creation and left nothing.
pub(crate) async fn write_and_record<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    task: &Task<'_>,
    agreed: &Agreed,
    branch_snapshot: BranchSnapshot,
    plan: Plan,
) -> Result<FabricAnswer, Stopped> {
    let repository = branch_snapshot.repository.id.node_id.clone();
    let write = Box::pin(write_alone(
        host,
        github,
        task,
        agreed,
        (branch_snapshot, plan),
    ));
    task.under_way(host, &repository, write).await
}

async fn write_alone<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    task: &Task<'_>,
    agreed: &Agreed,
    (mut branch_snapshot, mut plan): (BranchSnapshot, Plan),
) -> Result<FabricAnswer, Stopped> {
    let repository = branch_snapshot.repository.id.node_id.clone();
    let writes = !plan.is_up_to_date();
    if writes {
        let lock = write_lock::acquire(host, &repository, task.operation)
            .await
            .map_err(Stopped::Refused)?;
        if lock == WriteLock::AfterOthers {
            // Somebody wrote in the meantime and moved the head: reading again costs less than a refused commit.
            match read_and_plan_again(github, task, agreed, &branch_snapshot).await {
                Ok(Some(read)) => (branch_snapshot, plan) = read,
                // A commit on the old snapshot finds out what is wrong.
                Ok(None) => {}
                Err(refusal) => {
                    write_lock::release(host, &repository, task.operation).await;
                    return Err(Stopped::Refused(refusal));
                }
            }
        }
    }
    let intent = Intent {
        operation: task.operation.to_owned(),
        kind: task.kind,
        actor: task.actor.to_owned(),
        started_ms: host.now_ms(),
        parent: plan.approval.head,
        root: plan.root,
        branch: Some(agreed.target.branch.clone()),
        becomes: None,
        is_presumed: false,
        made: None,
    };
    let write = Write {
        github,
        spec: task.spec,
        agreed,
        intent,
        fabric: task.fabric.as_str(),
        repository: branch_snapshot.repository.id.number,
        may_have_happened: task.may_have_happened,
    };
    let written = write.commit(host, branch_snapshot, plan).await;
    let mut seen = None;
    let write_outcome = match (written, agreed.change.mode) {
        (Ok(written), WriteMode::Commit) => {
            seen = Some((written.branch_snapshot, written.plan));
            Ok(written.write_outcome)
        }
        (Ok(written), WriteMode::PullRequest) => {
            Ok(open_pull_request(github, task, &agreed.target, written).await)
        }
        (Err(refusal), _) => Err(refusal),
    };
    if writes {
        write_lock::release(host, &repository, task.operation).await;
    }
    let (
        WriteOutcome {
            outcome,
            commit,
            mut event,
            look_again,
            partly,
            refused: _,
        },
        refusal,
    ) = match write_outcome {
        // A creation of which nothing is on GitHub is no fabric.
        Ok(WriteOutcome {
            refused: Some(error),
            ..
        }) if task.kind == OperationKind::Create => (write_outcome::nothing(), Some(error.into())),
        Ok(write_outcome) => (write_outcome, None),
        // A fabric whose first commit may be there is not forgotten, so that a validation can find it.
        Err(Refusal {
            look_again: true, ..
        }) if task.kind == OperationKind::Create => (write_outcome::unconfirmed(), None),
        Err(Refusal { error, look_again }) => {
            let refused = WriteOutcome {
                look_again,
                ..write_outcome::nothing()
            };
            (refused, Some(error))
        }
    };
    if let (
        Event::Committed {
            head, tree, report, ..
        },
        Some((branch_snapshot, plan)),
    ) = (&mut event, &seen)
    {
        *report = match snapshot_after_write(task.spec, plan, agreed, branch_snapshot, *tree) {
            Some(snapshot) => {
                let after = (&snapshot, *head, *tree);
                report_after_write(
                    host,
                    github,
                    task.fabric,
                    (task.spec, task.spec),
                    branch_snapshot,
                    after,
                )
                .await
            }
            None => report
                .clone()
                .with_depth(&[], &[task.spec.gitops_directory.to_string()]),
        };
    }
    let entry = HistoryEntry {
        partly,
        ..task.entry(host, github.requests(), (outcome, commit))
    };
    let answer = task.finish_write(host, entry, event, look_again).await;
    match refusal {
        Some(refusal) => Err(Stopped::Refused(refusal)),
        None => answer.map_err(Stopped::Unrecorded),
    }
}

/// What the branch holds once the plan is carried out, where that is known to be the directory `tree`.
fn snapshot_after_write(
    spec: &FabricSpec,
    plan: &Plan,
    agreed: &Agreed,
    branch_snapshot: &BranchSnapshot,
    tree: ObjectId,
) -> Option<Snapshot> {
    let before = branch_snapshot.snapshot.clone();
    let before = before.with_listings(agreed.contents.clone()).ok()?;
    let after = plan.changes.snapshot_after(&before).ok()?;
    // A lost answer may have been found in a later snapshot, on which the plan leads elsewhere.
    let candidates = [after, branch_snapshot.snapshot.clone()];
    let directory = &spec.gitops_directory;
    candidates
        .into_iter()
        .find(|snapshot| snapshot.directory_id(directory) == Some(tree))
}

/// The branch and the plan as they are now; nothing where GitHub could not be asked.
async fn read_and_plan_again<H: Host>(
    github: &Github<'_, H>,
    task: &Task<'_>,
    agreed: &Agreed,
    before: &BranchSnapshot,
) -> Result<Option<(BranchSnapshot, Plan)>, ApiError> {
    let spec = task.spec;
    let branch_snapshot = match agreed.read_again(github, spec, before).await {
        Ok(branch_snapshot) => branch_snapshot,
        Err(error @ GithubError::NoRepository(_)) => return Err(error.into()),
        Err(_) => return Ok(None),
    };
    require_writable(&branch_snapshot, agreed.change.mode)?;
    let plan = approved_plan(spec, agreed, &branch_snapshot)?;
    Ok(Some((branch_snapshot, plan)))
}
