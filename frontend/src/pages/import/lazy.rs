//! What the rows of an imported list go through, loaded when it is first done.

use shared::fabric::FabricSpec;

use super::state::State;
use leptos::prelude::AnyView;

use model::bulk::Stage;

/// A row that can be worked on, by its key.
pub type Fine = (String, FabricSpec);

/// What is done with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// They are compared with their branches.
    Compare,
    Write,
    /// What was sent without an answer is sent again.
    Repeat,
}

/// Functions whose code is loaded later.
pub struct ImportLazy {
    pub work: fn(State, Work, Vec<Fine>),
    /// What can be done about a row that was not done, or whose branch does not exist.
    pub ways_out: fn(State, String, Stage) -> AnyView,
}
