//! The table: only the rows in sight are drawn, and keys move and select.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::row::ListRow;
use super::state::State;
use crate::components::scroller::Scroller;
use model::fabric_list::Column;
use model::grid::{self, Step};
use model::routes;

#[component]
pub fn List(state: State) -> impl IntoView {
    let scroller = Scroller::new();
    let length = Memo::new(move |_| state.shown.with(Vec::len));
    let drawn = Memo::new(move |_| {
        let rows = scroller.sight.get().rows(length.get());
        state.shown.with(|shown| {
            let positions: Vec<(usize, usize)> =
                rows.clone().map(|index| (index, shown[index])).collect();
            (rows.start, positions)
        })
    });
    let space = Memo::new(move |_| scroller.sight.get().room(length.get()));
    let above = Memo::new(move |_| scroller.sight.get().room(drawn.with(|(start, _)| *start)));
    Effect::new(move || {
        state.app.preferences.density.value.track();
        set_timeout(move || scroller.measure(), std::time::Duration::ZERO);
    });
    Effect::new(move || {
        // Other rows are shown from their top; rows that change by themselves move nothing.
        state.query.track();
        state.only.track();
        scroller.reveal(0);
    });
    let press = move |event: leptos::ev::KeyboardEvent| {
        if belongs_to_control(&event) {
            return;
        }
        let command = event.ctrl_key() || event.meta_key();
        let length = length.get_untracked();
        // Rows may have left the list since, as one that is healthy again leaves the problems.
        let at = state.active.get_untracked().min(length.saturating_sub(1));
        let page = scroller.sight.get_untracked().page();
        let Some(step) = grid::step(length, at, page, &event.key(), event.shift_key(), command)
        else {
            return;
        };
        event.prevent_default();
        let ids = state.shown_ids();
        match step {
            Step::Move(to) => {
                state.anchor.set_value(None);
                state.active.set(to);
            }
            Step::Extend(to) => {
                let anchor = state.anchor.get_value().unwrap_or(at).min(length - 1);
                state.anchor.set_value(Some(anchor));
                state.select(|selected| grid::extend(selected, &ids, anchor, at, to));
                state.active.set(to);
            }
            Step::Toggle => {
                state.anchor.set_value(Some(at));
                state.toggle(&ids[at]);
            }
            Step::All => state.select(|selected| selected.extend(ids)),
            Step::None => state.selected.update(|selected| selected.clear()),
            Step::Open => state.app.go(&routes::fabric(&ids[at])),
        }
        scroller.reveal(state.active.get_untracked());
    };
    let all_selected = Memo::new(move |_| {
        state.shown.track();
        let ids = state.writable_ids();
        !ids.is_empty()
            && state
                .selected
                .with(|selected| ids.iter().all(|id| selected.contains(id)))
    });
    let select_all = move |_| {
        let ids = state.writable_ids();
        let are_all = all_selected.get_untracked();
        state.selected.update(|selected| {
            if are_all {
                ids.iter().for_each(|id| {
                    selected.remove(id);
                });
            } else {
                selected.extend(ids);
            }
        });
    };
    view! {
        <div id="fabrics" class="fabric-table" role="grid" aria-label="Fabrics" aria-multiselectable="true" tabindex="0"
            aria-rowcount=move || (length.get() + 1).to_string()
            aria-activedescendant=move || (length.get() > 0).then(|| format!("fabric-row-{}", state.active.get().min(length.get() - 1)))
            on:keydown=press>
            <div class="table-head table-row" role="row" aria-rowindex="1">
                <span role="columnheader" class="cell-check">
                    <input type="checkbox" aria-label="Select all that are shown" prop:checked=all_selected on:change=select_all/>
                </span>
                {Column::ALL.map(|column| view! { <Heading state=state column=column/> }).collect_view()}
            </div>
            <div class="table-body" node_ref=scroller.node role="presentation" on:scroll=move |_| scroller.measure()>
                <div class="table-row height-probe" node_ref=scroller.probe aria-hidden="true"></div>
                <div class="table-space" role="presentation" style:height=move || format!("{}px", space.get())>
                    <div class="table-drawn" role="presentation"
                        style:transform=move || format!("translateY({}px)", above.get())>
                        <For each=move || drawn.get().1 key=|position| *position let((index, position))>
                            <ListRow state=state index=index position=position/>
                        </For>
                    </div>
                </div>
            </div>
        </div>
        {move || (length.get() == 0).then(|| view! {
            <section class="empty-state">
                <h2>"Nothing matches"</h2>
                <button type="button" class="button" on:click=move |_| {
                    state.only.set(None);
                    state.ask(|query| *query = Default::default());
                }>"Show all fabrics"</button>
            </section>
        })}
    }
}

/// Tells whether a key is for the button, link or checkbox in the table that has the focus, not for the table.
fn belongs_to_control(event: &leptos::ev::KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let tag = target.map(|element| element.tag_name()).unwrap_or_default();
    let presses = matches!(event.key().as_str(), " " | "Enter");
    presses && matches!(tag.as_str(), "A" | "BUTTON" | "INPUT")
}

#[component]
fn Heading(state: State, column: Column) -> impl IntoView {
    let sorted = Memo::new(move |_| {
        state
            .query
            .with(|query| (query.column == column).then_some(query.reversed))
    });
    let order = move || match sorted.get() {
        Some(false) => Some("ascending"),
        Some(true) => Some("descending"),
        None => None,
    };
    let sign = move || match sorted.get() {
        Some(false) => "▲",
        Some(true) => "▼",
        None => "",
    };
    view! {
        <span role="columnheader" class=format!("cell-{}", column.key()) aria-sort=order>
            <button type="button" class="sort-button" on:click=move |_| state.ask(|query| query.sort_by(column))>
                {column.word()} <span aria-hidden="true" class="sort-sign">{sign}</span>
            </button>
        </span>
    }
}
