//! The rows of the list with what is invalid with each, or where it is.

use leptos::prelude::*;
use shared::count::counted;
use shared::quote::invisible::legible;
use shared::quote::sentence::capitalised;

use super::lazy::ImportLazy;
use super::state::State;
use crate::components::icon::{Icon, IconName};
use crate::components::lazy_view::LazyView;
use crate::components::link::Link;
use crate::components::prose::Prose;
use crate::shown::Shown;
use model::bulk::Stage;
use model::import::Row;
use model::routes;
use model::wording::Tone;

#[component]
pub fn Rows(state: State) -> impl IntoView {
    let words = move || {
        state.rows.with(|rows| {
            let invalid = rows.iter().filter(|row| row.fabric.is_err()).count();
            let rest = if invalid > 0 {
                format!(", {invalid} to fix")
            } else {
                String::new()
            };
            let rows = counted(rows.len(), "row");
            format!("{rows}{rest}")
        })
    };
    // A key changes what it changes: the other rows stay as they are drawn.
    let drawn = |row: &Row| {
        let invalid = row.fabric.as_ref().err().map(|errors| {
            let messages = errors.iter().map(|error| error.message.clone());
            messages.collect::<Vec<_>>()
        });
        (row.line, row.key(), invalid)
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
                        <For each=move || state.rows.get() key=drawn children=move |row| view! { <ImportRow state=state row=row/> }/>
                    </tbody>
                </table>
            </div>
        </div>
    }
}

#[component]
fn ImportRow(state: State, row: Row) -> impl IntoView {
    let key = StoredValue::new(row.key());
    let stage = state.batch.stage(row.key());
    let page = Memo::new(move |_| {
        state.fabrics.track();
        let id = key.with_value(|key| state.fabric(key));
        id.map(|id| routes::fabric(&id))
    });
    let errors = row.fabric.err().unwrap_or_default();
    let is_wrong = !errors.is_empty();
    let errors = errors
        .into_iter()
        .map(|error| view! { <p class="field-error"><Prose text=error.message/></p> })
        .collect_view();
    let input = row.input;
    let name = Signal::stored(input.name);
    view! {
        <tr role="row" class:row-invalid=is_wrong>
            <td role="cell" data-label="Line" class="muted">{row.line}</td>
            <td role="cell" data-label="Name">{move || match page.get() {
                Some(address) if !is_wrong => view! { <Link href=address><Shown text=name/></Link> }.into_any(),
                _ => view! { <Shown text=name/> }.into_any(),
            }}</td>
            <td role="cell" data-label="Repository">{breakable(&format!("{}@{}", input.git_repository, input.branch))}</td>
            <td role="cell" data-label="Directory">{breakable(&input.gitops_directory)}</td>
            <td role="cell" data-label="State">
                {errors}
                {move || if is_wrong { None } else { Some(shown(state, &key.get_value(), stage.get())) }}
            </td>
        </tr>
    }
}

/// A path that may go on in the next line where its parts meet.
fn breakable(path: &str) -> impl IntoView + use<> {
    let path = legible(path);
    let shown = path.clone();
    let parts = path.split_inclusive(['/', '@']).map(str::to_owned);
    let parts = parts.map(|part| view! { {part}<wbr/> });
    view! { <span class="directory-path" data-shown=shown>{parts.collect_view()}</span> }
}

fn shown(state: State, key: &str, stage: Option<Stage>) -> impl IntoView + use<> {
    let (words, tone) = stage
        .as_ref()
        .map_or(("well formed".to_owned(), Tone::Muted), Stage::words);
    // A reason is a sentence; where a row is, is a word or two.
    let words = match stage.as_ref().and_then(Stage::why_not) {
        Some((reason, _)) => view! { <span><Prose text=reason/></span> }.into_any(),
        None => capitalised(&words).into_any(),
    };
    // What can be done about it comes later.
    let stage = stage.filter(|stage| {
        matches!(stage, Stage::Failed(_)) || state.near.with_value(|near| near.contains_key(key))
    });
    let ways_out = stage.map(|stage| {
        let key = key.to_owned();
        let view =
            move |lazy: &'static ImportLazy| (lazy.ways_out)(state, key.clone(), stage.clone());
        view! { <LazyView lazy=state.lazy view=Box::new(view)/> }
    });
    view! {
        <span class=format!("status-mark {}", tone.class())><Icon name=IconName::of_tone(tone)/>{words}</span>
        {ways_out}
    }
}
