//! What GitHub says of its own accord.

use serde::{Deserialize, Serialize};

/// A delivery, as far as it is worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Delivery {
    /// `X-GitHub-Delivery`: the same when it is delivered again.
    pub guid: String,
    /// GitHub's word for what happened.
    pub event: String,
    /// GitHub's number of the repository that it is about.
    pub repository: Option<u64>,
}
