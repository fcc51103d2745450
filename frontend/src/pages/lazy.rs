//! What more than one page loads when it is first needed.

use shared::fabric::FabricSpec;

use crate::lazy::BoxFuture;
use model::branch_state::LoadedBranch;
use model::failure::Failure;

/// Reading a repository: with GitHub's own address without signing in, else by Hedgerow.
pub struct RepositoryLazy {
    pub branch: fn(Option<String>, FabricSpec) -> BoxFuture<Result<LoadedBranch, Failure>>,
}
