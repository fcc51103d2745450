//! Acting on the selected fabrics: every action is previewed in one line, then runs row by row.

use std::time::Duration;

use leptos::prelude::*;
use shared::count::counted;

use super::lazy::FabricsLazy;
use super::state::State;
use crate::browser;
use crate::command::Command;
use crate::components::lazy_view::LazyView;
use crate::lazy::Lazy;
use crate::pages::batch::Stop;
use crate::shown::{self, Shown};
use model::bulk::BulkAction;
use model::selection::{Approved, approved};

/// The bar's id: whatever of it had the focus may go, so the bar itself takes it.
const BAR: &str = "bulk";

/// Why nothing can be done with what is selected.
const OFFLINE: &str = "Waiting for the connection.";

/// The bar that appears with a selection.
#[component]
pub fn BulkBar(state: State) -> impl IntoView {
    let lazy = Lazy::<FabricsLazy>::get();
    let count = Memo::new(move |_| state.selected.with(|selected| selected.len()));
    let busy = state.batch.busy;
    let has_work = Memo::new(move |_| state.tally().all > 0);
    let found = Memo::new(move |_| {
        state
            .selected
            .with(|selected| state.batch.stages.with(|stages| approved(stages, selected)))
    });
    let is_ready = Memo::new(move |_| !busy.get() && found.get().rows > 0);
    let is_disabled = Signal::derive(move || count.get() == 0 || !state.app.online.get());
    let begin = move |work: BulkAction| {
        if is_disabled.get_untracked() || busy.get_untracked() {
            if count.get_untracked() == 0 {
                state.app.toast("Select fabrics in the list first");
            }
            return;
        }
        if let Err(failure) = shown::check() {
            state.app.toast(failure.detail());
            return;
        }
        browser::focus(BAR);
        leptos::task::spawn_local(async move {
            match lazy.load().await {
                Ok(lazy) => (lazy.act_on_selected)(state, work),
                Err(failure) => state.app.toast(failure.title()),
            }
        });
    };
    state.app.offer(vec![
        Command::new("Validate the selected fabrics", move || {
            begin(BulkAction::Validate)
        }),
        Command::new("Initialise the selected fabrics again", move || {
            begin(BulkAction::Preview)
        }),
    ]);
    let act = move |work: BulkAction, class: &'static str, words: Signal<String>| {
        view! {
            <button type="button" class=class aria-disabled=move || is_disabled.get().then_some("true") on:click=move |_| begin(work)><Shown text=words/></button>
        }
    };
    Effect::new(move |before: Option<bool>| {
        let is_busy = busy.get();
        if before == Some(true) && !is_busy {
            set_timeout(|| browser::focus_if_lost(BAR), Duration::ZERO);
        }
        is_busy
    });
    view! {
        <div id=BAR class="bulk-bar" class:hidden=move || count.get() == 0 && !has_work.get() tabindex="-1" role="region" aria-label="Selected fabrics">
            <Count state=state count=count/>
            {move || if busy.get() {
                view! {
                    <p class="row small" role="status"><span class="spinner"></span>{move || state.batch.tally().words()}</p>
                    <Stop batch=state.batch/>
                }.into_any()
            } else if is_ready.get() {
                let commit = Signal::derive(move || {
                    let found = found.get();
                    writes(found)
                });
                let unread = Memo::new(move |_| found.get().unread);
                let more = Signal::derive(move || format!("Preview {} more", unread.get()));
                view! {
                    {act(BulkAction::Write, "button button-small button-primary", commit)}
                    {move || (unread.get() > 0).then(|| act(BulkAction::More, "button button-small", more))}
                    <button type="button" class="button button-small" on:click=move |_| {
                        browser::focus(BAR);
                        state.batch.stages.set(Default::default());
                    }>"Cancel"</button>
                    <p class="hint">{move || match unread.get() {
                        _ if !state.app.online.get() => OFFLINE.to_owned(),
                        0 => String::new(),
                        1 => "1 was selected since and is not in this commit.".to_owned(),
                        unread => format!("{unread} were selected since and are not in this commit."),
                    }}</p>
                }.into_any()
            } else {
                view! {
                    {act(BulkAction::Validate, "button button-small", "Validate".into())}
                    {act(BulkAction::Preview, "button button-small", "Initialise again…".into())}
                    <button type="button" class="button button-small" on:click=move |_| {
                        state.selected.set(Default::default());
                        state.batch.stages.set(Default::default());
                        browser::focus("fabrics");
                    }>"Clear"</button>
                    <p class="hint">{move || {
                        let tally = state.tally();
                        if !state.app.online.get() { OFFLINE.to_owned() } else if tally.all > 0 { tally.words() } else { "Validating only reads; initialising first shows what it would write.".to_owned() }
                    }}</p>
                }.into_any()
            }}
            <FailureGroups state=state/>
        </div>
    }
}

/// What the button does that writes.
fn writes(found: Approved) -> String {
    let all = format!(
        "Commit {} to {}",
        counted(found.files, "file"),
        counted(found.rows, "fabric")
    );
    match found.proposals {
        0 => all,
        1 => format!("{all}, 1 by pull request"),
        count => format!("{all}, {count} by pull requests"),
    }
}

/// How many are selected, and how many of them the search or the filter hides.
#[component]
fn Count(state: State, count: Memo<usize>) -> impl IntoView {
    let hidden = state.hidden;
    let words = move || {
        let by = match state.query.with(|query| query.search.trim().is_empty()) {
            true => "filter",
            false => "search",
        };
        match hidden.get() {
            0 => format!("{} selected", count.get()),
            hidden => format!("{} selected, {hidden} not shown by this {by}", count.get()),
        }
    };
    view! {
        <p class="strong">{words}</p>
        {move || (hidden.get() > 0 && !state.batch.busy.get()).then(|| view! {
            <button type="button" class="button button-small" on:click=move |_| {
                browser::focus(BAR);
                state.show_selected();
            }>"Show the selected"</button>
            <button type="button" class="button button-small" on:click=move |_| {
                browser::focus(BAR);
                state.drop_hidden();
            }>{move || format!("Deselect {}", hidden.get())}</button>
        })}
    }
}

/// Why rows were not done; what says so is loaded with what does it.
#[component]
fn FailureGroups(state: State) -> impl IntoView {
    let lazy = Lazy::<FabricsLazy>::get();
    let is_any = Memo::new(move |_| {
        let is_any =
            |stages: &model::bulk::Stages| stages.values().any(|stage| stage.why_not().is_some());
        !state.batch.busy.get() && state.batch.stages.with(is_any)
    });
    move || {
        is_any.get().then(|| {
            let why = Box::new(move |lazy: &FabricsLazy| (lazy.failure_groups)(state));
            view! { <LazyView lazy=lazy view=why/> }
        })
    }
}
