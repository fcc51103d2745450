//! A write that is approved by the repository's root tree: moving a fabric, or removing its files. It is tried once, on
//! the head that was approved; a head that moved is refused.

use shared::approval::Approval;
use shared::fabric::FabricSpec;
use shared::plan::RootPlan;
use shared::record::OperationOutcome;

use super::task::Task;
use super::write_error::WriteError;
use super::write_lock;
use crate::api_error::{ApiError, explanation};
use crate::github::{BranchSnapshot, Found, Github, GithubError, NewCommit, SeenCommit, Start};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage, FabricReply, Intent};

/// What is written, for which operation.
pub(crate) struct RootWrite<'a, H> {
    pub github: &'a Github<'a, H>,
    pub task: &'a Task<'a>,
    pub branch_snapshot: &'a BranchSnapshot,
    pub plan: &'a RootPlan,
    /// The first line of the commit's message.
    pub headline: &'a str,
    /// What the fabric is once the commit is there, where that is another name or directory.
    pub becomes: Option<&'a FabricSpec>,
}

pub(crate) enum RootOutcome {
    /// The commit is on the branch, with the approved root tree.
    Committed(SeenCommit),
    /// Nothing was written, or its outcome is not known: the record says so.
    Failed(WriteError),
}

/// Checks that the plan is the one that was approved.
///
/// # Errors
/// [`ApiError::HeadMoved`] where the branch has another head now, whatever moved it.
pub(crate) fn approved_root(
    plan: &RootPlan,
    approval: &Approval,
    directory: &str,
) -> Result<(), ApiError> {
    if plan.approval.head != approval.head {
        return Err(ApiError::HeadMoved);
    }
    if plan.approval.tree != approval.tree {
        return Err(ApiError::ApprovalMismatch(directory.to_owned()));
    }
    Ok(())
}

impl<H: Host> RootWrite<'_, H> {
    /// Commits the plan, and on failure records what became of it. What a success means for the record is the caller's.
    ///
    /// # Errors
    /// A refusal: nothing was written, since the branch is no longer what the person saw, or somebody else is writing.
    pub(crate) async fn commit_and_record(&self, host: &H) -> Result<RootOutcome, ApiError> {
        let repository = &self.branch_snapshot.repository.id.node_id;
        write_lock::acquire(host, repository, self.task.operation).await?;
        let committed = self.commit_once(host).await;
        write_lock::release(host, repository, self.task.operation).await;
        let (outcome, event) = match &committed {
            Ok(Ok(_)) => {
                return committed
                    .map(|seen| seen.map_or_else(RootOutcome::Failed, RootOutcome::Committed));
            }
            Ok(Err(WriteError::Unconfirmed)) => (
                OperationOutcome::Unconfirmed,
                Event::Failed {
                    failure: explanation(&WriteError::Unconfirmed),
                },
            ),
            Ok(Err(error)) => (
                OperationOutcome::Failed,
                Event::Failed {
                    failure: explanation(error),
                },
            ),
            Err(_) => (OperationOutcome::Refused, Event::Nothing),
        };
        let requests = self.github.requests();
        let entry = self.task.entry(host, requests, (outcome, None));
        self.task.finish(host, entry, event).await?;
        committed.map(|failed| match failed {
            Ok(seen) => RootOutcome::Committed(seen),
            Err(error) => RootOutcome::Failed(error),
        })
    }

    async fn commit_once(&self, host: &H) -> Result<Result<SeenCommit, WriteError>, ApiError> {
        let spec = self.task.spec;
        let Some(start @ Start::Head(head)) = self.branch_snapshot.start() else {
            return Err(ApiError::NoBranch {
                branch: spec.branch.to_string(),
                other: self.branch_snapshot.repository.default_branch.clone(),
            });
        };
        let root = self.plan.approval.tree;
        let intent = Intent {
            operation: self.task.operation.to_owned(),
            kind: self.task.kind,
            actor: self.task.actor.to_owned(),
            started_ms: host.now_ms(),
            parent: Some(head.commit),
            root,
            branch: None,
            becomes: self.becomes.cloned().map(Box::new),
        };
        let begin = FabricMessage::Begin {
            intent,
            until_ms: host.now_ms() + host.config().operation_lease_ms,
        };
        match ask(host, self.task.fabric.as_str(), &begin).await? {
            FabricReply::Busy => return Err(ApiError::Busy),
            FabricReply::Unknown => return Err(ApiError::NoFabric),
            _ => {}
        }
        let repo = &self.branch_snapshot.repository.name;
        let commit = NewCommit {
            repo,
            branch: &spec.branch,
            start,
            headline: self.headline,
            operation: self.task.operation,
            changes: &self.plan.changes,
            root,
            author: None,
        };
        let seen = match self.github.commit(&commit).await {
            Ok(seen) => seen,
            Err(failed) if failed.error == GithubError::Stale && !self.task.may_have_happened => {
                return Err(ApiError::HeadMoved);
            }
            Err(failed) if failed.may_have_happened || self.task.may_have_happened => {
                let operation = self.task.operation;
                let parent = Some(head.commit);
                match self
                    .github
                    .find_commit(
                        repo,
                        self.branch_snapshot.repository.id.number,
                        &spec.branch,
                        (operation, parent),
                    )
                    .await
                {
                    Ok(Found::Commit(seen)) => seen,
                    // It may still arrive; the next validation settles it.
                    Ok(Found::Absent | Found::NotSeen) | Err(_) => {
                        return Ok(Err(WriteError::Unconfirmed));
                    }
                }
            }
            Err(failed) => return Ok(Err(WriteError::of_commit_only(failed.error))),
        };
        if seen.root != root {
            return Ok(Err(WriteError::TreeMismatch {
                commit: seen.url,
                expected: root.to_string(),
                actual: seen.root.to_string(),
            }));
        }
        Ok(Ok(seen))
    }
}
