//! Pull requests: a fabric's change waits on `hedgerow/<fabric id>` until somebody merges it.

use shared::api::{PullRequestEnd, PullRequestNotice, WriteMode};
use shared::change_set::FileChange;
use shared::fabric::FabricSpec;
use shared::names::{BranchName, FabricId};
use shared::quote::commit_message::name;
use shared::quote::markdown::code;
use shared::record::{FabricRecord, OperationOutcome, Partly};

use super::task::Task;
use super::write::{Written, title};
use super::write_error::WriteError;
use super::write_outcome::{self, WriteOutcome};
use crate::api_error::{ApiError, explanation};
use crate::github::{Github, GithubError, NewPull, PROPOSALS, Pull, PullState, Start, Target};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage};

/// The most paths that a description lists.
const LISTED: usize = 200;

/// The branch that a fabric's proposals wait on.
pub(crate) fn proposal_branch(id: &FabricId) -> Result<BranchName, ApiError> {
    let name = format!("{PROPOSALS}/{id}");
    BranchName::parse(&name).map_err(|_| ApiError::NoFabric)
}

/// Where a change is written: the fabric's branch or, for a pull request, the fabric's own. What is left there of a
/// pull request that was merged or closed is left behind: one request finds that out.
///
/// # Errors
/// [`ApiError::ProposedElsewhere`] where what waits there would reach another branch than the fabric's.
pub(crate) async fn write_target<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    id: &FabricId,
    mode: WriteMode,
    is_new: bool,
) -> Result<Target, ApiError> {
    if mode == WriteMode::Commit {
        return Ok(Target::of(&spec.branch));
    }
    let branch = proposal_branch(id)?;
    let pulls = if is_new {
        Vec::new()
    } else {
        github.pulls(&spec.git_repository, &branch, None).await?
    };
    require_one_base(&pulls, spec)?;
    let is_open = pulls.iter().any(|pull| pull.state == PullState::Open);
    Ok(Target {
        branch,
        base: Some(spec.branch.clone()),
        over: match is_open {
            true => Vec::new(),
            false => pulls.iter().map(|pull| pull.head).collect(),
        },
        is_open,
    })
}

/// Refuses a fabric's new branch where its open pull request is for another one: one request.
pub(super) async fn require_no_other_proposal<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    id: &FabricId,
) -> Result<(), ApiError> {
    let branch = proposal_branch(id)?;
    let pulls = github.pulls(&spec.git_repository, &branch, None).await?;
    require_one_base(&pulls, spec)
}

fn require_one_base(pulls: &[Pull], spec: &FabricSpec) -> Result<(), ApiError> {
    let mut open = pulls.iter().filter(|pull| pull.state == PullState::Open);
    match open.find(|pull| pull.base != spec.branch.as_str()) {
        Some(elsewhere) => Err(ApiError::ProposedElsewhere {
            url: elsewhere.url.clone(),
            branch: spec.branch.to_string(),
        }),
        None => Ok(()),
    }
}

/// Opens or updates the pull request for what was written, where something waits.
pub(super) async fn open_pull_request<H: Host>(
    github: &Github<'_, H>,
    task: &Task<'_>,
    target: &Target,
    written: Written,
) -> WriteOutcome {
    let is_written = written.write_outcome.outcome == OperationOutcome::Committed;
    let waits = written.write_outcome.outcome == OperationOutcome::Unchanged
        && matches!(written.branch_snapshot.start(), Some(Start::Head(_)));
    if !is_written && !waits {
        return written.write_outcome;
    }
    let spec = task.spec;
    let repo = &written.branch_snapshot.repository.name;
    let (title, body) = (title(spec, task.kind), description(spec, &written));
    let pull = NewPull {
        repo,
        head: &target.branch,
        base: &spec.branch,
        title: &title,
        body: &body,
    };
    let (commit, look_again) = (written.commit(), written.write_outcome.look_again);
    let proposed = match github.propose(&pull).await {
        Ok(pull) => WriteOutcome {
            outcome: OperationOutcome::PullRequest,
            commit: None,
            event: Event::Proposed { url: pull.url },
            look_again,
            partly: None,
            refused: None,
        },
        Err((None, error @ GithubError::NothingToPropose)) if commit.is_none() => {
            write_outcome::failed(explanation(&error.into()))
        }
        Err((open, error)) => WriteOutcome {
            partly: Some(Partly::ProposalCommitted),
            ..write_outcome::failed(explanation(&WriteError::NotProposed {
                branch: target.branch.to_string(),
                commit: commit.map(|commit| commit.short()),
                open,
                error,
            }))
        },
    };
    WriteOutcome {
        commit,
        look_again,
        ..proposed
    }
}

/// What the pull request says: the change, path by path. Nothing in a path is markup, and nothing is read in it where
/// somebody squashes, which can make a commit's message of this.
fn description(spec: &FabricSpec, written: &Written) -> String {
    let named = |text: &str| code(&name(text));
    let mut text = format!(
        "Prepares {} for fabric {}. Every file of its layout will be there; what people put there stays.\n",
        named(spec.gitops_directory.as_str()),
        named(spec.name.as_str())
    );
    let plan = &written.plan;
    if !plan.changes.is_empty() {
        text.push_str("\nThis commit:\n\n");
    }
    for (path, change) in plan.changes.iter().take(LISTED) {
        let verb = match change {
            FileChange::Write { .. } => "writes",
            FileChange::Place { .. } => "places",
            FileChange::Delete => "deletes",
        };
        text.push_str(&format!("- {verb} {}\n", named(path)));
    }
    if let Some(more) = plan.changes.len().checked_sub(LISTED + 1) {
        text.push_str(&format!("- and {} more\n", more + 1));
    }
    text.push_str(&format!(
        "\nThe directory will have the tree {}.\n",
        code(&plan.approval.tree.to_string())
    ));
    text
}

/// Notices what became of a fabric's pull request in the repository of this number: one request where one is open, and
/// none otherwise. A pull request that cannot be read stays as it is known.
pub(crate) async fn check_pull_request<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    id: &FabricId,
    (record, repository): (&FabricRecord, u64),
) -> Result<Option<PullRequestNotice>, ApiError> {
    let Some(url) = record.pull_request_url.clone() else {
        return Ok(None);
    };
    let number = url
        .rsplit('/')
        .next()
        .and_then(|number| number.parse().ok());
    let Some(number) = number else {
        return Ok(None);
    };
    let state = match github.pull(&record.git_repository, number).await {
        // Another repository that took the name may have one of this number as well.
        Ok(pull) if pull.repository != repository => return Ok(None),
        Ok(pull) => pull.state,
        Err(_) => return Ok(None),
    };
    let state = match state {
        PullState::Open => PullRequestEnd::Open,
        PullState::Merged => PullRequestEnd::Merged,
        PullState::Closed => PullRequestEnd::Closed,
    };
    if state != PullRequestEnd::Open {
        let ended = FabricMessage::PullRequestEnded { url: url.clone() };
        ask(host, id.as_str(), &ended).await?;
    }
    Ok(Some(PullRequestNotice { url, state }))
}
