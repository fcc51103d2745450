//! A branch as it was read, kept once and shared.

use std::ops::Deref;
use std::sync::Arc;

use shared::api::SnapshotAnswer;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
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
