//! What the page of a fabric loads once somebody asks for more than its state.

use leptos::prelude::*;
use shared::api::ValidateAnswer;
use shared::check::{SelfCheck, Verdict};
use shared::record::FabricRecord;
use shared::report::Report;

use super::check::Judgement;
use super::danger::Danger;
use super::history::History;
use super::initialise::Initialise;
use super::repair::Repair;
use super::share::Share;
use super::state::State;
use super::tree::DriftTree;
use crate::api;
use crate::components::next_steps::NextSteps;
use crate::components::report_view::ReportView;
use crate::later::Work;
use crate::model::failure::Failure;

/// Functions whose code is loaded later.
pub struct Parts {
    /// The tree with its drift.
    pub tree: fn(State) -> AnyView,
    /// What was done.
    pub history: fn(State) -> AnyView,
    /// How Argo CD or Flux gets there.
    pub next_steps: fn(FabricRecord) -> AnyView,
    /// What to tell others.
    pub share: fn(State) -> AnyView,
    /// The danger zone.
    pub change: fn(State) -> AnyView,
    /// Initialising again.
    pub initialise: fn(State, Callback<()>) -> AnyView,
    /// Repairing.
    pub repair: fn(State, Callback<()>) -> AnyView,
    /// Reads a fabric's directory and judges it.
    pub validate: fn(String) -> Work<Result<ValidateAnswer, Failure>>,
    /// What a validation found.
    pub report: fn(Report) -> AnyView,
    /// Checks a record's claims with GitHub, at its address.
    pub check: fn(String, FabricRecord) -> Work<Option<Verdict>>,
    /// What came of it.
    pub judgement: fn(Verdict, FabricRecord) -> AnyView,
}

/// The functions.
pub const PARTS: Parts = Parts {
    tree: |state| view! { <DriftTree state=state/> }.into_any(),
    history: |state| view! { <History state=state/> }.into_any(),
    next_steps: |record| view! { <NextSteps record=record/> }.into_any(),
    share: |state| view! { <Share state=state/> }.into_any(),
    change: |state| view! { <Danger state=state/> }.into_any(),
    initialise: |state, close| view! { <Initialise state=state close=close/> }.into_any(),
    repair: |state, close| view! { <Repair state=state close=close/> }.into_any(),
    validate: |id| Box::pin(async move { api::validate(&id).await }),
    report: |report| view! { <ReportView report=report/> }.into_any(),
    check: |github, record| {
        Box::pin(async move { api::public::check(&github, SelfCheck::new(&record)).await })
    },
    judgement: |verdict, record| view! { <Judgement verdict=verdict record=record/> }.into_any(),
};
