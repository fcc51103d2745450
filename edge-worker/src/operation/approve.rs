//! Is this still what the person saw?

use std::collections::BTreeMap;

use shared::api::{ApprovedChange, WriteMode};
use shared::fabric::{FabricSpec, FieldError};
use shared::git::{ObjectId, Tree};
use shared::plan::{Plan, is_after_first_step};
use shared::plan::{PlanKind, plan};

use super::full_scan::list_contents;
use crate::api_error::{ApiError, MissingBranch};
use crate::github::{BranchSnapshot, Github, GithubError, Target};
use crate::host::{Host, jittered};
use crate::wire::base;

/// How often a snapshot that may be older than our own last write is repeated.
const REREADS: u32 = 2;

/// What a person agreed to.
#[derive(Clone, Debug)]
pub(crate) struct Agreed {
    /// What they sent of the plan that they saw.
    pub change: ApprovedChange,
    /// Where it is written.
    pub target: Target,
    /// What it does beyond adding what is missing.
    pub kind: PlanKind,
    /// The listings of everything below the directory, where the plan needs them.
    pub contents: BTreeMap<String, Tree>,
}

impl Agreed {
    /// What a person sent, before anything below the directory was read.
    pub(crate) fn new(change: ApprovedChange, target: Target, kind: PlanKind) -> Self {
        Self {
            change,
            target,
            kind,
            contents: BTreeMap::new(),
        }
    }

    /// Reads everything below the fabric's directory where the plan needs to know it.
    pub(crate) async fn list_contents<H: Host>(
        &mut self,
        github: &Github<'_, H>,
        spec: &FabricSpec,
        branch_snapshot: &BranchSnapshot,
    ) -> Result<(), ApiError> {
        if self.kind.needs_contents() {
            self.contents = list_contents(github, spec, branch_snapshot).await?;
        }
        Ok(())
    }

    /// Reads the branch again, in the repository of this number and in no other that has its name by now.
    ///
    /// # Errors
    /// [`GithubError::NoRepository`] where it is another one.
    pub(crate) async fn read_again<H: Host>(
        &self,
        github: &Github<'_, H>,
        spec: &FabricSpec,
        number: u64,
    ) -> Result<BranchSnapshot, GithubError> {
        let (repo, directory) = (&spec.git_repository, &spec.gitops_directory);
        let branch_snapshot = github
            .read_target(repo, &self.target, directory, self.change.approval.head)
            .await?;
        match branch_snapshot.repository.id.number == number {
            true => Ok(branch_snapshot),
            false => Err(GithubError::NoRepository(repo.to_string())),
        }
    }

    /// Plans what was agreed on for a branch.
    fn plan(&self, spec: &FabricSpec, branch_snapshot: &BranchSnapshot) -> Result<Plan, ApiError> {
        self.change
            .overwrites
            .check(spec)
            .map_err(|error| ApiError::Fields(vec![error]))?;
        let snapshot = branch_snapshot.snapshot.clone();
        let snapshot = snapshot
            .with_listings(self.contents.clone())
            .map_err(|_| ApiError::DirectoryChanged(Box::new(branch_snapshot.clone())))?;
        let plan = plan(spec, &snapshot, &self.change.overwrites, &self.kind)?;
        Ok(plan.beginning(spec.branch.as_str(), base(branch_snapshot).as_ref()))
    }

    /// Checks that a branch which begins anew begins from what the person saw. Whoever saw a branch that is gone by now did
    /// not agree to lose what else it held.
    fn require_base(
        &self,
        spec: &FabricSpec,
        branch_snapshot: &BranchSnapshot,
    ) -> Result<(), ApiError> {
        let begins = branch_snapshot.base.as_ref();
        let Some(begins) = begins.filter(|base| base.branch != spec.branch) else {
            return Ok(());
        };
        let approval = &self.change.approval;
        let is_approved = approval.base.as_ref().is_some_and(|base| {
            base.branch == begins.branch.as_str() && approval.head == Some(base.head)
        });
        match is_approved {
            true => Ok(()),
            false => Err(ApiError::BaseNotApproved {
                missing: MissingBranch::of(branch_snapshot, &spec.branch),
                base: begins.branch.to_string(),
            }),
        }
    }
}

/// Checks that the person may write to the branch at all, or begin it: a branch that does not exist begins from another,
/// and an empty repository with a commit of its own.
pub(crate) fn require_writable(
    branch_snapshot: &BranchSnapshot,
    mode: WriteMode,
) -> Result<(), ApiError> {
    let repository = &branch_snapshot.repository;
    require_push_permission(branch_snapshot)?;
    if repository.is_archived {
        return Err(ApiError::Archived(repository.name.to_string()));
    }
    require_possible_branch(branch_snapshot)?;
    if repository.is_empty {
        if mode == WriteMode::Commit {
            return Ok(());
        }
        return Err(ApiError::EmptyRepository(repository.name.to_string()));
    }
    require_branch(branch_snapshot)
}

/// Checks that the person may push. In an archived repository nobody can, but who could before decides about its fabrics.
pub(crate) fn require_push_permission(branch_snapshot: &BranchSnapshot) -> Result<(), ApiError> {
    let repository = &branch_snapshot.repository;
    match repository.can_push {
        true => Ok(()),
        false => Err(ApiError::NoPush(repository.name.to_string())),
    }
}

/// Checks that there is something to compare with: the branch, what it would begin from, or an empty repository.
pub(crate) fn require_branch(branch_snapshot: &BranchSnapshot) -> Result<(), ApiError> {
    match branch_snapshot.base.is_some() {
        true => Ok(()),
        false => require_own_branch(branch_snapshot),
    }
}

/// The same where the branch itself is needed: what is to be moved or taken away is on no other.
pub(crate) fn require_own_branch(branch_snapshot: &BranchSnapshot) -> Result<(), ApiError> {
    let repository = &branch_snapshot.repository;
    match branch_snapshot.head.is_some() || repository.is_empty {
        true => Ok(()),
        false => Err(ApiError::NoBranch(MissingBranch::of(
            branch_snapshot,
            &branch_snapshot.branch,
        ))),
    }
}

/// Checks that git can have the branch, where it has none yet, and that its name is meant as a branch's.
///
/// # Errors
/// [`ApiError::Fields`] says what was probably meant, [`ApiError::BranchBlocked`] which branch is in the way.
pub(crate) fn require_possible_branch(branch_snapshot: &BranchSnapshot) -> Result<(), ApiError> {
    if branch_snapshot.head.is_some() || branch_snapshot.left_behind.is_some() {
        return Ok(());
    }
    let branch = &branch_snapshot.branch;
    branch.is_plain().map_err(|error| {
        ApiError::Fields(vec![FieldError {
            field: "branch".to_owned(),
            message: error.to_string(),
        }])
    })?;
    match &branch_snapshot.blocked_by {
        Some(by) => Err(ApiError::BranchBlocked {
            branch: branch.to_string(),
            by: by.to_string(),
        }),
        None => Ok(()),
    }
}

/// Plans again on the current head and gives the plan only if it is the approved one: the directory started as the
/// person saw it, every file is the one that was shown, and the result is the approved tree.
pub(crate) fn approved_plan(
    spec: &FabricSpec,
    agreed: &Agreed,
    branch_snapshot: &BranchSnapshot,
) -> Result<Plan, ApiError> {
    agreed.require_base(spec, branch_snapshot)?;
    let seen = match agreed.change.approval.head {
        None => Some(None),
        Some(_) => branch_snapshot.approved.directory(),
    };
    let is_as_seen_before = seen == Some(branch_snapshot.snapshot.directory_id(&spec.gitops_directory))
        // What was approved for an empty repository takes two commits, and the first is there already.
        || (seen == Some(None) && is_after_first_step(spec, &branch_snapshot.snapshot));
    let plan = agreed.plan(spec, branch_snapshot);
    // Where everything is there as approved nothing is written, so nothing unseen is overwritten: a person who repeats what
    // was carried out is told so.
    let is_done = plan.as_ref().is_ok_and(|plan| {
        plan.is_up_to_date()
            && plan.approval.tree == agreed.change.approval.tree
            && plan.files == agreed.change.files
    });
    if !is_as_seen_before && !is_done {
        return Err(ApiError::DirectoryChanged(Box::new(
            branch_snapshot.clone(),
        )));
    }
    let plan = plan?;
    if let Some(path) = first_difference(&plan.files, &agreed.change.files) {
        return Err(ApiError::ApprovalMismatch(path));
    }
    if plan.approval.tree != agreed.change.approval.tree {
        return Err(ApiError::ApprovalMismatch(
            spec.gitops_directory.to_string(),
        ));
    }
    Ok(plan)
}

/// As [`approved_plan`], for a fabric whose directory was last read or written at `known`. GitHub may answer a read
/// right after a write with the head from before it: where the person approved the head that is known and GitHub tells
/// another one, that is read again before it counts as a change.
pub(crate) async fn approved<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    spec: &FabricSpec,
    agreed: &Agreed,
    mut branch_snapshot: BranchSnapshot,
    known: Option<ObjectId>,
) -> Result<(BranchSnapshot, Plan), ApiError> {
    let mut rereads = 0;
    loop {
        let head = branch_snapshot.snapshot.head().map(|head| head.commit);
        let may_be_stale = known.is_some() && agreed.change.approval.head == known && head != known;
        match approved_plan(spec, agreed, &branch_snapshot) {
            Ok(plan) => return Ok((branch_snapshot, plan)),
            Err(ApiError::DirectoryChanged(_) | ApiError::BaseNotApproved { .. })
                if may_be_stale && rereads < REREADS =>
            {
                host.sleep(jittered(host, 200 << rereads)).await;
                rereads += 1;
                let number = branch_snapshot.repository.id.number;
                branch_snapshot = agreed.read_again(github, spec, number).await?;
            }
            Err(error) => return Err(error),
        }
    }
}

fn first_difference(
    planned: &BTreeMap<String, ObjectId>,
    agreed: &BTreeMap<String, ObjectId>,
) -> Option<String> {
    let paths = planned.keys().chain(agreed.keys());
    paths
        .filter(|path| planned.get(*path) != agreed.get(*path))
        .min()
        .cloned()
}
