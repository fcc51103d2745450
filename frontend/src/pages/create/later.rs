//! What the create page loads once a repository is named, or a plan was opened.

use leptos::prelude::*;
use shared::api::CreateFabric;
use shared::fabric::FabricSpec;
use shared::plan::Adopt;
use shared::plan::Overwrites;

use super::adopt::AdoptChoice;
use super::deep::Deep;
use super::form::Way;
use super::pickers::{found_branches, found_repositories};
use super::plan::{OpenedPlan, copy_plan};
use super::progress::Progress;
use super::recorded::Recorded;
use super::result::ResultPanel;
use super::state::State;
use crate::api::Created;
use crate::components::combobox::Choices;
use crate::later::Work;
use crate::model::failure::Failure;
use crate::model::preview::Preview;
use crate::model::reading::Read;

/// Functions whose code is loaded later.
pub struct Parts {
    /// The repositories whose names contain a text.
    pub repositories: fn(String) -> Work<Result<Choices, Failure>>,
    /// The branches of a repository whose names contain a text.
    pub branches: fn(String, String) -> Work<Result<Choices, Failure>>,
    /// What becomes of the plan that the page was opened with.
    pub opened_plan: fn(State) -> AnyView,
    /// The tree to approve where something moves.
    pub adopting: fn(Deep, FabricSpec, Option<Read>, Overwrites, Adopt) -> Preview,
    /// What becomes of what is there already.
    pub adopt: fn(State) -> AnyView,
    /// Direct commit or pull request.
    pub way: fn(State) -> AnyView,
    /// The fabric that has the directory already.
    pub recorded: fn(State) -> AnyView,
    /// Sends the commit.
    pub carry_out: fn(State, i64, CreateFabric, Preview) -> Work<()>,
    /// Learns what became of a commit that was sent before the page was loaded.
    pub ask_again: fn(State) -> Work<()>,
    /// Copies a link to what is shown.
    pub copy_plan: fn(State),
    /// What happens meanwhile.
    pub progress: fn(State) -> AnyView,
    /// What came of it.
    pub result: fn(Created) -> AnyView,
}

/// The functions.
pub const PARTS: Parts = Parts {
    repositories: |query| Box::pin(found_repositories(query)),
    branches: |repository, typed| Box::pin(found_branches(repository, typed)),
    opened_plan: |state| view! { <OpenedPlan state=state/> }.into_any(),
    adopting: Deep::adopting,
    adopt: |state| view! { <AdoptChoice state=state/> }.into_any(),
    way: |state| view! { <Way state=state/> }.into_any(),
    recorded: |state| view! { <Recorded state=state/> }.into_any(),
    ask_again: |state| Box::pin(state.ask_again()),
    carry_out: |state, run, body, before| Box::pin(state.carry_out(run, body, before)),
    copy_plan,
    progress: |state| view! { <Progress state=state/> }.into_any(),
    result: |created| view! { <ResultPanel created=created/> }.into_any(),
};
