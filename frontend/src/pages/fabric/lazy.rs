//! What the page of a fabric loads once somebody asks for more than its state.

use leptos::prelude::*;
use shared::api::ValidateAnswer;
use shared::check::CheckResult;
use shared::record::FabricRecord;
use shared::report::Report;

use super::state::State;
use crate::lazy::BoxFuture;
use model::failure::Failure;

/// Functions whose code is loaded later.
pub struct FabricLazy {
    /// The tree with its drift.
    pub tree: fn(State) -> AnyView,
    pub history: fn(State) -> AnyView,
    /// What is to be said of the state besides its sentence.
    pub notices: fn(State) -> AnyView,
    /// How Argo CD or Flux gets there.
    pub next_steps: fn(FabricRecord) -> AnyView,
    /// What to tell others.
    pub share: fn(State) -> AnyView,
    pub change: fn(State) -> AnyView,
    pub initialise: fn(State, Callback<()>) -> AnyView,
    pub repair: fn(State, Callback<()>) -> AnyView,
    /// Reads a fabric's directory and judges it.
    pub validate: fn(String) -> BoxFuture<Result<ValidateAnswer, Failure>>,
    /// What a validation found.
    pub report: fn(Report) -> AnyView,
    /// Checks with GitHub what the page says.
    pub check: fn(State) -> BoxFuture<Option<CheckResult>>,
    /// Follows the branch, and says where the record is behind it.
    pub following: fn(State) -> AnyView,
    /// What came of it.
    pub judgement: fn(CheckResult) -> AnyView,
}
