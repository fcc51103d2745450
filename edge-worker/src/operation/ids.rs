//! What a write is called before it begins, and what may be left of the same one.

use shared::api::WriteMode;
use shared::names::FabricId;
use shared::record::{HistoryEntry, OperationOutcome, Partly};

use crate::host::{Host, random};
use crate::objects::repository::PreviousClaim;

/// What a write is called: chosen once for an idempotency key, by its first request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ids {
    /// The fabric, where the write makes one; else a share link.
    pub fabric: FabricId,
    /// The operation, as in the commit's trailer.
    pub operation: String,
    /// Whether an earlier request began the same and never answered.
    pub is_repeat: bool,
}

impl Ids {
    /// New ones.
    pub(crate) fn new(host: &impl Host) -> Self {
        Self {
            fabric: FabricId::from_bytes(random(host)),
            operation: FabricId::from_bytes(random(host)).to_string(),
            is_repeat: false,
        }
    }

    /// What becomes of the places that the fabric no longer has: who goes on with what died cannot name them.
    pub(super) fn previous_claim(&self) -> PreviousClaim {
        match self.is_repeat {
            true => PreviousClaim::Release,
            false => PreviousClaim::Keep,
        }
    }
}

/// What is left of an operation that an earlier request began.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is soon taken apart"
)]
pub(super) enum Left {
    /// Nothing was written: it begins.
    Nothing,
    /// A write was sent, and its commit is not on the branch as far as anybody saw: it begins again.
    Sent,
    /// It is over.
    Over(HistoryEntry),
}

impl Left {
    /// The entry of an operation that need not go on. A commit that was to be proposed goes on to its pull request.
    pub(super) fn over(&self, mode: WriteMode) -> Option<HistoryEntry> {
        match self {
            Self::Over(entry)
                if mode == WriteMode::PullRequest
                    && (entry.outcome == OperationOutcome::Committed
                        || entry.partly == Some(Partly::ProposalCommitted)) =>
            {
                None
            }
            Self::Over(entry) => Some(entry.clone()),
            Self::Nothing | Self::Sent => None,
        }
    }
}
