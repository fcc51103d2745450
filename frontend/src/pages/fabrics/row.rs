//! One row of the table.

use leptos::prelude::*;
use shared::api::FabricSummary;
use shared::count::counted;
use shared::quote::invisible::legible;
use shared::status::{Action, Verdict};

use super::state::State;
use crate::browser;
use crate::components::icon::{Icon, IconName};
use crate::components::link::Link;
use crate::components::state_badge::StateBadge;
use model::age::age;
use model::bulk::Stage;
use model::routes;
use model::selection::is_shown;
use model::wording::{self, Tone};

#[component]
pub fn ListRow(
    state: State,
    /// The place among the rows that are shown.
    index: usize,
    /// The place among all fabrics.
    position: usize,
) -> impl IntoView {
    let fabric = Memo::new(move |_| state.fabric(position));
    move || fabric.get().map(|fabric| cells(state, index, &fabric))
}

fn cells(state: State, index: usize, fabric: &FabricSummary) -> impl IntoView + use<> {
    let id = StoredValue::new(fabric.id.to_string());
    let name = fabric.name.to_string();
    let is_selected = Memo::new(move |_| {
        state
            .selected
            .with(|selected| id.with_value(|id| selected.contains(id)))
    });
    let is_active = Memo::new(move |_| state.active.get() == index);
    let stage = state.batch.stage(id.get_value());
    let verdict = fabric.verdict();
    let checked = fabric.checked_at.as_deref();
    let ago = checked
        .and_then(|time| age(time, browser::now_ms()))
        .unwrap_or_else(|| "never".to_owned());
    let drift = match fabric.drift {
        0 => "–".to_owned(),
        count => counted(count, "path"),
    };
    let address = routes::fabric(&fabric.id);
    // Its pull request is a link already, and who may only read can only have it read again.
    let is_read_only = fabric.is_read_only();
    let action = fabric.action.filter(|action| match action {
        Action::Merge => false,
        Action::Check => true,
        _ => !is_read_only,
    });
    let action = action.map(|action| (action.word(), address.clone()));
    let proposed = fabric.pull_request_url.clone();
    let pull_request = move || state.app.link(proposed.clone());
    let press = move |event: leptos::ev::MouseEvent| {
        state.press_box(index, event.shift_key());
        // With Shift a box that was on stays on, whatever the browser made of it.
        event_target::<web_sys::HtmlInputElement>(&event).set_checked(is_selected.get_untracked());
    };
    view! {
        <div role="row" id=format!("fabric-row-{index}") class="table-row" aria-rowindex=(index + 2).to_string()
            class:table-row-active=is_active class:table-row-selected=is_selected aria-selected=move || is_selected.get().to_string()
            on:click=move |_| state.active.set(index) on:focusin=move |_| state.active.set(index)>
            <span role="gridcell" class="cell-check">
                <input type="checkbox" tabindex="-1" aria-label=format!("Select {name}") prop:checked=is_selected
                    disabled=is_read_only on:click=press/>
            </span>
            <span role="gridcell" class="cell-name">
                <Link href=address>{name}</Link>
                {is_read_only.then(|| view! { <span class="small muted">" read only"</span> })}
            </span>
            <span role="gridcell" class="cell-repository">{legible(&format!("{}@{}", fabric.git_repository, fabric.branch))}</span>
            <span role="gridcell" class="cell-directory">{fabric.gitops_directory.to_string()}</span>
            <span role="gridcell" class="cell-state">
                {move || match stage.get().filter(|stage| is_shown(stage, is_selected.get())).map(|stage| said(&stage)) {
                    Some((words, tone)) => view! { <span class=format!("status-mark {}", tone.class())><Icon name=IconName::of_tone(tone)/>{words}</span> }.into_any(),
                    None => view! {
                        <StateBadge word=verdict.word() tone=verdict.tone()/>
                        {action.clone().map(|(word, address)| view! { <Link href=address class="small">{word}</Link> })}
                        {pull_request().map(|url| view! { <a class="small" href=url tabindex="-1">"pull request"</a> })}
                    }.into_any(),
                }}
            </span>
            <span role="gridcell" class="cell-drift" class:tone-attention=fabric.drift != 0 && verdict != Verdict::Healthy>{drift}</span>
            <span role="gridcell" class="cell-checked" title=checked.map(wording::time)>{ago}</span>
        </div>
    }
}

/// Where a row is, in few words; why it was not done is said above the list.
fn said(stage: &Stage) -> (String, Tone) {
    let (words, tone) = stage.words();
    match stage.why_not() {
        Some(_) => ("not done".to_owned(), tone),
        None => (words, tone),
    }
}
