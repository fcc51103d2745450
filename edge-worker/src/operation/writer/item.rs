//! A write as the object of its repository keeps it, and what goes along with it in memory alone.

use serde::{Deserialize, Serialize};
use shared::api::{ApprovedChange, User, WriteMode};
use shared::approval::Approval;
use shared::fabric::FabricSpec;
use shared::names::{FabricId, RepoName};
use shared::plan::PlanKind;
use shared::record::OperationKind;
use shared::snapshot::Snapshot;

use crate::github::{BranchSnapshot, Target, listings};
use crate::operation::approve::Agreed;
use crate::operation::task::Task;
use crate::repository_id::RepositoryId;

/// A write that a person approved.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    /// The operation's id, as in the commit's trailer.
    pub operation: String,
    pub fabric: FabricId,
    pub spec: FabricSpec,
    pub kind: OperationKind,
    /// The request that asked for it, for the log.
    pub request_id: String,
    /// Who approved it.
    pub person: User,
    /// When it was asked for; GitHub was asked after that what the person may do.
    pub started_ms: u64,
    /// Whether an earlier request began the same write.
    pub may_have_happened: bool,
    /// How many requests were sent to GitHub for it by then.
    pub requests: u32,
    pub repository: RepositoryId,
    /// The repository's name, as GitHub spells it.
    pub name: RepoName,
    /// Whether the branch takes the person's commit, and no rule could tell them from anybody else who may push.
    pub is_for_all: bool,
    /// Whether an earlier try of this run of the object kept its intent in the fabric.
    #[serde(skip)]
    pub has_begun: bool,
    pub change: Change,
}

/// What is approved.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Change {
    /// A plan for the fabric's directory.
    Directory(DirectoryChange),
    /// Moving the directory, or giving the fabric another name, by the root tree.
    Relocation {
        to: Box<FabricSpec>,
        approval: Approval,
    },
    /// Taking the layout's files away, by the root tree.
    Removal { approval: Approval },
}

/// A plan for a fabric's directory, and where it is written.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DirectoryChange {
    approved: Box<ApprovedChange>,
    target: Target,
    kind: PlanKind,
}

impl DirectoryChange {
    /// What a person agreed to, without what was read for it.
    pub(in crate::operation) fn of(agreed: &Agreed) -> Self {
        Self {
            approved: Box::new(agreed.change.clone()),
            target: agreed.target.clone(),
            kind: agreed.kind.clone(),
        }
    }

    pub(super) fn agreed(&self) -> Agreed {
        let (target, kind) = (self.target.clone(), self.kind.clone());
        Agreed::new((*self.approved).clone(), target, kind)
    }
}

/// What the Worker read of the branch before it gave the write away.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub branch: BranchSnapshot,
    /// With the listings that the plan needs beyond those of the directory.
    pub whole: Option<Whole>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Whole(#[serde(with = "listings")] pub Snapshot);

impl Item {
    pub(super) fn task(&self) -> Task<'_> {
        Task {
            operation: &self.operation,
            may_have_happened: self.may_have_happened,
            kind: self.kind,
            actor: &self.person.login,
            started_ms: self.started_ms,
            fabric: &self.fabric,
            spec: &self.spec,
        }
    }

    /// What the person agreed to, if it is about the directory.
    pub(super) fn agreed(&self) -> Option<Agreed> {
        match &self.change {
            Change::Directory(change) => Some(change.agreed()),
            Change::Relocation { .. } | Change::Removal { .. } => None,
        }
    }

    /// Tells whether it can share a commit to the fabric's branch with others.
    pub(super) fn can_share(&self) -> bool {
        match &self.change {
            Change::Directory(change) => {
                // What has to be read for one alone would be read for each.
                let needs_contents = change.kind.needs_contents();
                let commits = change.approved.mode == WriteMode::Commit;
                commits && !needs_contents && !self.may_have_happened
            }
            Change::Relocation { .. } | Change::Removal { .. } => false,
        }
    }
}
