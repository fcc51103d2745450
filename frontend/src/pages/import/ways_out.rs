//! What can be done about a row that was not done, or whose branch does not exist.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::state::State;
use crate::components::link::Link;
use crate::components::near_branches::NearBranches;
use crate::components::prose::Prose;
use model::bulk::{Stage, wants_pull_request};
use model::routes;

/// Why a row was not done, and the ways out of that.
#[component]
pub fn WaysOut(state: State, key: String, stage: Stage) -> impl IntoView {
    let is_off = Signal::derive(move || state.batch.busy.get() || !state.app.signed_in());
    let near = state.near_of(&key, &stage);
    let choose = {
        let key = key.clone();
        Callback::new(move |name: String| state.put_branch(&key, &name))
    };
    let is_refused = wants_pull_request(&stage);
    let instead = is_refused.then(|| {
        view! {
            <button type="button" class="button button-small" disabled=is_off
                on:click=move |_| state.propose(Some(key.clone()))>"By pull request instead"</button>
        }
    });
    let failure = match stage {
        Stage::Failed(failure) => Some(failure),
        _ => None,
    };
    let why = failure.map(|failure| {
        let existing = failure
            .existing()
            .map(|id| view! { <Link href=routes::fabric(id)>"Open the existing fabric"</Link> });
        let request = failure
            .request_id()
            .map(str::to_owned)
            .map(|id| view! { <span class="hint">"Request "<code>{id}</code></span> });
        view! { <span class="hint"><Prose text=failure.hint()/></span>{existing}{request} }
    });
    view! {
        {why}
        {instead}
        <NearBranches names=near choose=choose locked=is_off/>
    }
}

impl State {
    /// Branches with names near the one of a row, which does not exist; of a row that is on its way there is nothing to choose.
    pub fn near_of(self, key: &str, stage: &Stage) -> Vec<String> {
        let near = |near: &BTreeMap<String, Vec<String>>| near.get(key).cloned();
        let found = self.near.try_with_value(near).flatten();
        let is_open = stage.is_ready() || matches!(stage, Stage::Blocked(_));
        found.filter(|_| is_open).unwrap_or_default()
    }
}
