//! Fabrics on the wire: what is asked for, and what is answered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::{BaseBranch, DirectoryClaim, FabricChange, ModeOffer, WriteMode};
use crate::approval::Approval;
use crate::change_set::{ChangeSet, Moved, moves};
use crate::diff::Diff;
use crate::fabric::FabricInput;
use crate::git::{CommitFacts, ObjectId};
use crate::names::{DirectoryPath, FabricId};
use crate::plan::{Adopt, ArchiveDate, OnUnexpected, RootPlan};
use crate::plan::{Overwrites, Plan, Prune, prune};
use crate::record::Deletion;
use crate::report::Report;
use crate::snapshot::{Head, Snapshot};

/// The body of `POST /api/plan`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PlanRequest {
    /// The fabric.
    #[serde(flatten)]
    pub fabric: FabricInput,
    /// What happens to files of the layout that somebody changed.
    #[serde(flatten)]
    pub overwrites: Overwrites,
    /// For a creation: what becomes of what the directory holds already.
    #[serde(default)]
    pub adopt: Adopt,
    /// For a repair: what becomes of what stands where it does not belong.
    #[serde(default)]
    pub unexpected: OnUnexpected,
    /// For a repair rather than a creation: the product's own file is restored in any case.
    #[serde(default)]
    pub repair: bool,
    /// For `PATCH`: the new name, the new directory, or both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<FabricChange>,
    /// For `DELETE`: removes the layout's own files.
    #[serde(default)]
    pub remove_files: bool,
    /// For a pull request of this fabric that may wait already: plans on the branch that it proposes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<FabricId>,
}

/// The answer of `POST /api/plan`: what a person has to approve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanAnswer {
    /// Every layout path that must exist after the commit → the blob it will hold.
    pub files: BTreeMap<String, ObjectId>,
    /// The comparison with the branch.
    pub diff: Diff,
    /// What to send with the write. For `to` and `remove_files` its id is that of the root tree.
    pub approval: Approval,
    /// The files that the commit writes.
    #[serde(default)]
    pub writes: Vec<String>,
    /// What the commit moves.
    #[serde(default)]
    pub moves: Vec<Moved>,
    /// The files that the commit takes away.
    #[serde(default)]
    pub deletions: Vec<String>,
    /// How many commits it takes: none, one, or in an empty repository two.
    #[serde(default)]
    pub commits: u32,
    /// What a branch that does not exist begins from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<BaseBranch>,
    /// How the change can reach the branch.
    #[serde(default)]
    pub mode: ModeOffer,
    /// For a repair: the day that its archive folder is named after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archive_date: Option<ArchiveDate>,
    /// For `to` with a `branch`: what that branch holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// What leaves the path that Argo CD or Flux reads, and would be deleted from the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prune: Option<Prune>,
    /// For a creation: the fabric that has this directory of the branch already, or one above or below it. The write would
    /// be refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_by: Option<DirectoryClaim>,
    /// Whose commit the approved head is, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_commit: Option<CommitFacts>,
    /// For a repair: what people deleted below the directory since it was last compared, and is not back; no repair brings it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<Deletion>,
    /// Where the branch does not exist: at most three that do, whose names are near, the nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub near_branches: Vec<String>,
}

/// The body of `POST /api/fabrics`.
#[derive(Clone, Debug, Deserialize)]
pub struct CreateFabric {
    /// The fabric.
    #[serde(flatten)]
    pub fabric: FabricInput,
    /// The commit that was approved.
    #[serde(flatten)]
    pub change: ApprovedChange,
    /// What becomes of what the directory holds already; as in the plan.
    #[serde(default)]
    pub adopt: Adopt,
}

// A page that resumes a write sends the same bytes under the same key, also where the tab kept them before an update. So
// the fields stay in the order that they always had, which no derived order of these parts is.
impl Serialize for CreateFabric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct InOrder<'a> {
            #[serde(flatten)]
            fabric: &'a FabricInput,
            files: &'a BTreeMap<String, ObjectId>,
            approval: &'a Approval,
            #[serde(flatten)]
            overwrites: &'a Overwrites,
            adopt: Adopt,
            mode: WriteMode,
        }
        let change = &self.change;
        let in_order = InOrder {
            fabric: &self.fabric,
            files: &change.files,
            approval: &change.approval,
            overwrites: &change.overwrites,
            adopt: self.adopt,
            mode: change.mode,
        };
        in_order.serialize(serializer)
    }
}

/// What every write that adds files sends of the plan that a person approved. Alone it is the body of
/// `POST /api/fabrics/{id}/init-gitops`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ApprovedChange {
    /// The plan's `files`.
    pub files: BTreeMap<String, ObjectId>,
    /// The plan's `approval`.
    pub approval: Approval,
    /// What happens to files of the layout that somebody changed; as in the plan.
    #[serde(flatten)]
    pub overwrites: Overwrites,
    /// How the change reaches the branch.
    #[serde(default)]
    pub mode: WriteMode,
}

impl From<&Plan> for PlanAnswer {
    fn from(plan: &Plan) -> Self {
        plan.clone().into()
    }
}

impl From<Plan> for PlanAnswer {
    fn from(plan: Plan) -> Self {
        Self {
            commits: plan.commits(),
            writes: plan
                .changes
                .writes()
                .map(|(path, _)| path.to_owned())
                .collect(),
            files: plan.files,
            diff: plan.diff,
            approval: plan.approval,
            moves: Vec::new(),
            deletions: Vec::new(),
            base: None,
            mode: ModeOffer::default(),
            archive_date: None,
            report: None,
            prune: None,
            taken_by: None,
            head_commit: None,
            deleted: Vec::new(),
            near_branches: Vec::new(),
        }
    }
}

impl PlanAnswer {
    /// The answer for a plan that may move and take away; `snapshot` is what it was made from, `directory` where the fabric is.
    pub fn with_moves(plan: &Plan, snapshot: &Snapshot, directory: &DirectoryPath) -> Self {
        Self::from(plan).with_changes(&plan.changes, snapshot, directory)
    }

    /// The answer for a plan that is approved by the root tree; `diff` compares the fabric as it is, at `directory`.
    pub fn of_root(
        plan: &RootPlan,
        diff: Diff,
        snapshot: &Snapshot,
        directory: &DirectoryPath,
    ) -> Self {
        let answer = Self {
            files: BTreeMap::new(),
            diff,
            approval: plan.approval.clone(),
            writes: Vec::new(),
            moves: Vec::new(),
            deletions: Vec::new(),
            commits: u32::from(!plan.changes.is_empty()),
            base: None,
            mode: ModeOffer::default(),
            archive_date: None,
            report: None,
            prune: None,
            taken_by: None,
            head_commit: None,
            deleted: Vec::new(),
            near_branches: Vec::new(),
        };
        answer.with_changes(&plan.changes, snapshot, directory)
    }

    /// The answer for a fabric that is given another branch: nothing is written, and `report` is what the branch holds.
    pub fn of_branch(head: Head, diff: Diff, report: Report) -> Self {
        Self {
            files: BTreeMap::new(),
            diff,
            approval: Approval {
                head: Some(head.commit),
                tree: head.tree,
                base: None,
            },
            writes: Vec::new(),
            moves: Vec::new(),
            deletions: Vec::new(),
            commits: 0,
            base: None,
            mode: ModeOffer::default(),
            archive_date: None,
            report: Some(report),
            prune: None,
            taken_by: None,
            head_commit: None,
            deleted: Vec::new(),
            near_branches: Vec::new(),
        }
    }

    /// The same for a fabric's `branch` that does not exist and begins from `base`: see [`Plan::beginning`].
    #[must_use]
    pub fn beginning(self, branch: &str, base: Option<&BaseBranch>) -> Self {
        let approval = self.approval.beginning(branch, base);
        Self {
            commits: self.commits.max(u32::from(approval.base.is_some())),
            base: base.cloned(),
            approval,
            ..self
        }
    }

    fn with_changes(
        mut self,
        changes: &ChangeSet,
        snapshot: &Snapshot,
        directory: &DirectoryPath,
    ) -> Self {
        self.prune = prune(changes, directory);
        self.writes = changes.writes().map(|(path, _)| path.to_owned()).collect();
        self.moves = moves(changes, snapshot);
        let is_moved = |path: &str| {
            self.moves.iter().any(|moved| {
                path.strip_prefix(moved.from.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        self.deletions = changes
            .deletions()
            .filter(|path| !is_moved(path))
            .map(str::to_owned)
            .collect();
        self
    }
}
