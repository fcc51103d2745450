//! What becomes of what the directory holds already: shown only where there is something, or something else than keeping it
//! was chosen.

use leptos::prelude::*;
use shared::count::counted;
use shared::plan::Adopt;
use shared::quote::invisible::legible;

use super::state::State;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::prose::Prose;
use model::branch_state::BranchState;
use model::preview::Preview;
use model::wording::Tone;

/// The three choices, with what each would move.
#[component]
pub fn AdoptChoice(state: State) -> impl IntoView {
    // What is there does not depend on the choice, so once something moves it is looked at as if everything stayed.
    let unexpected = Memo::new(move |_| {
        if !state.is_read.get() {
            return 0;
        }
        let of = |preview: &Preview| preview.diff().unexpected.len();
        if state.adopt.get() == Adopt::Keep {
            return state.preview.with(|preview| preview.as_ref().map_or(0, of));
        }
        match (state.branch_state.get(), state.spec.get()) {
            (BranchState::Loaded(read), Ok(spec)) => of(&Preview::new(
                spec,
                Some(&read.snapshot),
                state.overwrites.get(),
            )),
            _ => 0,
        }
    });
    state.follow_adoption();
    let lacking = Memo::new(move |_| state.lacks_plan());
    let moves = move || {
        state.preview.with(|preview| {
            let moves = preview.as_ref().map(|preview| preview.moves().to_vec()).unwrap_or_default();
            let entry = |moved: shared::change_set::Moved| view! { <li><code>{legible(&moved.from)}</code>" → "<code>{legible(&moved.to)}</code></li> };
            (!moves.is_empty()).then(|| view! { <ul class="path-list" tabindex="0" aria-label="What moves">{moves.into_iter().map(entry).collect_view()}</ul> })
        })
    };
    let pruned = Memo::new(move |_| {
        state.preview.with(|preview| {
            let plan = preview.as_ref()?.outcome.as_ref().ok()?;
            Some(plan.prune.as_ref()?.words())
        })
    });
    let choice = move |value: Adopt, word: &'static str, hint: &'static str| {
        view! {
            <label class="choice-label">
                <input type="radio" name="adopt" disabled=move || state.busy.with(Option::is_some)
                    prop:checked=move || state.adopt.get() == value on:change=move |_| state.adopt.set(value)/>
                <span>{word}<span class="hint">{hint}</span></span>
            </label>
        }
    };
    // A choice that is in force is never out of sight, whatever is compared with now.
    let is_shown = Memo::new(move |_| unexpected.get() > 0 || state.adopt.get() != Adopt::Keep);
    move || {
        is_shown.get().then(|| view! {
            <fieldset class="choice-group">
                <legend>{move || match unexpected.get() {
                    0 => "What is already here".to_owned(),
                    count => format!("{} not part of the layout", counted(count, "item")),
                }}</legend>
                {choice(Adopt::Keep, "Keep everything where it is", "Only what is missing is added.")}
                {choice(Adopt::Pending, "Move loose YAML to raw/pending/", "Unchanged, to be sorted by hand.")}
                {choice(Adopt::External, "Move everything to unmanaged/external-configs/", "Kept in the repository; Argo CD and Flux ignore it. Nothing is overwritten.")}
                {moves}
                {move || pruned.get().map(|text| view! { <Notice tone=Tone::Attention><p><Prose text=text/></p></Notice> })}
                {move || lacking.get().then(|| match state.server_plan.failure.get() {
                    Some(failure) => view! { <FailureNotice failure=failure retry=Callback::new(move |()| state.branch.read_again())/> }.into_any(),
                    None if state.app.signed_in() => view! {
                        <p class="small muted row" role="status"><span class="spinner"></span>"Reading the folders…"</p>
                    }.into_any(),
                    None => view! { <p class="field-error">"Whole folders would move. Sign in to see what moves where."</p> }.into_any(),
                })}
            </fieldset>
        })
    }
}
