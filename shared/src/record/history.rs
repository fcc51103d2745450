//! What was done to a fabric.

use serde::{Deserialize, Serialize};

use crate::git::ObjectId;
use crate::words::words;

/// How many validations a fabric remembers, apart from what was done.
pub const VALIDATIONS_KEPT: u64 = 50;

/// One operation on a fabric.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// The operation's id, as in the trailer `Hedgerow-Operation` of its commit.
    pub operation: String,
    /// What was asked for.
    pub kind: OperationKind,
    /// The login of who asked.
    pub actor: String,
    /// When it began, RFC 3339, UTC.
    pub started_at: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// How many requests GitHub got; none if the operation was interrupted, so that they were not counted.
    pub github_requests: Option<u32>,
    /// How it ended.
    pub outcome: OperationOutcome,
    /// The commit that it made or confirmed.
    pub commit: Option<ObjectId>,
    /// What was done of it, where it did not reach its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partly: Option<Partly>,
    /// How many deleted files the person said were meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meant: Option<usize>,
    /// Of a validation that found nothing new, and of a repair or initialisation that had nothing to write: how many there were
    /// until then, one after the other. It stands for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nothing_new: Option<u32>,
}

words! {
    /// How far an operation came that did not reach its end. The same operation goes on from there.
    Partly {
        /// The change is on the proposal's branch, and its pull request was not opened or updated.
        ProposalCommitted = "proposal_committed",
        /// Of the two commits that an empty repository takes, the first was made.
        FirstCommitMade = "first_commit_made",
        /// Hedgerow was interrupted before anything of it was sent.
        Interrupted = "interrupted",
    }
}

words! {
    /// What was asked for.
    OperationKind {
        /// The fabric was created and initialised.
        Create = "create",
        /// An existing fabric was initialised.
        Initialize = "initialize",
        /// The directory was validated.
        Validate = "validate",
        /// What was missing or changed was put back, and what did not belong was moved.
        Repair = "repair",
        /// The fabric was renamed or moved, or given another branch.
        Change = "change",
        /// The layout's own files were removed.
        Remove = "remove",
    }
}

words! {
    /// How an operation ended.
    OperationOutcome {
        /// A commit was made, and its root tree is the approved one.
        Committed = "committed",
        /// Everything was there; no commit was made.
        Unchanged = "unchanged",
        /// A pull request was opened or updated.
        PullRequest = "pull_request",
        /// It was not allowed or not as approved; nothing was written.
        Refused = "refused",
        /// It failed; nothing was written, unless [`HistoryEntry::partly`] says what.
        Failed = "failed",
        /// GitHub did not answer; the next authorised read settles it.
        Unconfirmed = "unconfirmed",
    }
}
