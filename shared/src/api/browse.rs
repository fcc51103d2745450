//! What helps to describe a fabric: a repository's branches, and what a file on a branch says.

use serde::{Deserialize, Serialize};

use crate::git::ObjectId;

/// The answer of `GET /api/branches?repository=&query=`: at most 50, the default branch first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchesAnswer {
    /// The branches whose names contain the query.
    pub branches: Vec<String>,
    /// The default branch; null if there is no commit yet.
    pub default_branch: Option<String>,
    /// How many branches there are whose names contain the query.
    pub total: usize,
}

/// The answer of `GET /api/blob?repository=&oid=`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobAnswer {
    /// The blob.
    pub oid: ObjectId,
    /// Its text; null if it is not text, or longer than GitHub gives at once.
    pub text: Option<String>,
    /// How long it is.
    pub bytes: u64,
}
