//! Is this still what the person saw?

use std::collections::BTreeMap;

use shared::api::{Permission, SnapshotAnswer};
use shared::approval::Approval;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::plan::{Overwrite, Plan, plan};

use crate::error::ApiError;
use crate::github::{Approved, Reading};

/// What a person agreed to.
#[derive(Clone, Debug)]
pub(crate) struct Agreed {
    /// Every layout path that must exist after the commit → blob.
    pub files: BTreeMap<String, ObjectId>,
    /// The start and the result.
    pub approval: Approval,
    /// Whether changed files are overwritten.
    pub overwrite: Overwrite,
}

/// Checks that the person may write to the branch at all.
pub(crate) fn may_write(answer: &SnapshotAnswer) -> Result<(), ApiError> {
    let repository = &answer.repository;
    if answer.permission != Permission::Write {
        return Err(ApiError::NoPush(repository.name.clone()));
    }
    if repository.archived {
        return Err(ApiError::Archived(repository.name.clone()));
    }
    if repository.empty {
        return Err(ApiError::EmptyRepository(repository.name.clone()));
    }
    if answer.head.is_none() {
        return Err(ApiError::NoBranch(answer.branch.clone()));
    }
    Ok(())
}

/// Plans again on the current head and gives the plan only if it is the approved one: the directory started as the
/// person saw it, every file is the one that was shown, and the result is the approved tree.
pub(crate) fn approved_plan(
    spec: &FabricSpec,
    agreed: &Agreed,
    reading: &Reading,
) -> Result<Plan, ApiError> {
    let seen = match (agreed.approval.head, reading.approved) {
        (None, _) => Some(None),
        (Some(_), Approved::Directory(id)) => Some(id),
        (Some(_), Approved::UnknownHead) => None,
    };
    if seen != Some(reading.snapshot.directory_id(&spec.gitops_directory)) {
        return Err(ApiError::DirectoryChanged(Box::new(reading.answer.clone())));
    }
    let plan = plan(spec, &reading.snapshot, agreed.overwrite)
        .map_err(|blocked| ApiError::Blocked(blocked.obstacles))?;
    if let Some(path) = first_difference(&plan.files, &agreed.files) {
        return Err(ApiError::ApprovalMismatch(path));
    }
    if plan.approval.tree != agreed.approval.tree {
        return Err(ApiError::ApprovalMismatch(
            spec.gitops_directory.to_string(),
        ));
    }
    Ok(plan)
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
