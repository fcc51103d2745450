//! The commit protocol: write only what was approved, find out what happened, and never guess.

use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::names::RepoName;
use shared::plan::Plan;
use shared::record::OperationOutcome;
use shared::report::Report;

use super::approve::{Agreed, approved_plan, may_write};
use super::turn::jittered;
use crate::error::{ApiError, failure};
use crate::github::{Found, Github, GithubError, NewCommit, Reading, SeenCommit};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage, FabricReply, Intent};

/// How often a commit is tried on a head that keeps moving.
const ATTEMPTS: u32 = 6;
/// No further attempt begins after this long; the turn's lease and the intent outlast it by a whole attempt.
const LIMIT_MS: u64 = 60_000;

/// How a write ended.
pub(super) struct Ending {
    /// For the history.
    pub outcome: OperationOutcome,
    /// The commit that was made, if one was.
    pub commit: Option<ObjectId>,
    /// For the record.
    pub event: Event,
}

/// A write: what to make of which fabric, and what would prove it.
pub(super) struct Write<'a, H> {
    pub github: &'a Github<'a, H>,
    pub spec: &'a FabricSpec,
    pub agreed: &'a Agreed,
    pub intent: Intent,
    pub fabric: &'a str,
}

impl<H: Host> Write<'_, H> {
    /// Commits the plan, once, on a head where the directory is as it was approved.
    ///
    /// # Errors
    /// A refusal: nothing was written, since the branch is no longer what the person saw. Every other ending is an
    /// [`Ending`], failures included.
    pub(super) async fn carry_out(
        mut self,
        host: &H,
        mut reading: Reading,
        mut plan: Plan,
    ) -> Result<Ending, ApiError> {
        let begun = host.now_ms();
        // Set once a write got no answer: from then on it may have happened, and no failure is certain.
        let mut unanswered = false;
        for attempt in 0..ATTEMPTS {
            let Some(parent) = plan.approval.head else {
                return Err(ApiError::NoBranch(self.spec.branch.to_string()));
            };
            if plan.is_up_to_date() {
                return if unanswered {
                    Ok(self
                        .found(&plan)
                        .await
                        .unwrap_or_else(|| unchanged(&plan, parent)))
                } else {
                    Ok(unchanged(&plan, parent))
                };
            }
            if host.now_ms().saturating_sub(begun) > LIMIT_MS {
                break;
            }
            match self.keep_intent(host, parent, plan.root).await {
                Ok(()) => {}
                Err(_) if unanswered => return Ok(unconfirmed()),
                Err(refusal) => return Err(refusal),
            }
            match self.commit(&reading, &plan, parent).await {
                Ok(seen) => return Ok(ended(&plan, seen)),
                Err(GithubError::Stale) => {}
                Err(error) if error.leaves_write_unknown() => unanswered = true,
                Err(_) if unanswered => {
                    return Ok(self.found(&plan).await.unwrap_or_else(unconfirmed));
                }
                Err(error) => return Ok(failed(&error)),
            }
            if unanswered {
                match self.find().await {
                    Ok(Found::Commit(seen)) => return Ok(ended(&plan, seen)),
                    // Trying again is safe: at most one of the two commits can have the expected head as parent.
                    Ok(Found::Absent | Found::NotSeen) => {}
                    Err(_) => return Ok(unconfirmed()),
                }
            }
            host.sleep(jittered(host, 100 << attempt)).await;
            reading = match self
                .github
                .read(
                    &self.spec.git_repository,
                    &self.spec.branch,
                    &self.spec.gitops_directory,
                    self.agreed.approval.head,
                )
                .await
            {
                Ok(reading) => reading,
                Err(_) if unanswered => return Ok(unconfirmed()),
                Err(error) => return Ok(failed(&error)),
            };
            plan = match may_write(&reading.answer)
                .and_then(|()| approved_plan(self.spec, self.agreed, &reading))
            {
                Ok(plan) => plan,
                Err(refusal) if unanswered => return self.refused_or_late(&plan, refusal).await,
                Err(refusal) => return Err(refusal),
            };
        }
        if unanswered {
            return Ok(self.found(&plan).await.unwrap_or_else(unconfirmed));
        }
        Ok(failed(&GithubError::Contended))
    }

    /// Looks for this operation's commit on the branch.
    async fn find(&self) -> Result<Found, GithubError> {
        let (repo, branch) = (&self.spec.git_repository, &self.spec.branch);
        self.github
            .find(repo, branch, &self.intent.operation, self.intent.parent)
            .await
    }

    /// The ending, if the commit is on the branch after all.
    async fn found(&self, plan: &Plan) -> Option<Ending> {
        match self.find().await {
            Ok(Found::Commit(seen)) => Some(ended_as(self.intent.root, plan, seen)),
            _ => None,
        }
    }

    async fn keep_intent(
        &mut self,
        host: &H,
        parent: ObjectId,
        root: ObjectId,
    ) -> Result<(), ApiError> {
        self.intent.parent = Some(parent);
        self.intent.root = root;
        match ask(
            host,
            self.fabric,
            &FabricMessage::Begin {
                intent: self.intent.clone(),
                until_ms: host.now_ms() + host.config().operation_lease_ms,
            },
        )
        .await?
        {
            FabricReply::Busy => Err(ApiError::Busy),
            FabricReply::Unknown => Err(ApiError::NoFabric),
            _ => Ok(()),
        }
    }

    async fn commit(
        &self,
        reading: &Reading,
        plan: &Plan,
        parent: ObjectId,
    ) -> Result<SeenCommit, GithubError> {
        let current = RepoName::parse(&reading.answer.repository.name)
            .unwrap_or_else(|_| self.spec.git_repository.clone());
        let headline = format!("Initialise GitOps directory of fabric {}", self.spec.name);
        let commit = NewCommit {
            repo: &current,
            branch: &self.spec.branch,
            parent,
            headline: &headline,
            operation: &self.intent.operation,
            changes: &plan.changes,
        };
        self.github.commit(&commit).await
    }

    /// The directory is not as approved: because the unanswered write landed after all, or because of somebody else.
    async fn refused_or_late(&self, plan: &Plan, refusal: ApiError) -> Result<Ending, ApiError> {
        match self.find().await {
            Ok(Found::Commit(seen)) => Ok(ended(plan, seen)),
            Ok(Found::Absent) => Err(refusal),
            Ok(Found::NotSeen) | Err(_) => Ok(unconfirmed()),
        }
    }
}

/// Equal root trees prove that exactly the approved change happened.
fn ended(plan: &Plan, seen: SeenCommit) -> Ending {
    ended_as(plan.root, plan, seen)
}

/// As [`ended`], with the root that an earlier attempt expected.
fn ended_as(root: ObjectId, plan: &Plan, seen: SeenCommit) -> Ending {
    if seen.root != root {
        let error = GithubError::TreeMismatch {
            commit: seen.url,
            expected: root.to_string(),
            actual: seen.root.to_string(),
        };
        return Ending {
            commit: Some(seen.id),
            ..failed(&error)
        };
    }
    let report = Report::new(&plan.diff_after(), Some(seen.id), Some(plan.approval.tree));
    let event = Event::Committed {
        head: seen.id,
        tree: plan.approval.tree,
        url: Some(seen.url),
        report,
    };
    Ending {
        outcome: OperationOutcome::Committed,
        commit: Some(seen.id),
        event,
    }
}

fn unchanged(plan: &Plan, head: ObjectId) -> Ending {
    let report = Report::new(&plan.diff, Some(head), Some(plan.approval.tree));
    let event = Event::Committed {
        head,
        tree: plan.approval.tree,
        url: None,
        report,
    };
    Ending {
        outcome: OperationOutcome::Unchanged,
        commit: None,
        event,
    }
}

fn failed(error: &GithubError) -> Ending {
    Ending {
        outcome: OperationOutcome::Failed,
        commit: None,
        event: Event::Failed {
            failure: failure(error),
        },
    }
}

fn unconfirmed() -> Ending {
    Ending {
        outcome: OperationOutcome::Unconfirmed,
        ..failed(&GithubError::Unconfirmed)
    }
}
