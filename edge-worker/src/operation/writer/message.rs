//! What the object of a repository is asked about writes, and what it answers.

use serde::{Deserialize, Serialize};
use shared::api::FabricAnswer;

use super::item::{Item, Seen};
use crate::api_error::ApiError;
use crate::github::SeenCommit;
use crate::objects::repository::RepositoryMessage;

/// What the object of a repository is asked about writes. The token is never stored.
#[derive(Serialize, Deserialize)]
pub(crate) enum WriterMessage {
    /// Carries a write out in its turn, and answers when it is over. One that is under way already is waited for.
    Write {
        item: Box<Item>,
        seen: Option<Box<Seen>>,
        token: String,
        /// What has to be granted before.
        claim: Option<Box<RepositoryMessage>>,
    },
    /// Waits for a write that an earlier request gave.
    Await { operation: String, token: String },
}

/// A reply, and what it cost: that of the whole commit, where that carried others as well.
#[derive(Serialize, Deserialize)]
pub(crate) struct WriterAnswer {
    pub reply: WriterReply,
    pub github_requests: u32,
    pub object_calls: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) enum WriterReply {
    Over(Box<Over>),
    /// The claim was not granted, and nothing was taken.
    NotClaimed,
    /// No such write waits or is under way.
    Unknown,
    /// It was not taken.
    Failed(String),
}

/// How a write ended.
#[derive(Serialize, Deserialize)]
pub(crate) enum Over {
    /// It is in the fabric's history.
    Recorded(Box<FabricAnswer>),
    /// Its claim was not granted, and nothing was begun.
    NotClaimed,
    /// The fabric's files are gone, and so is the fabric.
    Removed(SeenCommit, u32),
    /// Nothing was written, because the branch is no longer what the person saw, or, of a creation, because GitHub refused it.
    Refused(ApiError),
    /// Something may have been written, but the record could not be brought up to date; its intent will expire.
    Unrecorded(ApiError),
}
