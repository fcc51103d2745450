//! A branch as it was read, kept once and shared.

use std::ops::Deref;
use std::sync::Arc;

use shared::api::SnapshotAnswer;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::record::{CheckState, DirectoryStatus, FabricRecord};
use shared::snapshot::Snapshot;

/// What is known of the branch.
#[derive(Clone, Debug, PartialEq)]
pub enum BranchState {
    /// The question is on its way, or waits for somebody to sign in.
    Loading,
    /// GitHub could not tell.
    Failed,
    /// It was read and its listings were verified.
    Loaded(LoadedBranch),
}

/// One snapshot. Copies share it, however long its listings are, and are equal if they do.
#[derive(Clone, Debug)]
pub struct LoadedBranch(Arc<Content>);

/// What a snapshot holds.
#[derive(Debug)]
pub struct Content {
    pub asked: FabricSpec,
    /// The answer, without its listings.
    pub answer: SnapshotAnswer,
    pub snapshot: Snapshot,
    /// The id of the fabric's directory; none if it does not exist. What a branch would begin from says nothing of it.
    pub tree: Option<ObjectId>,
}

impl LoadedBranch {
    /// Takes an answer whose listings were verified.
    pub fn new(asked: FabricSpec, mut answer: SnapshotAnswer, snapshot: Snapshot) -> Self {
        answer.listings = Vec::new();
        let tree = answer
            .head
            .and_then(|_| snapshot.directory_id(&asked.gitops_directory));
        Self(Arc::new(Content {
            asked,
            answer,
            snapshot,
            tree,
        }))
    }

    /// Tells whether it is of the place that a fabric names. What was asked counts, not the answer's spelling: a
    /// renamed repository answers under its new name.
    pub fn is_of(&self, spec: &FabricSpec) -> bool {
        self.asked.git_repository == spec.git_repository
            && self.asked.branch == spec.branch
            && self.asked.gitops_directory == spec.gitops_directory
    }

    /// Tells whether it is what a record tells of: the same directory, at the same head.
    pub fn is_recorded(&self, record: &FabricRecord) -> bool {
        self.is_of(&record.spec()) && self.tree == record.tree && self.answer.head == record.head
    }

    /// Tells whether it tells more than a record that was there before it: the record knows of something else, or not whether
    /// what it knows of is still so. While a write is under way there is nothing to compare.
    pub fn tells_more(&self, record: &FabricRecord) -> bool {
        let is_settled = record.gitops_directory_status != DirectoryStatus::Initializing;
        let is_current = self.is_recorded(record) && record.check.state == CheckState::Ok;
        self.is_of(&record.spec()) && record.checked_at.is_some() && is_settled && !is_current
    }
}

impl PartialEq for LoadedBranch {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for LoadedBranch {
    type Target = Content;

    fn deref(&self) -> &Content {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::tests::answer;
    use crate::preview::tests::{changed, spec};
    use shared::git::blob_id;
    use shared::names::FabricId;
    use shared::record::Visibility;

    #[test]
    fn a_reading_tells_more_than_a_record_of_another_state_or_one_that_is_not_known_to_be_current()
    {
        let read = LoadedBranch::new(spec(), answer(), changed());
        let mut record =
            FabricRecord::new(FabricId::from_bytes([7; 16]), &spec(), Visibility::Public);
        record.tree = read.tree;
        record.head = read.answer.head;
        assert!(!read.tells_more(&record), "nobody has asked for it yet");
        record.checked_at = Some("2026-01-02T12:00:00Z".to_owned());
        record.check.state = CheckState::Ok;
        assert!(!read.tells_more(&record));
        let other = |change: &dyn Fn(&mut FabricRecord)| {
            let mut record = record.clone();
            change(&mut record);
            read.tells_more(&record)
        };
        assert!(other(&|record| record.tree = None));
        assert!(other(&|record| record.head = Some(blob_id(b"elsewhere"))));
        assert!(other(&|record| record.check.state = CheckState::Stale));
        assert!(other(&|record| record.check.state = CheckState::Unknown));
        assert!(!other(&|record| {
            record.tree = None;
            record.gitops_directory_status = DirectoryStatus::Initializing;
        }));
        assert!(!other(&|record| {
            record.tree = None;
            record.gitops_directory = shared::names::DirectoryPath::parse("moved").expect("plain");
        }));
    }
}
