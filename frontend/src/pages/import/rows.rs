//! The rows of the list with what is wrong with each, or where it is.

use leptos::prelude::*;

use super::state::State;
use crate::components::icon::{Icon, Picture};
use crate::components::link::Link;
use crate::components::prose::Prose;
use crate::model::bulk::Stage;
use crate::model::import::Row;
use crate::model::wording::Tone;

/// The rows.
#[component]
pub fn Rows(state: State) -> impl IntoView {
    let words = move || {
        state.rows.with(|rows| {
            let wrong = rows.iter().filter(|row| row.fabric.is_err()).count();
            let rest = if wrong > 0 {
                format!(", {wrong} to mend")
            } else {
                String::new()
            };
            format!("{} rows{rest}", rows.len())
        })
    };
    view! {
        <div class="import-rows" class:hidden=move || state.rows.with(Vec::is_empty)>
            <p class="muted" role="status">{words}</p>
            <div class="import-scroll" tabindex="0" role="region" aria-label="Rows of the list">
                <table class="plain-table" role="table">
                    <thead role="rowgroup"><tr role="row">
                        <th scope="col" role="columnheader">"Line"</th><th scope="col" role="columnheader">"Name"</th><th scope="col" role="columnheader">"Repository"</th>
                        <th scope="col" role="columnheader">"Directory"</th><th scope="col" role="columnheader">"State"</th>
                    </tr></thead>
                    <tbody role="rowgroup">
                        {move || state.rows.get().into_iter().map(|row| view! { <ImportRow state=state row=row/> }).collect_view()}
                    </tbody>
                </table>
            </div>
        </div>
    }
}

#[component]
fn ImportRow(state: State, row: Row) -> impl IntoView {
    let line = StoredValue::new(row.line.to_string());
    let stage = state.batch.stage(row.line.to_string());
    let page = Memo::new(move |_| {
        state
            .pages
            .with(|pages| line.with_value(|line| pages.get(line).cloned()))
    });
    let errors = row.fabric.err().unwrap_or_default();
    let is_wrong = !errors.is_empty();
    let errors = errors
        .into_iter()
        .map(|error| view! { <p class="field-error"><Prose text=error.message/></p> })
        .collect_view();
    let draft = row.draft;
    let name = StoredValue::new(draft.name);
    view! {
        <tr role="row" class:wrong=is_wrong>
            <td role="cell" data-label="Line" class="muted">{row.line}</td>
            <td role="cell" data-label="Name">{move || match page.get() {
                Some(address) => view! { <Link href=address>{name.get_value()}</Link> }.into_any(),
                None => name.get_value().into_any(),
            }}</td>
            <td role="cell" data-label="Repository">{format!("{}@{}", draft.repository, draft.branch)}</td>
            <td role="cell" data-label="Directory">{draft.directory}</td>
            <td role="cell" data-label="State">
                {errors}
                {move || if is_wrong { None } else { Some(shown(stage.get())) }}
            </td>
        </tr>
    }
}

fn shown(stage: Option<Stage>) -> impl IntoView {
    let (words, tone) = stage
        .as_ref()
        .map_or(("well formed".to_owned(), Tone::Muted), Stage::words);
    let failure = match stage {
        Some(Stage::Failed(failure)) => Some(failure),
        _ => None,
    };
    let why = failure.map(|failure| {
        let existing = failure
            .problem()
            .and_then(|problem| problem.fabric.clone())
            .map(|id| view! { <Link href=format!("/f/{id}")>"Open the existing fabric"</Link> });
        let request = failure
            .request()
            .map(str::to_owned)
            .map(|id| view! { <span class="hint">"Request "<code>{id}</code></span> });
        view! { <span class="hint"><Prose text=failure.hint()/></span>{existing}{request} }
    });
    view! {
        <span class=format!("mark {}", tone.class())><Picture icon=Icon::of_tone(tone)/>{words}</span>
        {why}
    }
}
