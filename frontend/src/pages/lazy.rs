//! What more than one page loads when it is first needed.

use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::names::RepoName;

use crate::lazy::BoxFuture;
use model::branch_state::LoadedBranch;
use model::failure::Failure;

/// A file's text; none if it is not text or too long.
type Text = Result<Option<String>, Failure>;

/// Reading a repository: with GitHub's own address without signing in, else by Hedgerow.
pub struct RepositoryLazy {
    pub branch: fn(Option<String>, FabricSpec) -> BoxFuture<Result<LoadedBranch, Failure>>,
    pub blob: fn(Option<String>, RepoName, ObjectId) -> BoxFuture<Text>,
}
