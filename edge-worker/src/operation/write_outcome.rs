//! How a write ends: for the history and for the record.

use shared::git::ObjectId;
use shared::plan::Plan;
use shared::problem::Explanation;
use shared::record::{OperationOutcome, Partly};
use shared::report::Report;

use super::WriteError;
use crate::api_error::explanation;
use crate::github::SeenCommit;
use crate::objects::fabric::Event;

/// How a write ended.
pub(super) struct WriteOutcome {
    pub outcome: OperationOutcome,
    /// The commit that was made, if one was.
    pub commit: Option<ObjectId>,
    pub event: Event,
    /// Whether the branch may still show a commit that was looked for and not found.
    pub look_again: bool,
    /// What was done, where it failed on the way.
    pub partly: Option<Partly>,
    /// What it failed for, where there is no doubt that nothing was written.
    pub refused: Option<WriteError>,
}

impl WriteOutcome {
    /// Tells whether the branch has nothing of it, for certain.
    pub(super) fn is_unwritten(&self) -> bool {
        self.outcome == OperationOutcome::Failed && self.commit.is_none()
    }
}

/// A commit was seen. Equal root trees prove that exactly the approved change happened.
pub(super) fn of_commit(root: ObjectId, plan: &Plan, seen: SeenCommit) -> WriteOutcome {
    if seen.root != root {
        let error = WriteError::TreeMismatch {
            commit: seen.url,
            expected: root.to_string(),
            actual: seen.root.to_string(),
        };
        return WriteOutcome {
            commit: Some(seen.id),
            ..failed(explanation(&error))
        };
    }
    let report = Report::new(&plan.diff_after(), Some(seen.id), Some(plan.approval.tree));
    let event = Event::Committed {
        head: seen.id,
        tree: plan.approval.tree,
        url: Some(seen.url),
        report,
    };
    WriteOutcome {
        outcome: OperationOutcome::Committed,
        commit: Some(seen.id),
        event,
        look_again: false,
        partly: None,
        refused: None,
    }
}

/// Everything was there already.
pub(super) fn unchanged(plan: &Plan) -> WriteOutcome {
    let Some(head) = plan.approval.head else {
        return nothing();
    };
    let report = Report::new(&plan.diff, Some(head), Some(plan.approval.tree));
    let event = Event::Committed {
        head,
        tree: plan.approval.tree,
        url: None,
        report,
    };
    WriteOutcome {
        outcome: OperationOutcome::Unchanged,
        commit: None,
        event,
        look_again: false,
        partly: None,
        refused: None,
    }
}

/// The branch is no longer what the person saw.
pub(super) fn nothing() -> WriteOutcome {
    WriteOutcome {
        outcome: OperationOutcome::Refused,
        commit: None,
        event: Event::Nothing,
        look_again: false,
        partly: None,
        refused: None,
    }
}

/// It failed for certain.
pub(super) fn failed(why: Explanation) -> WriteOutcome {
    WriteOutcome {
        outcome: OperationOutcome::Failed,
        commit: None,
        event: Event::Failed { failure: why },
        look_again: false,
        partly: None,
        refused: None,
    }
}

/// The outcome is not known.
pub(super) fn unconfirmed() -> WriteOutcome {
    WriteOutcome {
        outcome: OperationOutcome::Unconfirmed,
        ..failed(explanation(&WriteError::Unconfirmed))
    }
}
