//! One write, from its plan to its entry in the history.

use shared::api::{FabricAnswer, WriteMode};
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::plan::Plan;
use shared::record::{FabricRecord, HistoryEntry, OperationKind};
use shared::snapshot::Snapshot;

use super::approve::Agreed;
use super::pull_request::open_pull_request;
use super::report::report_after_write;
use super::task::Task;
use super::write::{Refusal, Write};
use super::write_outcome::{self, WriteOutcome};
use super::writer::{Change, DirectoryChange, Over, Submission};
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github};
use crate::host::Host;
use crate::objects::fabric::{Event, Intent};
use crate::objects::repository::RepositoryMessage;
use crate::session::SignedIn;

/// Why there is no answer.
pub(crate) enum Stopped {
    /// Nothing was written, because the branch is no longer what the person saw, or, of a creation, because GitHub refused it.
    Refused(ApiError),
    /// Something may have been written, but the record could not be brought up to date; its intent will expire.
    Unrecorded(ApiError),
    /// What the object of the repository was asked to grant before is not free; nothing was begun.
    NotClaimed,
}

impl From<Result<FabricAnswer, Stopped>> for Over {
    fn from(ended: Result<FabricAnswer, Stopped>) -> Self {
        match ended {
            Ok(answer) => Self::Recorded(Box::new(answer)),
            Err(Stopped::Refused(error)) => Self::Refused(error),
            Err(Stopped::Unrecorded(error)) => Self::Unrecorded(error),
            Err(Stopped::NotClaimed) => Self::NotClaimed,
        }
    }
}

impl From<Stopped> for ApiError {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Refused(error) | Stopped::Unrecorded(error) => error,
            Stopped::NotClaimed => Self::Busy,
        }
    }
}

/// Writes an approved plan and records what became of it. What changes the branch is carried out by the object of the repository, in its
/// turn, once it granted the `claim`, if there is one.
///
/// # Errors
/// [`Stopped`]; a write that failed is an answer, whose record says so, unless it is a creation and left nothing.
pub(crate) async fn write_and_record<H: Host>(
    host: &H,
    (person, github): (&SignedIn, &Github<'_, H>),
    task: &Task<'_>,
    agreed: &Agreed,
    (branch_snapshot, plan): (BranchSnapshot, Plan),
    claim: Option<RepositoryMessage>,
) -> Result<FabricAnswer, Stopped> {
    if plan.is_up_to_date() {
        let carried_out = carry_out_plan(host, github, task, agreed, (branch_snapshot, plan), None);
        return Box::pin(carried_out).await;
    }
    let whole = match agreed.contents.is_empty() {
        true => None,
        false => {
            let snapshot = branch_snapshot.snapshot.clone();
            snapshot.with_listings(agreed.contents.clone()).ok()
        }
    };
    let submission = Submission {
        person,
        github,
        task,
        branch: branch_snapshot,
        whole,
        claim,
        change: Change::Directory(DirectoryChange::of(agreed)),
    };
    match Box::pin(submission.carried_out(host)).await {
        Over::Recorded(answer) => Ok(*answer),
        Over::Refused(error) => Err(Stopped::Refused(error)),
        Over::Unrecorded(error) => Err(Stopped::Unrecorded(error)),
        Over::NotClaimed => Err(Stopped::NotClaimed),
        Over::Removed(..) => Err(Stopped::Unrecorded(ApiError::ForgottenMeanwhile)),
    }
}

/// A write that came to its end, before that is recorded.
pub(super) struct Written {
    /// On what it was planned last, where it was a commit to the branch.
    pub seen: Option<(BranchSnapshot, Plan)>,
    /// The record from when it began.
    pub known: Option<Box<FabricRecord>>,
    pub ended: Result<WriteOutcome, Refusal>,
}

/// Carries a plan out and records what became of it, without asking whose turn it is.
///
/// # Errors
/// As [`write_and_record`].
pub(super) async fn carry_out_plan<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    task: &Task<'_>,
    agreed: &Agreed,
    (branch_snapshot, plan): (BranchSnapshot, Plan),
    earlier_root: Option<ObjectId>,
) -> Result<FabricAnswer, Stopped> {
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
        earlier_root,
        known: None,
    };
    let committed = write.commit(host, branch_snapshot, plan).await;
    let written = match (committed, agreed.change.mode) {
        (Ok(committed), WriteMode::Commit) => Written {
            ended: Ok(committed.write_outcome),
            seen: Some((committed.branch_snapshot, committed.plan)),
            known: committed.known,
        },
        (Ok(committed), WriteMode::PullRequest) => Written {
            ended: Ok(open_pull_request(github, task, &agreed.target, committed).await),
            seen: None,
            known: None,
        },
        (Err(refusal), _) => Written {
            ended: Err(refusal),
            seen: None,
            known: None,
        },
    };
    record(host, (github, 0), task, agreed, written).await
}

/// Records how a write ended, for which so many requests were sent that `github` has not counted.
///
/// # Errors
/// As [`write_and_record`].
pub(super) async fn record<H: Host>(
    host: &H,
    (github, before): (&Github<'_, H>, u32),
    task: &Task<'_>,
    agreed: &Agreed,
    Written { seen, known, ended }: Written,
) -> Result<FabricAnswer, Stopped> {
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
    ) = match ended {
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
                    (task.fabric, known.as_deref()),
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
    let requests = before + github.requests();
    let entry = HistoryEntry {
        partly,
        ..task.entry(host, requests, (outcome, commit))
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
