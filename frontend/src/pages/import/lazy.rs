//! What the rows of an imported list go through, loaded when it is first done.

use shared::fabric::FabricSpec;

use super::state::State;
use crate::lazy::BoxFuture;
use model::bulk::Stage;

/// Functions whose code is loaded later.
pub struct ImportLazy {
    /// Learns which fabrics there are.
    pub list_fabrics: fn(State) -> BoxFuture<()>,
    /// Compares a row with its branch.
    pub compare: fn(State, String, FabricSpec) -> BoxFuture<Stage>,
    pub write: fn(State, String, FabricSpec) -> BoxFuture<Stage>,
    /// Sends again what was sent without an answer.
    pub repeat: fn(State, String, FabricSpec) -> BoxFuture<Stage>,
}
