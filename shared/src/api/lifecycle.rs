//! The life of a fabric on the wire: its history, and what is asked of it after its creation.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use super::{ApprovedChange, FabricAnswer, WriteMode};
use crate::approval::Approval;
use crate::git::{CommitFacts, ObjectId};
use crate::names::FabricId;
use crate::plan::{ArchiveDate, OnUnexpected, Overwrites};
use crate::record::{HistoryEntry, PullRequestChecks};

/// The answer of `GET /api/fabrics/{id}/history`, which is also the export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryAnswer {
    /// The fabric.
    pub fabric: FabricId,
    /// What was done, the latest first.
    pub entries: Vec<HistoryEntry>,
    /// How many entries a fabric keeps, validations aside; older ones are forgotten.
    #[serde(rename = "kept")]
    pub limit: usize,
}

/// The body of `POST /api/fabrics/{id}/repair`.
#[derive(Clone, Debug, Deserialize)]
pub struct RepairFabric {
    /// The commit that was approved.
    #[serde(flatten)]
    pub change: ApprovedChange,
    /// What becomes of files that stand where they do not belong; as in the plan.
    #[serde(default)]
    pub unexpected: OnUnexpected,
    /// The plan's `archive_date`.
    #[serde(default)]
    pub archive_date: ArchiveDate,
}

// In the order that it always had, as the body of a creation.
impl Serialize for RepairFabric {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct InOrder<'a> {
            files: &'a BTreeMap<String, ObjectId>,
            approval: &'a Approval,
            #[serde(flatten)]
            overwrites: &'a Overwrites,
            unexpected: OnUnexpected,
            archive_date: &'a ArchiveDate,
            mode: WriteMode,
        }
        let change = &self.change;
        let in_order = InOrder {
            files: &change.files,
            approval: &change.approval,
            overwrites: &change.overwrites,
            unexpected: self.unexpected,
            archive_date: &self.archive_date,
            mode: change.mode,
        };
        in_order.serialize(serializer)
    }
}

/// The answer of `POST /api/fabrics/{id}/repair`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Repaired {
    /// The record, and what was done.
    #[serde(flatten)]
    pub fabric: FabricAnswer,
    /// The commit that still holds what was overwritten or moved, where something was.
    pub before: Option<ObjectId>,
    /// Whose commit that is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before_commit: Option<CommitFacts>,
    /// The files that were overwritten.
    pub overwritten: Vec<String>,
}

/// What `PATCH /api/fabrics/{id}` changes; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FabricChange {
    /// The new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The new directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gitops_directory: Option<String>,
    /// The new branch, by itself: it exists, and nothing is written to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

/// The body of `PATCH /api/fabrics/{id}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeFabric {
    /// What changes.
    #[serde(flatten)]
    pub to: FabricChange,
    /// The plan's `approval`: here the id is that of the **root** tree.
    pub approval: Approval,
}

/// The other body of `PATCH /api/fabrics/{id}`, which changes nothing but this.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPullRequestChecks {
    /// How the pull requests are checked that touch the fabric.
    pub pull_request_checks: PullRequestChecks,
}

/// The body of `DELETE /api/fabrics/{id}`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ForgetFabric {
    /// Whether the layout's own files are removed from the branch; else only the record is forgotten.
    pub remove_files: bool,
    /// The plan's `approval`, where files are removed: here the id is that of the **root** tree.
    pub approval: Option<Approval>,
}

/// The answer of `DELETE /api/fabrics/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgotten {
    /// The fabric that is no more.
    pub fabric: FabricId,
    /// The operation that removed its files, where files were removed.
    pub operation: Option<HistoryEntry>,
    /// Where to see the commit, if one was made.
    pub commit_url: Option<String>,
}
