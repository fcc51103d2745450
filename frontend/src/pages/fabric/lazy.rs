//! What the page of a fabric loads once somebody asks for more than its state.

use leptos::prelude::*;
use shared::api::ValidateAnswer;
use shared::check::CheckResult;
use shared::record::FabricRecord;
use shared::report::Report;

use super::state::State;
use crate::lazy::BoxFuture;
use model::failure::Failure;

/// What a check came to, and the record as it would be if it knew what was seen.
type Checked = (CheckResult, Option<FabricRecord>);

/// Functions whose code is loaded later.
pub struct FabricLazy {
    /// The tree with its drift.
    pub tree: fn(State) -> AnyView,
    pub history: fn(State) -> AnyView,
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
    /// Checks a record's claims with GitHub, at its address.
    pub check: fn(String, FabricRecord) -> BoxFuture<Option<Checked>>,
    /// What came of it.
    pub judgement: fn(CheckResult) -> AnyView,
}
