//! What the create page loads once a repository is named, or a plan was opened.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::{CreateFabric, FabricAnswer};
use shared::fabric::FabricSpec;
use shared::git::CommitFacts;
use shared::plan::Adopt;
use shared::plan::Overwrites;

use super::server_plan::ServerPlan;
use super::state::State;
use crate::api::Answered;
use crate::components::combobox::Choices;
use crate::lazy::BoxFuture;
use model::branch_state::LoadedBranch;
use model::failure::Failure;
use model::preview::Preview;

/// Functions whose code is loaded later.
pub struct CreateLazy {
    /// The repositories whose names contain a text.
    pub repositories: fn(String) -> BoxFuture<Result<Choices, Failure>>,
    /// The branches of a repository whose names contain a text.
    pub branches: fn(String, String) -> BoxFuture<Result<Choices, Failure>>,
    /// What becomes of the plan that the page was opened with.
    pub opened_plan: fn(State) -> AnyView,
    /// Takes what a person decided to overwrite.
    pub decide: fn(State, Overwrites),
    /// The commit that the branch was read at.
    pub last_commit: fn(CommitFacts) -> AnyView,
    /// What is worth knowing of a branch that does not exist.
    pub beginning: fn(State) -> AnyView,
    /// The tree to approve, once the branch was read.
    pub preview:
        fn(ServerPlan, FabricSpec, Option<LoadedBranch>, Overwrites, bool, Adopt) -> Preview,
    /// What becomes of what is there already.
    pub adopt: fn(State) -> AnyView,
    /// Direct commit or pull request.
    pub write_mode: fn(State) -> AnyView,
    /// The fabric that has the directory already.
    pub recorded: fn(State) -> AnyView,
    pub carry_out: fn(State, i64, CreateFabric, Preview) -> BoxFuture<()>,
    /// Learns what became of a commit that was sent before the page was loaded.
    pub ask_again: fn(State) -> BoxFuture<()>,
    /// Copies a link to what is shown.
    pub copy_plan: fn(State),
    pub progress: fn(State) -> AnyView,
    /// What came of it.
    pub result: fn(Arc<Answered<FabricAnswer>>) -> AnyView,
}
