//! The one commit that brings a branch to what it should hold, and what the repository holds after it.
//!
//! [`plan`] is the door for everything that puts the layout in place: initialisation, adoption, repair. [`relocate`] and
//! [`remove`] plan the commits that move a fabric or take its files away.
//!
//! **Invariant.** Nothing that a person wrote is changed or lost: it stays, or moves with the same bytes and mode, and
//! never onto something else. Only files of the layout are overwritten or removed.

mod adopt;
mod archive_date;
mod free_path;
mod layout;
mod overwrites;
mod prune;
mod relocate;
mod remove;
mod repair;
mod unexpected_paths;
mod with_moves;

use std::collections::BTreeMap;

use crate::approval::{Approval, BaseBranch};
use crate::change_set::{ChangeError, ChangeSet, FileChange};
use crate::diff::{Change, Diff, Obstacle};
use crate::fabric::FabricSpec;
use crate::git::ObjectId;
use crate::names::DirectoryPath;
use crate::ordered;
use crate::snapshot::Snapshot;
use serde::{Deserialize, Serialize};

pub use adopt::Adopt;
pub use archive_date::{ArchiveDate, ArchiveDateError};
pub use layout::{first_step, is_after_first_step, layout_tree, plan_alone, plan_layout};
pub use overwrites::{Overwrite, Overwrites};
pub use prune::{Prune, prune};
pub use relocate::{RelocateError, relocate};
pub use remove::{RootPlan, remove};
pub use repair::OnUnexpected;

/// What a plan does beyond adding what is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanKind {
    /// Nothing: it puts the layout in place.
    #[default]
    Layout,
    /// Takes a directory over.
    Adopt(Adopt),
    /// Restores the product's own file, and sees to unexpected files.
    Repair(OnUnexpected, ArchiveDate),
}

impl PlanKind {
    /// Whether the plan moves things that may be whole directories, so that everything in them has to be known.
    pub fn needs_contents(&self) -> bool {
        match self {
            Self::Layout | Self::Adopt(Adopt::Keep | Adopt::Pending) => false,
            Self::Adopt(Adopt::External) => true,
            Self::Repair(on_unexpected, _) => *on_unexpected != OnUnexpected::Leave,
        }
    }

    /// Whether a snapshot shows everything that the plan depends on. From one that does not, [`plan`] would leave where
    /// it is what it cannot see.
    pub fn is_shown_by(&self, snapshot: &Snapshot, directory: &DirectoryPath) -> bool {
        !self.needs_contents() || snapshot.is_whole(directory)
    }
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A person has to clear the way.
    #[error(transparent)]
    Blocked(#[from] Box<Blocked>),
    /// A change does not fit what the branch holds, or not everything in a directory that has to move is known.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

/// Plans the commit that makes `snapshot` hold the layout of `spec`, with what `kind` moves moved. Where
/// [`PlanKind::needs_contents`], the snapshot has the listings of everything below the directory.
///
/// # Errors
/// [`PlanError`]
pub fn plan(
    spec: &FabricSpec,
    snapshot: &Snapshot,
    overwrites: impl Into<Overwrites>,
    kind: &PlanKind,
) -> Result<Plan, PlanError> {
    let overwrites = overwrites.into();
    if matches!(kind, PlanKind::Layout | PlanKind::Adopt(Adopt::Keep)) {
        return plan_layout(spec, snapshot, overwrites).map_err(|blocked| Box::new(blocked).into());
    }
    with_moves::plan_with_moves(spec, snapshot, &overwrites, kind)
}

/// A change set with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The comparison that the plan follows from.
    pub diff: Diff,
    /// Every layout path that must exist after the commit → the blob it will hold, unchanged ones included.
    pub files: BTreeMap<String, ObjectId>,
    /// What the commit writes. Empty means that nothing is to do, unless the branch has to be made.
    pub changes: ChangeSet,
    /// The start and the result.
    pub approval: Approval,
    /// The id of the repository's root tree after the commit.
    pub root: ObjectId,
}

/// A plan cannot be made until a person clears the way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .obstacles.iter().map(|obstacle| obstacle.message.as_str()).collect::<Vec<_>>().join("; "))]
pub struct Blocked {
    /// The whole comparison, for display.
    pub diff: Diff,
    /// What stands in the way.
    pub obstacles: Vec<Obstacle>,
}

impl Plan {
    /// `root` and `tree` are the repository's and the directory's trees after the commit.
    fn new(
        snapshot: &Snapshot,
        diff: Diff,
        changes: ChangeSet,
        (root, tree): (ObjectId, ObjectId),
    ) -> Self {
        let files = diff.files.iter();
        let files = files.filter(|file| file.change != Change::NotNeeded);
        let files = ordered::map(files.map(|file| {
            let is_written = matches!(changes.get(&file.path), Some(FileChange::Write { .. }));
            let after = match file.current {
                Some(current) if !is_written => current,
                _ => file.desired,
            };
            (file.path.clone(), after)
        }));
        let approval = Approval {
            head: snapshot.head().map(|head| head.commit),
            tree,
            base: None,
        };
        Self {
            diff,
            files,
            changes,
            approval,
            root,
        }
    }

    /// How many commits the plan takes: none, one, or in an empty repository two.
    pub fn commits(&self) -> u32 {
        match self.approval.head {
            _ if self.is_up_to_date() => 0,
            Some(_) => 1,
            None => 2,
        }
    }

    /// The same plan for a fabric's `branch` that does not exist: what was compared is `base`, and the commit that makes
    /// the branch is made in any case.
    #[must_use]
    pub fn beginning(self, branch: &str, base: Option<&BaseBranch>) -> Self {
        Self {
            approval: self.approval.beginning(branch, base),
            ..self
        }
    }

    /// Tells whether the branch already holds everything. A branch that does not exist holds nothing, whatever its base does.
    pub fn is_up_to_date(&self) -> bool {
        self.changes.is_empty() && self.approval.base.is_none()
    }

    /// The comparison as it is once the plan is carried out.
    pub fn diff_after(&self) -> Diff {
        let mut diff = self.diff.clone();
        for file in diff
            .files
            .iter_mut()
            .filter(|file| self.changes.contains(&file.path))
        {
            file.change = Change::Unchanged;
            file.current = Some(file.desired);
        }
        diff
    }

    /// The paths of changed files that the plan leaves as they are.
    pub fn kept(&self) -> impl Iterator<Item = &str> {
        self.diff
            .files
            .iter()
            .filter(|file| file.change == Change::Modified && !self.changes.contains(&file.path))
            .map(|file| file.path.as_str())
    }
}

#[cfg(test)]
mod tests;
