//! Acting on the selected fabrics: every action is previewed in one line, then runs row by row.

use std::time::Duration;

use leptos::prelude::*;
use shared::api::{FabricSummary, WriteMode};
use shared::plan::Overwrite;

use super::state::State;
use crate::api;
use crate::browser;
use crate::later::{Part, Parts, draw};
use crate::model::bulk::Stage;
use crate::model::command::Command;
use crate::model::failure::Failure;
use crate::model::gate;
use crate::model::preview::Preview;
use crate::model::selection::{Approved, approved, without_dropped};
use crate::model::wording::{fabrics, files};
use crate::pages::work::Stop;

/// The bar's id: whatever of it had the focus may go, so the bar itself takes it.
const BAR: &str = "bulk";

/// Why nothing can be done with what is selected.
const OFFLINE: &str = "What is selected waits for the connection.";

/// The bar that appears with a selection.
#[component]
pub fn BulkBar(state: State) -> impl IntoView {
    let count = Memo::new(move |_| state.selected.with(|selected| selected.len()));
    let busy = state.batch.busy;
    let has_work = Memo::new(move |_| state.tally().all > 0);
    let found = Memo::new(move |_| {
        state
            .selected
            .with(|selected| state.batch.stages.with(|stages| approved(stages, selected)))
    });
    let is_ready = Memo::new(move |_| !busy.get() && found.get().rows > 0);
    let shut = Signal::derive(move || count.get() == 0 || !state.app.online.get());
    let begin = move |work: Work| {
        if shut.get_untracked() || busy.get_untracked() {
            if count.get_untracked() == 0 {
                state.app.remark("Select fabrics in the list first");
            }
            return;
        }
        browser::focus(BAR);
        leptos::task::spawn_local(async move {
            match state.app.later.get().await {
                Ok(parts) => (parts.act_on_selected)(state, work),
                Err(failure) => state.app.remark(failure.title()),
            }
        });
    };
    state.app.offer(vec![
        Command::new("Validate the selected fabrics", move || {
            begin(Work::Validate)
        }),
        Command::new("Initialise the selected fabrics again", move || {
            begin(Work::Preview)
        }),
    ]);
    let act = move |work: Work, class: &'static str, words: Signal<String>| {
        view! {
            <button type="button" class=class aria-disabled=move || shut.get().then_some("true") on:click=move |_| begin(work)>{words}</button>
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
        <div id=BAR class="bulk" class:hidden=move || count.get() == 0 && !has_work.get() tabindex="-1" role="region" aria-label="Selected fabrics">
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
                    {act(Work::Write, "button small primary", commit)}
                    {move || (unread.get() > 0).then(|| act(Work::More, "button small", more))}
                    <button type="button" class="button small" on:click=move |_| {
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
                    {act(Work::Validate, "button small", "Validate".into())}
                    {act(Work::Preview, "button small", "Initialise again…".into())}
                    <button type="button" class="button small" on:click=move |_| {
                        state.selected.set(Default::default());
                        state.batch.stages.set(Default::default());
                        browser::focus("fabrics");
                    }>"Clear"</button>
                    <p class="hint">{move || {
                        let tally = state.tally();
                        if !state.app.online.get() { OFFLINE.to_owned() } else if tally.all > 0 { tally.words() } else { "Validating reads; initialising shows first what it would write.".to_owned() }
                    }}</p>
                }.into_any()
            }}
            <NotDone state=state/>
        </div>
    }
}

/// What the button does that writes.
fn writes(found: Approved) -> String {
    let all = format!("Commit {} to {}", files(found.files), fabrics(found.rows));
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
            <button type="button" class="button small" on:click=move |_| {
                browser::focus(BAR);
                state.show_selected();
            }>"Show the selected"</button>
            <button type="button" class="button small" on:click=move |_| {
                browser::focus(BAR);
                state.drop_hidden();
            }>{move || format!("Deselect {}", hidden.get())}</button>
        })}
    }
}

/// Why rows were not done; what says so is loaded with what does it.
#[component]
fn NotDone(state: State) -> impl IntoView {
    let is_any = Memo::new(move |_| {
        let is_any = |stages: &crate::model::bulk::Stages| {
            stages.values().any(|stage| stage.why_not().is_some())
        };
        !state.batch.busy.get() && state.batch.stages.with(is_any)
    });
    move || {
        is_any.get().then(|| {
            let told = draw(move |parts: &Parts| (parts.not_done)(state));
            view! { <Part code=state.app.later draw=told/> }
        })
    }
}

/// What is done with the selected rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Reads each directory and judges it.
    Validate,
    /// Looks at what initialising again would write.
    Preview,
    /// Looks at those that were selected since.
    More,
    /// Writes what was previewed.
    Write,
}

/// Works through the selected rows, a few at a time; rows that failed stay selected.
pub fn run(state: State, work: Work) {
    let mut rows = state.chosen();
    let stages = state.batch.stages.get_untracked();
    match work {
        // Exactly what the button said: the rows that are selected and were previewed.
        Work::Write => {
            rows.retain(|fabric| stages.get(fabric.id.as_str()).is_some_and(Stage::is_ready));
            let selected = state.selected.get_untracked();
            state.batch.stages.set(without_dropped(&stages, &selected));
        }
        Work::More => rows.retain(|fabric| !stages.contains_key(fabric.id.as_str())),
        Work::Validate | Work::Preview => {
            state.batch.stages.set(Default::default());
            state.plans.set_value(Default::default());
        }
    }
    if work != Work::Write {
        let waiting = rows
            .iter()
            .map(|fabric| (fabric.id.to_string(), Stage::Waiting));
        state.batch.stages.update(|stages| stages.extend(waiting));
    }
    let rows = rows
        .into_iter()
        .map(|fabric| (fabric.id.to_string(), fabric));
    state
        .batch
        .run(rows.collect(), move |id, fabric| async move {
            if state.is_dropped(&id) {
                return Stage::Closed("deselected before its turn".to_owned());
            }
            let stage = match work {
                Work::Validate => validate(state, &fabric).await,
                Work::Preview | Work::More => preview(state, &fabric).await,
                Work::Write => write(state, &fabric).await,
            };
            if !stage.is_left() {
                state.finish(&id);
            }
            if let Stage::Failed(failure) = &stage {
                state.learn(failure);
            }
            stage
        });
}

async fn validate(state: State, fabric: &FabricSummary) -> Stage {
    state.batch.set(fabric.id.as_str(), Stage::Running);
    let id = fabric.id.as_str();
    match api::validate(id).await {
        Ok(answer) => {
            if let Ok(found) = api::fabric(id).await {
                state.replace(FabricSummary::from(&found.record));
            }
            if answer.report.valid {
                Stage::Done("valid".to_owned())
            } else {
                Stage::NotValid
            }
        }
        Err(failure) => Stage::Failed(failure),
    }
}

/// Reads the record and its branch, and compares.
async fn planned(fabric: &FabricSummary) -> Result<Result<(Preview, WriteMode), String>, Failure> {
    let record = api::fabric(fabric.id.as_str()).await?.record;
    let (answer, snapshot) = api::snapshot(&record.spec()).await?;
    let preview = Preview::new(record.spec(), Some(&snapshot), Overwrite::No);
    let closed = gate::refused(&answer).or_else(|| gate::in_the_way(&preview));
    let (mode, _) = gate::mode(&preview, &answer, WriteMode::Commit);
    Ok(closed.map_or(Ok((preview, mode)), Err))
}

async fn preview(state: State, fabric: &FabricSummary) -> Stage {
    state.batch.set(fabric.id.as_str(), Stage::Reading);
    match planned(fabric).await {
        Ok(Ok((preview, _))) if preview.writes() == 0 => Stage::Done("nothing to write".to_owned()),
        Ok(Ok((preview, mode))) => {
            if let Some(body) = preview.approved(mode) {
                state.plans.update_value(|plans| {
                    plans.insert(fabric.id.to_string(), body);
                });
            }
            match mode {
                WriteMode::Commit => Stage::Ready(preview.writes()),
                WriteMode::PullRequest => Stage::Proposing(preview.writes()),
            }
        }
        Ok(Err(reason)) => Stage::Closed(reason),
        Err(failure) => Stage::Failed(failure),
    }
}

/// Sends what was previewed; where the directory changed since, the Worker refuses it.
async fn write(state: State, fabric: &FabricSummary) -> Stage {
    state.batch.set(fabric.id.as_str(), Stage::Running);
    let Some(body) = state
        .plans
        .with_value(|plans| plans.get(fabric.id.as_str()).cloned())
    else {
        return Stage::Closed("it was not previewed".to_owned());
    };
    match api::initialise_named(fabric.id.as_str(), &body).await {
        Ok((found, request)) => {
            state.replace(FabricSummary::from(&found.record));
            match Stage::of_write(&found) {
                Stage::Failed(failure) => Stage::Failed(failure.of_request(request)),
                stage => stage,
            }
        }
        Err(failure) => Stage::Failed(failure),
    }
}
