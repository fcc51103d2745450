//! An operation on a fabric: who does what, its entry in the history, and its end in the record.

use shared::api::FabricAnswer;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::names::FabricId;
use shared::record::{HistoryEntry, OperationKind, OperationOutcome};

use crate::api_error::ApiError;
use crate::host::{Host, jittered};
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage, FabricReply, Place, Remembers};
use crate::timestamp::rfc3339;

/// Who does what to which fabric.
#[derive(Clone, Copy)]
pub(crate) struct Task<'a> {
    /// The operation's id, as in the commit's trailer.
    pub operation: &'a str,
    /// Whether an earlier request began the same write: then it may be on the branch, and no failure is certain.
    pub may_have_happened: bool,
    pub kind: OperationKind,
    /// The login of who asked.
    pub actor: &'a str,
    pub started_ms: u64,
    /// The fabric's record.
    pub fabric: &'a FabricId,
    pub spec: &'a FabricSpec,
}

impl Task<'_> {
    pub(crate) fn entry(
        &self,
        host: &impl Host,
        github_requests: u32,
        (outcome, commit): (OperationOutcome, Option<ObjectId>),
    ) -> HistoryEntry {
        HistoryEntry {
            operation: self.operation.to_owned(),
            kind: self.kind,
            actor: self.actor.to_owned(),
            started_at: rfc3339(self.started_ms),
            duration_ms: host.now_ms().saturating_sub(self.started_ms),
            github_requests: Some(github_requests),
            outcome,
            commit,
            partly: None,
            meant: None,
            nothing_new: None,
        }
    }

    /// Ends the operation in the fabric's object and gives the record as it is then. An object that does not answer is
    /// asked again: ending an operation twice does the same as once.
    pub(crate) async fn finish(
        &self,
        host: &impl Host,
        entry: HistoryEntry,
        event: Event,
    ) -> Result<FabricAnswer, ApiError> {
        self.finish_write(host, entry, event, false).await
    }

    /// As [`Task::finish`], for a write. Where its commit was looked for and not found, a later validation may look again.
    pub(super) async fn finish_write(
        &self,
        host: &impl Host,
        entry: HistoryEntry,
        event: Event,
        look_again: bool,
    ) -> Result<FabricAnswer, ApiError> {
        // Whoever repeats what is done already tells no more than whoever looks.
        let is_done_already = matches!(
            (entry.kind, entry.outcome),
            (
                OperationKind::Initialize | OperationKind::Repair,
                OperationOutcome::Unchanged
            )
        );
        let remembers = match is_done_already {
            true => Remembers::IfNew,
            false => Remembers::Always,
        };
        self.end(host, entry, (event, remembers), look_again).await
    }

    /// As [`Task::finish`], for a validation.
    pub(super) async fn finish_look(
        &self,
        host: &impl Host,
        entry: HistoryEntry,
        (event, remembers): (Event, Remembers),
    ) -> Result<FabricAnswer, ApiError> {
        self.end(host, entry, (event, remembers), false).await
    }

    async fn end(
        &self,
        host: &impl Host,
        entry: HistoryEntry,
        (event, remembers): (Event, Remembers),
        look_again: bool,
    ) -> Result<FabricAnswer, ApiError> {
        let message = FabricMessage::Finish {
            entry,
            event: Box::new(event),
            now_ms: host.now_ms(),
            look_again,
            place: Some(Place::of(self.spec)),
            remembers,
        };
        let mut reply = ask(host, self.fabric.as_str(), &message).await;
        for _ in 0..2 {
            if reply.is_ok() {
                break;
            }
            host.sleep(jittered(host, 200)).await;
            reply = ask(host, self.fabric.as_str(), &message).await;
        }
        match reply? {
            FabricReply::Record { record, last, .. } => Ok(FabricAnswer {
                record: *record,
                operation: last,
            }),
            _ => Err(ApiError::ForgottenMeanwhile),
        }
    }
}
