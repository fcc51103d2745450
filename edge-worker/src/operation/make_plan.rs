//! A plan for a client of the API, of any kind of change.

use std::collections::BTreeMap;

use shared::api::{PlanAnswer, PlanRequest, WriteMode};
use shared::diff::diff;
use shared::fabric::FabricSpec;
use shared::layout::layout;
use shared::plan::{Adopt, ArchiveDate, OnUnexpected, PlanKind, plan, remove};
use shared::record::Deletion;

use super::approve::{require_branch, require_own_branch, require_possible_branch};
use super::claim::{claim_holder, could_claim};
use super::deleted::deleted_from;
use super::follow_branch::plan_branch;
use super::full_scan::list_contents;
use super::near_branches::near_branches;
use super::pull_request::write_target;
use super::relocate::{plan_relocation, read_both, relocated};
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github, PROPOSALS, Target};
use crate::host::Host;
use crate::session::SignedIn;
use crate::wire::{base, mode_offer, proposal_offer};

/// Computes, for API clients, what the page computes by itself, and what needs a full scan of the directory. Writes
/// nothing, and names a fabric that has the directory already. One request to GitHub; where folders move, those that list them as well,
/// and where the branch does not exist, those that find what it would begin from and branches with near names.
pub(crate) async fn make_plan<H: Host>(
    host: &H,
    person: &SignedIn,
    asked: &PlanRequest,
) -> Result<PlanAnswer, ApiError> {
    let spec = FabricSpec::parse(&asked.fabric).map_err(ApiError::Fields)?;
    let github = Github::new(host, &person.token);
    match &asked.to {
        Some(to) if to.branch.is_some() => Box::pin(plan_branch(host, &github, &spec, to)).await,
        Some(to) => {
            let to = relocated(&spec, to)?;
            let (branch_snapshot, snapshot) = read_both(&github, &spec, &to).await?;
            require_own_branch(&branch_snapshot)?;
            // Apart, so that what plans carry with them stays small.
            Box::pin(could_claim(host, &branch_snapshot, &spec, &to)).await?;
            let found = diff(&layout(&spec), &spec.gitops_directory, &snapshot);
            let plan = plan_relocation(&spec, &to, &snapshot)?;
            Ok(PlanAnswer {
                deleted: deleted_there((host, person), &github, &spec, &branch_snapshot).await,
                mode: mode_offer(&branch_snapshot, Some(plan.changes.carrier())).commit_only(),
                head_commit: branch_snapshot.head_commit.clone(),
                ..PlanAnswer::of_root(&plan, found, &snapshot, &spec.gitops_directory)
            })
        }
        None => on_one_directory((host, person), &github, &spec, asked).await,
    }
}

async fn on_one_directory<H: Host>(
    (host, person): (&H, &SignedIn),
    github: &Github<'_, H>,
    spec: &FabricSpec,
    asked: &PlanRequest,
) -> Result<PlanAnswer, ApiError> {
    let (repo, directory) = (&spec.git_repository, &spec.gitops_directory);
    let target = match &asked.proposal {
        Some(id) => {
            Box::pin(write_target(
                github,
                spec,
                id,
                WriteMode::PullRequest,
                false,
            ))
            .await?
        }
        None => Target::of(&spec.branch),
    };
    let mut branch_snapshot = github.read_target(repo, &target, directory, None).await?;
    if asked.remove_files {
        require_own_branch(&branch_snapshot)?;
        let found = diff(&layout(spec), directory, &branch_snapshot.snapshot);
        let plan = remove(spec, &branch_snapshot.snapshot)
            .map_err(|error| ApiError::CannotArrange(error.to_string()))?;
        return Ok(PlanAnswer {
            deleted: deleted_there((host, person), github, spec, &branch_snapshot).await,
            mode: mode_offer(&branch_snapshot, Some(plan.changes.carrier())).commit_only(),
            head_commit: branch_snapshot.head_commit.clone(),
            ..PlanAnswer::of_root(&plan, found, &branch_snapshot.snapshot, directory)
        });
    }
    require_possible_branch(&branch_snapshot)?;
    require_branch(&branch_snapshot)?;
    if asked.proposal.is_none() {
        github.read_further_rules(&mut branch_snapshot).await?;
    }
    let offer = match &asked.proposal {
        Some(_) => proposal_offer,
        None => mode_offer,
    };
    let mode = offer(&branch_snapshot, None);
    if mode.mode == WriteMode::PullRequest
        && let Some(by) = &branch_snapshot.proposals_blocked_by
    {
        return Err(ApiError::BranchBlocked {
            branch: format!("{PROPOSALS}/…"),
            by: by.to_string(),
        });
    }
    let committed_at = branch_snapshot.committed_at.as_deref().unwrap_or_default();
    let date = ArchiveDate::parse(committed_at).unwrap_or_default();
    let is_repair = asked.repair || asked.unexpected != OnUnexpected::Leave;
    let kind = match (is_repair, asked.adopt) {
        (true, _) => PlanKind::Repair(asked.unexpected, date.clone()),
        (false, Adopt::Keep) => PlanKind::Layout,
        (false, adopt) => PlanKind::Adopt(adopt),
    };
    let contents = if kind.needs_contents() {
        list_contents(github, spec, &branch_snapshot).await?
    } else {
        BTreeMap::new()
    };
    let snapshot = branch_snapshot.snapshot.clone().with_listings(contents);
    let snapshot = snapshot.map_err(|error| ApiError::CannotArrange(error.to_string()))?;
    asked
        .overwrites
        .check(spec)
        .map_err(|error| ApiError::Fields(vec![error]))?;
    let base = base(&branch_snapshot);
    let plan = plan(spec, &snapshot, &asked.overwrites, &kind)?;
    let claim = match &asked.proposal {
        Some(_) => None,
        None => claim_holder(host, &branch_snapshot).await,
    };
    let fabric = asked.proposal.as_ref();
    let fabric = fabric.or(claim.as_ref().map(|claim| &claim.fabric));
    let of = (fabric, spec);
    let deleted = Box::pin(deleted_from(host, github, person, of, &branch_snapshot)).await;
    let near_branches = match &asked.proposal {
        Some(_) => Vec::new(),
        None => Box::pin(near_branches(github, &branch_snapshot)).await,
    };
    Ok(PlanAnswer {
        deleted,
        near_branches,
        // A repair and a proposal are of the fabric that has the directory.
        taken_by: claim.filter(|_| !is_repair),
        head_commit: branch_snapshot.head_commit.clone(),
        mode: offer(&branch_snapshot, Some(plan.changes.carrier())),
        archive_date: (asked.unexpected == OnUnexpected::Archive).then_some(date),
        ..PlanAnswer::with_moves(&plan, &snapshot, directory)
            .beginning(spec.branch.as_str(), base.as_ref())
    })
}

/// What people deleted from the directory of the fabric that is there.
async fn deleted_there<H: Host>(
    (host, person): (&H, &SignedIn),
    github: &Github<'_, H>,
    spec: &FabricSpec,
    branch_snapshot: &BranchSnapshot,
) -> Vec<Deletion> {
    let claim = claim_holder(host, branch_snapshot).await;
    let of = (claim.as_ref().map(|claim| &claim.fabric), spec);
    Box::pin(deleted_from(host, github, person, of, branch_snapshot)).await
}
