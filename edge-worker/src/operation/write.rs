//! The commit protocol: write only what was approved, find out what happened, and never guess.

use shared::api::WriteMode;
use shared::change_set::{Carrier, ChangeSet};
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::names::RepoName;
use shared::plan::{Plan, first_step};
use shared::quote::commit_message::name;
use shared::quote::sentence::Name;
use shared::record::{Compared, FabricRecord, OperationKind, OperationOutcome, Partly};

use super::approve::{Agreed, approved_plan, require_writable};
use super::deleted::compared;
use super::write_error::WriteError;
use super::write_outcome::{self, WriteOutcome};
use crate::api_error::{ApiError, explanation};
use crate::github::{
    BranchSnapshot, CommitFailure, CommitMessage, Found, Github, GithubError, NewCommit,
    RuleSubject, SeenCommit, Start,
};
use crate::host::{Host, jittered};
use crate::objects::fabric::{FabricMessage, FabricReply, Intent, Place};
use crate::objects::{WRITE_MS, ask};

/// How often a commit is tried on a head that keeps moving: once, and five times again.
const ATTEMPTS: u32 = 6;
/// No further attempt begins after this long.
const LIMIT_MS: u64 = 60_000;
/// How often the history of a branch that is known to have moved is read until it tells so.
const LOOKS: u32 = 4;
/// Half of the pause before it is read again; each further one is twice as long.
const LOOK_PAUSE_MS: u64 = 125;

/// A write: what to make of which fabric, and what would prove it.
pub(super) struct Write<'a, H> {
    pub github: &'a Github<'a, H>,
    pub spec: &'a FabricSpec,
    pub agreed: &'a Agreed,
    pub intent: Intent,
    pub fabric: &'a str,
    /// GitHub's number of the repository.
    pub repository: u64,
    /// As the task says.
    pub may_have_happened: bool,
    /// The root tree of an earlier commit that would be this one's, which may have carried others as well.
    pub earlier_root: Option<ObjectId>,
    /// The record, as the fabric's object gave it when the write began.
    pub known: Option<Box<FabricRecord>>,
}

/// How a write ended, and on what it was planned last.
pub(super) struct Written {
    pub write_outcome: WriteOutcome,
    pub branch_snapshot: BranchSnapshot,
    pub plan: Plan,
    /// As in [`Write`].
    pub known: Option<Box<FabricRecord>>,
}

/// A write that was refused: the branch is no longer what the person saw.
pub(super) struct Refusal {
    pub error: ApiError,
    /// As in [`WriteOutcome`].
    pub look_again: bool,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self {
            error,
            look_again: false,
        }
    }
}

/// What is known of the attempts so far.
#[derive(Clone, Copy, Default)]
struct AttemptState {
    /// A request was sent that moves the branch: from then on the branch's history is asked before anything but a commit
    /// is recorded.
    sent: bool,
    /// A write got no answer: from then on it may have happened, and no failure is certain.
    unanswered: bool,
    /// The first of two commits was made: from then on nothing can be refused as if nothing had been written.
    first_commit_made: bool,
    /// GitHub refused the commit for want of a signature that no rule had demanded where it was read: from then on it is
    /// one that GitHub signs.
    must_sign: bool,
    /// GitHub refused the only request that was sent.
    refused_at_once: bool,
}

/// What the fabric's directory holds, where it is the fabric's branch that was read.
pub(super) fn seen(spec: &FabricSpec, branch_snapshot: &BranchSnapshot) -> Option<Compared> {
    (branch_snapshot.read_branch() == &spec.branch && branch_snapshot.snapshot.head().is_some())
        .then(|| compared(spec, &branch_snapshot.snapshot))
}

impl<H: Host> Write<'_, H> {
    /// Commits the plan, once, on a head where the directory is as it was approved.
    ///
    /// # Errors
    /// A refusal: nothing was written, since the branch is no longer what the person saw. Every other outcome is a
    /// [`WriteOutcome`], failures included.
    pub(super) async fn commit(
        mut self,
        host: &H,
        mut branch_snapshot: BranchSnapshot,
        mut plan: Plan,
    ) -> Result<Written, Refusal> {
        let mut state = AttemptState {
            sent: self.may_have_happened,
            unanswered: self.may_have_happened,
            ..AttemptState::default()
        };
        let ended = self
            .attempt_repeatedly(host, &mut branch_snapshot, &mut plan, &mut state)
            .await;
        let ended = match (state.sent, ended) {
            (false, ended) => ended.map_err(Refusal::from),
            (true, ended) => {
                self.look_once_more(host, &branch_snapshot, &plan, state, ended)
                    .await
            }
        };
        let is_unwritten = ended.as_ref().map_or(true, WriteOutcome::is_unwritten);
        if let (true, Some(at)) = (is_unwritten, self.intent.made) {
            let repository = (&branch_snapshot.repository.name, self.repository);
            let branch = &self.agreed.target.branch;
            self.github.take_branch_back(repository, branch, at).await;
        }
        Ok(Written {
            write_outcome: ended?,
            branch_snapshot,
            plan,
            known: self.known,
        })
    }

    async fn attempt_repeatedly(
        &mut self,
        host: &H,
        branch_snapshot: &mut BranchSnapshot,
        plan: &mut Plan,
        state: &mut AttemptState,
    ) -> Result<WriteOutcome, ApiError> {
        let started = host.now_ms();
        for attempt in 0..ATTEMPTS {
            if plan.is_up_to_date() {
                return Ok(write_outcome::unchanged(plan));
            }
            if host.now_ms().saturating_sub(started) > LIMIT_MS {
                break;
            }
            // Before the branch is made, so that it is taken back whatever becomes of the request.
            let made_before = self.intent.made;
            if let Some(base) = branch_to_make(branch_snapshot, plan) {
                self.intent.made = Some(base);
            }
            let seen = seen(self.spec, branch_snapshot);
            let kept = self.keep_intent(host, plan, seen).await;
            if kept.is_err() {
                self.intent.made = made_before;
            }
            match kept {
                Ok(()) => {}
                Err(_) if state.unanswered => return Ok(write_outcome::unconfirmed()),
                Err(error @ ApiError::Storage(_)) if state.first_commit_made => return Err(error),
                Err(refusal) => return Err(refusal),
            }
            match self
                .try_commit(host, (branch_snapshot, made_before), plan)
                .await
            {
                Ok(Some(seen)) => return Ok(self.judged(plan.root, plan, seen)),
                Ok(None) => state.first_commit_made = true,
                Err(failed) => {
                    let is_only = !state.sent;
                    state.sent |= failed.was_sent;
                    match failed.error {
                        GithubError::Stale => {}
                        error if may_be_signed(&error, branch_snapshot, plan) => {
                            state.must_sign = true;
                        }
                        _ if failed.may_have_happened => state.unanswered = true,
                        error => {
                            let error = self.error_of(error, branch_snapshot);
                            state.refused_at_once = is_only;
                            return Ok(failure_after(*state, &error));
                        }
                    }
                }
            }
            if state.unanswered {
                match self.find().await {
                    Ok(Found::Commit(seen)) => {
                        return Ok(self.judged(plan.root, plan, seen));
                    }
                    // Trying again is safe: at most one of the two commits can have the expected head as parent.
                    Ok(Found::Absent | Found::NotYet | Found::NotSeen) => {}
                    Err(_) => return Ok(write_outcome::unconfirmed()),
                }
            }
            // A head that was read right after another write may be the one from before it, so a pause helps too.
            host.sleep(jittered(host, 100 << attempt)).await;
            *branch_snapshot = match self
                .agreed
                .read_again(self.github, self.spec, self.repository)
                .await
            {
                Ok(branch_snapshot) => branch_snapshot,
                Err(_) if state.unanswered => return Ok(write_outcome::unconfirmed()),
                Err(error) => {
                    return Ok(WriteOutcome {
                        refused: None,
                        ..failure_after(*state, &error.into())
                    });
                }
            };
            branch_snapshot.rules.signatures_required |= state.must_sign;
            *plan = match require_writable(branch_snapshot, self.agreed.change.mode)
                .and_then(|()| approved_plan(self.spec, self.agreed, branch_snapshot))
            {
                Ok(plan) => plan,
                Err(refusal) if state.first_commit_made => {
                    return Ok(failure_after(
                        *state,
                        &GithubError::Refused(refusal.to_string()).into(),
                    ));
                }
                Err(refusal) => return Err(refusal),
            };
        }
        Ok(failure_after(*state, &WriteError::Contended))
    }

    /// A write was sent, and ends in anything but a commit: because of somebody else, or because it landed after all and
    /// GitHub's answers were from before that. The branch's history decides, as far as it is from after it.
    async fn look_once_more(
        &self,
        host: &H,
        branch_snapshot: &BranchSnapshot,
        plan: &Plan,
        state: AttemptState,
        ended: Result<WriteOutcome, ApiError>,
    ) -> Result<WriteOutcome, Refusal> {
        if ended.as_ref().is_ok_and(|ended| {
            ended.outcome == OperationOutcome::Committed || ended.commit.is_some()
        }) {
            return Ok(ended?);
        }
        // A branch that was seen to have moved has a longer history than one that ends with the parent.
        let has_moved =
            branch_snapshot.head.is_some() && branch_snapshot.head != self.intent.parent;
        let looks = if has_moved { LOOKS } else { 1 };
        let mut found = self.find().await;
        for look in 1..looks {
            if found != Ok(Found::NotYet) {
                break;
            }
            host.sleep(jittered(host, LOOK_PAUSE_MS << look)).await;
            found = self.find().await;
        }
        let is_not_yet = found == Ok(Found::NotYet);
        let is_absent = match found {
            Ok(Found::Commit(seen)) => {
                return Ok(self.judged(self.intent.root, plan, seen));
            }
            Ok(Found::Absent) => true,
            Ok(Found::NotYet | Found::NotSeen) | Err(_) => false,
        };
        // Of more than one request an earlier one may be there, as long as the branch seems not to have moved.
        let is_certain = is_absent || is_not_yet && state.refused_at_once;
        let ended = ended.map(|ended| WriteOutcome {
            refused: ended.refused.filter(|_| is_certain),
            ..ended
        });
        match ended {
            Ok(ended) if is_absent || ended.outcome == OperationOutcome::Unconfirmed => Ok(ended),
            Ok(ended) if ended.outcome == OperationOutcome::Failed && state.unanswered => {
                Ok(write_outcome::unconfirmed())
            }
            Ok(ended) => Ok(WriteOutcome {
                look_again: true,
                ..ended
            }),
            Err(error) if !is_absent && state.unanswered && !is_storage(&error) => {
                Ok(write_outcome::unconfirmed())
            }
            Err(error) => Err(Refusal {
                error,
                look_again: !is_absent,
            }),
        }
    }

    /// What GitHub said of the write, by where it went.
    fn error_of(&self, error: GithubError, branch_snapshot: &BranchSnapshot) -> WriteError {
        // No pull request leads into what is not there yet.
        let begins = branch_snapshot.repository.is_empty
            || matches!(branch_snapshot.start(), Some(Start::NewBranch(_)));
        match self.agreed.change.mode {
            WriteMode::Commit if begins => {
                WriteError::of_beginning(error, branch_snapshot.repository.is_empty)
            }
            WriteMode::Commit => error.into(),
            WriteMode::PullRequest => {
                WriteError::of_proposal(error, self.agreed.target.branch.as_str())
            }
        }
    }

    /// What a commit that was seen comes to. An earlier one may have carried others besides.
    fn judged(&self, root: ObjectId, plan: &Plan, seen: SeenCommit) -> WriteOutcome {
        let earlier = self.earlier_root.filter(|root| *root == seen.root);
        write_outcome::of_commit(earlier.unwrap_or(root), plan, seen)
    }

    /// Looks for this operation's commit on the branch.
    async fn find(&self) -> Result<Found, GithubError> {
        let (repo, branch) = (&self.spec.git_repository, &self.agreed.target.branch);
        self.github
            .find_commit(
                repo,
                self.repository,
                branch,
                (&self.intent.operation, self.intent.parent),
            )
            .await
    }

    async fn keep_intent(
        &mut self,
        host: &H,
        plan: &Plan,
        seen: Option<Compared>,
    ) -> Result<(), ApiError> {
        self.intent.parent = plan.approval.head;
        self.intent.root = plan.root;
        self.known = keep_intent(host, self.fabric, &self.intent, (self.spec, seen)).await?;
        Ok(())
    }

    /// Makes the commit; in an empty repository the first of two, which is nothing to show yet.
    async fn try_commit(
        &mut self,
        host: &H,
        (branch_snapshot, made_before): (&BranchSnapshot, Option<ObjectId>),
        plan: &Plan,
    ) -> Result<Option<SeenCommit>, CommitFailure> {
        let repo = &branch_snapshot.repository.name;
        let start = match branch_snapshot.start() {
            Some(start) if signs_by_itself(branch_snapshot, plan) => {
                let pointed = self.point_branch(repo, start).await;
                let is_refused = |error: &GithubError| !error.leaves_write_unknown();
                if self.intent.made != made_before && pointed.as_ref().is_err_and(is_refused) {
                    // If there is a branch by now, it is somebody else's.
                    self.intent.made = made_before;
                    self.keep_intent(host, plan, None).await.ok();
                }
                Some(pointed.map_err(|error| CommitFailure {
                    // Reading the branch again tells whether it is there.
                    error: match error.leaves_write_unknown() {
                        true => GithubError::Stale,
                        false => error,
                    },
                    may_have_happened: false,
                    was_sent: false,
                })?)
            }
            start => start,
        };
        let (branch, operation) = (&self.agreed.target.branch, &self.intent.operation);
        let Some(start) = start else {
            let step = first_step(self.spec);
            self.github
                .first_commit(repo, branch, operation, &step)
                .await?;
            return Ok(None);
        };
        let headline = headline(self.spec, self.intent.kind, start.base().commit);
        let commit = NewCommit {
            repo,
            branch,
            start,
            message: &CommitMessage::of(&headline, operation),
            changes: &plan.changes,
            most_files: ChangeSet::MAX_FILES,
            root: plan.root,
            author: None,
        };
        let made = self.github.commit(&commit).await;
        made.map(Some).map_err(|failed| match failed.error {
            // GitHub may not know yet of the branch that it just made.
            GithubError::BranchMissing(_) if self.intent.made.is_some() => CommitFailure {
                error: GithubError::Stale,
                ..failed
            },
            _ => failed,
        })
    }

    /// Lets the branch begin at the commit that the change is built on, where GitHub has to sign the commit: it commits only
    /// to what is there, and with one parent.
    async fn point_branch(&self, repo: &RepoName, start: Start) -> Result<Start, GithubError> {
        let branch = &self.agreed.target.branch;
        let base = match start {
            Start::Head(_) => return Ok(start),
            Start::NewBranch(base) => {
                self.github.make_branch(repo, branch, base.commit).await?;
                base
            }
            Start::Over { base, .. } => {
                let moved = self.github.advance_branch(repo, branch, base.commit).await;
                // What was left there is not a part of the base, as after a pull request that was closed.
                moved.map_err(|error| match error {
                    GithubError::Stale => GithubError::RuleViolated {
                        subject: RuleSubject::LeftBehind,
                        words: format!(
                            "{} has commits that its pull request left behind, since it was closed, squashed or rebased",
                            Name(branch.as_str())
                        ),
                    },
                    error => error,
                })?;
                base
            }
        };
        Ok(Start::Head(base))
    }
}

/// Keeps what would prove a write before it is sent, and gives the record as it is then.
///
/// # Errors
/// [`ApiError::Busy`] while another operation on the fabric is under way, or where it is elsewhere by now.
pub(super) async fn keep_intent(
    host: &impl Host,
    fabric: &str,
    intent: &Intent,
    (spec, seen): (&FabricSpec, Option<Compared>),
) -> Result<Option<Box<FabricRecord>>, ApiError> {
    let begin = FabricMessage::Begin {
        intent: intent.clone(),
        until_ms: host.now_ms() + WRITE_MS,
        place: Some(Place::of(spec)),
        seen,
    };
    match ask(host, fabric, &begin).await? {
        FabricReply::Busy => Err(ApiError::Busy),
        FabricReply::Unknown => Err(ApiError::NoFabric),
        FabricReply::Record { record, .. } => Ok(Some(record)),
        _ => Ok(None),
    }
}

/// The commit at which a branch is made before it gets the commit, where it is.
fn branch_to_make(branch_snapshot: &BranchSnapshot, plan: &Plan) -> Option<ObjectId> {
    match branch_snapshot.start() {
        Some(Start::NewBranch(base)) if signs_by_itself(branch_snapshot, plan) => Some(base.commit),
        _ => None,
    }
}

/// Tells whether GitHub has to sign the commit, and does so where it makes it itself.
fn signs_by_itself(branch_snapshot: &BranchSnapshot, plan: &Plan) -> bool {
    branch_snapshot.rules.signatures_required
        && plan.changes.carrier() == Carrier::CreateCommitOnBranch
}

/// Tells whether GitHub refused the commit of a branch that is new, or left behind, only because it did not make it itself.
fn may_be_signed(error: &GithubError, branch_snapshot: &BranchSnapshot, plan: &Plan) -> bool {
    let is_unsigned = matches!(
        error,
        GithubError::RuleViolated {
            subject: RuleSubject::Signature,
            ..
        }
    );
    let start = branch_snapshot.start();
    is_unsigned
        && !branch_snapshot.rules.signatures_required
        && matches!(start, Some(Start::NewBranch(_) | Start::Over { .. }))
        && plan.changes.carrier() == Carrier::CreateCommitOnBranch
}

pub(super) fn title(spec: &FabricSpec, kind: OperationKind) -> String {
    let verb = match kind {
        OperationKind::Repair => "Repair",
        _ => "Initialise",
    };
    format!(
        "{verb} GitOps directory of fabric {}",
        name(spec.name.as_str())
    )
}

fn is_storage(error: &ApiError) -> bool {
    matches!(error, ApiError::Storage(_))
}

/// The first line of the commit's message.
pub(super) fn headline(spec: &FabricSpec, kind: OperationKind, before: ObjectId) -> String {
    match kind {
        // What it overwrites can still be found.
        OperationKind::Repair => format!("{} (before: {})", title(spec, kind), before.short()),
        _ => title(spec, kind),
    }
}

/// A failure; after the first of two commits it says so, since repeating completes them.
fn failure_after(state: AttemptState, error: &WriteError) -> WriteOutcome {
    let mut why = explanation(error);
    if state.first_commit_made {
        why.message = format!(
            "the first of two commits was made, and initialising again completes it; the second was not: {}",
            why.message
        );
    }
    WriteOutcome {
        partly: state.first_commit_made.then_some(Partly::FirstCommitMade),
        refused: (!state.first_commit_made).then(|| error.clone()),
        ..write_outcome::failed(why)
    }
}

impl Written {
    /// The commit that was made or found, if one is known.
    pub(super) fn commit(&self) -> Option<ObjectId> {
        self.write_outcome.commit
    }
}
