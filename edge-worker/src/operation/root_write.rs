//! A write that is approved by the repository's root tree: moving a fabric, or removing its files. It is tried once, on
//! the head that was approved; a head that moved is refused.

use shared::approval::Approval;
use shared::change_set::ChangeSet;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::plan::RootPlan;
use shared::record::{FabricRecord, OperationOutcome};

use super::claim::claim;
use super::task::Task;
use super::write::keep_intent;
use super::write_error::WriteError;
use crate::api_error::{ApiError, MissingBranch, explanation};
use crate::github::{
    BranchSnapshot, CommitFailure, CommitMessage, Found, Github, GithubError, NewCommit,
    SeenCommit, Start,
};
use crate::host::{Host, jittered};
use crate::objects::fabric::{Event, Intent};
use crate::objects::repository::{Ground, PreviousClaim};

/// The pause before a branch's history is read again.
const LOOK_PAUSE_MS: u64 = 250;

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
    /// The commit is on the branch, with the approved root tree; with the record from when the write began.
    Committed(SeenCommit, Option<Box<FabricRecord>>),
    /// Nothing was written, or its outcome is not known: the record says so.
    Failed(WriteError),
}

/// How a commit that is tried once ends, whether a later look at the branch may say something else, and the record from when it began.
type Once = (
    Result<Result<SeenCommit, WriteError>, ApiError>,
    bool,
    Option<Box<FabricRecord>>,
);

/// What a commit is built on, the record from before it, and what GitHub said of it.
type Sent = (
    ObjectId,
    Option<Box<FabricRecord>>,
    Result<SeenCommit, CommitFailure>,
);

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
    /// A refusal: nothing was written, since the branch is no longer what the person saw.
    pub(crate) async fn commit_and_record(&self, host: &H) -> Result<RootOutcome, ApiError> {
        let (committed, look_again, known) = self.commit_once(host).await;
        let (outcome, event) = match &committed {
            Ok(Ok(_)) => {
                let done = |seen| RootOutcome::Committed(seen, known);
                return committed.map(|seen| seen.map_or_else(RootOutcome::Failed, done));
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
        self.task
            .finish_write(host, entry, event, look_again)
            .await?;
        committed.map(|failed| match failed {
            Ok(seen) => RootOutcome::Committed(seen, known),
            Err(error) => RootOutcome::Failed(error),
        })
    }

    /// Commits the plan once. A request that was sent counts as what the branch's history says of it, whatever its answer
    /// was; gives also whether a later look at it may say something else.
    async fn commit_once(&self, host: &H) -> Once {
        let (head, known, sent) = match self.begin_and_send(host).await {
            Ok(sent) => sent,
            Err(refusal) => return (Err(refusal), false, None),
        };
        let (found, failed) = match sent {
            Ok(seen) => return (Ok(self.judged(seen)), false, known),
            Err(failed) if failed.was_sent || self.task.may_have_happened => {
                (self.find(host, head, &failed).await, failed)
            }
            Err(failed) => (Ok(Found::Absent), failed),
        };
        if let Ok(Found::Commit(seen)) = found {
            return (Ok(self.judged(seen)), false, known);
        }
        let is_absent = found == Ok(Found::Absent);
        let may_have_happened = failed.may_have_happened || self.task.may_have_happened;
        let ended = match failed.error {
            _ if may_have_happened && is_absent => Err(ApiError::HeadMoved),
            // It may still arrive; the next validation settles it.
            _ if may_have_happened => Ok(Err(WriteError::Unconfirmed)),
            GithubError::Stale => Err(ApiError::HeadMoved),
            error => Ok(Err(WriteError::of_commit_only(error))),
        };
        (ended, !is_absent, known)
    }

    /// Looks for the commit; a second time where its answer was lost and the first look may have been too early.
    async fn find(
        &self,
        host: &H,
        parent: ObjectId,
        failed: &CommitFailure,
    ) -> Result<Found, GithubError> {
        let repository = &self.branch_snapshot.repository;
        let (branch, operation) = (&self.task.spec.branch, self.task.operation);
        let proof = (operation, Some(parent));
        let look = || {
            self.github
                .find_commit(&repository.name, repository.id.number, branch, proof)
        };
        let found = look().await;
        if found != Ok(Found::NotYet) || !failed.may_have_happened {
            return found;
        }
        host.sleep(jittered(host, LOOK_PAUSE_MS)).await;
        look().await
    }

    fn judged(&self, seen: SeenCommit) -> Result<SeenCommit, WriteError> {
        let root = self.plan.approval.tree;
        match seen.root == root {
            true => Ok(seen),
            false => Err(WriteError::TreeMismatch {
                commit: seen.url,
                expected: root.to_string(),
                actual: seen.root.to_string(),
            }),
        }
    }

    /// Keeps the intent and sends the commit.
    async fn begin_and_send(&self, host: &H) -> Result<Sent, ApiError> {
        let spec = self.task.spec;
        let Some(start @ Start::Head(head)) = self.branch_snapshot.start() else {
            return Err(ApiError::NoBranch(MissingBranch::of(
                self.branch_snapshot,
                &spec.branch,
            )));
        };
        let root = self.plan.approval.tree;
        let intent = Intent {
            operation: self.task.operation.to_owned(),
            kind: self.task.kind,
            actor: self.task.actor.to_owned(),
            started_ms: host.now_ms(),
            parent: Some(head.commit),
            root,
            branch: Some(spec.branch.clone()),
            becomes: self.becomes.cloned().map(Box::new),
            is_presumed: false,
            made: None,
        };
        let known = keep_intent(host, self.task.fabric.as_str(), &intent, (spec, None)).await?;
        if let Some(to) = self.becomes {
            // Another write of the fabric may have given it up before this one began.
            let claimed = (Ground::New, PreviousClaim::Keep);
            claim(host, self.branch_snapshot, to, self.task.fabric, claimed).await?;
        }
        let repo = &self.branch_snapshot.repository.name;
        let commit = NewCommit {
            repo,
            branch: &spec.branch,
            start,
            message: &CommitMessage::of(self.headline, self.task.operation),
            changes: &self.plan.changes,
            most_files: ChangeSet::MAX_FILES,
            root,
            author: None,
        };
        Ok((head.commit, known, self.github.commit(&commit).await))
    }
}
