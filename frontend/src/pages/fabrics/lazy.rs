//! What the list loads once rows are selected.

use leptos::prelude::*;

use super::state::State;
use model::bulk::BulkAction;

/// Functions whose code is loaded later.
pub struct FabricsLazy {
    /// Works through the selected rows.
    pub act_on_selected: fn(State, BulkAction),
    /// Says why rows were not done.
    pub failure_groups: fn(State) -> AnyView,
}
