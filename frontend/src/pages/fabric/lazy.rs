//! What the page of a fabric loads once somebody asks for more than its state.

use leptos::prelude::*;
use shared::record::FabricRecord;

use super::state::State;
use crate::components::lazy_view::LazyView;
use crate::lazy::Lazy;

/// Something that a button asks for, and that is done and told by what is loaded then.
#[derive(Clone, Copy)]
pub struct Run {
    /// How often it was asked for.
    asked: RwSignal<u32>,
    /// How often it was begun: what is drawn anew begins nothing.
    begun: StoredValue<u32>,
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
}

impl Run {
    /// Nobody asked for it yet.
    pub fn new() -> Self {
        Self {
            asked: RwSignal::new(0),
            begun: StoredValue::new(0),
            busy: RwSignal::new(false),
        }
    }

    /// Asks for it, unless it is under way.
    pub fn ask(self) {
        if !self.busy.get_untracked() {
            self.asked.update(|asked| *asked += 1);
        }
    }

    /// What is drawn once it was asked for.
    pub fn view(self, view: fn(&FabricLazy) -> DrawRun, state: State) -> AnyView {
        let is_asked = Memo::new(move |_| self.asked.get() > 0);
        let lazy = Lazy::<FabricLazy>::get();
        (move || {
            is_asked.get().then(|| {
                view! { <LazyView lazy=lazy view=Box::new(move |lazy| view(lazy)(state, self))/> }
            })
        })
        .into_any()
    }

    /// Does it with `act` whenever it is asked for; `act` says when it is over.
    pub fn follow(self, act: impl Fn() + 'static) {
        Effect::new(move || {
            let asked = self.asked.get();
            if self.begun.get_value() != asked && !self.busy.get_untracked() {
                self.begun.set_value(asked);
                self.busy.set(true);
                untrack(&act);
            }
        });
    }
}

/// Does what is asked for, and draws what came of it.
type DrawRun = fn(State, Run) -> AnyView;

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
    /// Reads the fabric's directory and judges it, whenever that is asked for.
    pub validation: DrawRun,
    /// Checks with GitHub what the page says, whenever that is asked for.
    pub check: DrawRun,
    /// Follows the branch, and says where the record is behind it.
    pub following: fn(State) -> AnyView,
}
