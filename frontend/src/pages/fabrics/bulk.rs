//! Acting on the selected fabrics: every action is previewed in one line, then runs row by row.

use leptos::prelude::*;
use shared::api::{FabricSummary, WriteMode};
use shared::plan::Overwrite;

use super::state::State;
use crate::api;
use crate::components::prose::Prose;
use crate::model::bulk::Stage;
use crate::model::failure::Failure;
use crate::model::gate;
use crate::model::preview::Preview;
use crate::model::wording::{fabrics, files};
use crate::pages::work::Stop;

/// The bar that appears with a selection.
#[component]
pub fn BulkBar(state: State) -> impl IntoView {
    let count = Memo::new(move |_| state.selected.with(|selected| selected.len()));
    let ready = Memo::new(move |_| {
        let tally = state.batch.tally();
        (tally.ready > 0 && !state.batch.busy.get()).then_some((tally.ready, tally.files))
    });
    let shut = Signal::derive(move || count.get() == 0 || !state.app.online.get());
    let begin = move |work: Work| {
        leptos::task::spawn_local(async move {
            match state.app.later.get().await {
                Ok(parts) => (parts.act_on_selected)(state, work),
                Err(failure) => state.app.remark(failure.title()),
            }
        });
    };
    view! {
        <div class="bulk" class:hidden=move || count.get() == 0 && state.batch.stages.with(|stages| stages.is_empty()) role="region" aria-label="Selected fabrics">
            <p class="strong">{move || format!("{} selected", count.get())}</p>
            {move || if state.batch.busy.get() {
                view! {
                    <p class="row small" role="status"><span class="spinner"></span>{move || state.batch.tally().words()}</p>
                    <Stop batch=state.batch/>
                }.into_any()
            } else if let Some((rows, written)) = ready.get() {
                view! {
                    <button type="button" class="button small primary" disabled=move || !state.app.online.get() on:click=move |_| begin(Work::Write)>
                        {format!("Commit {} to {}", files(written), fabrics(rows))}
                    </button>
                    <button type="button" class="button small" on:click=move |_| state.batch.stages.set(Default::default())>"Cancel"</button>
                }.into_any()
            } else {
                view! {
                    <button type="button" class="button small" disabled=shut on:click=move |_| begin(Work::Validate)>"Validate"</button>
                    <button type="button" class="button small" disabled=shut on:click=move |_| begin(Work::Preview)>"Initialise again…"</button>
                    <button type="button" class="button small" on:click=move |_| {
                        state.selected.set(Default::default());
                        state.batch.stages.set(Default::default());
                    }>"Clear"</button>
                    <p class="hint">{move || {
                        let tally = state.batch.tally();
                        if tally.all > 0 { tally.words() } else { "Validating reads; initialising shows first what it would write.".to_owned() }
                    }}</p>
                }.into_any()
            }}
            <NotDone state=state/>
        </div>
    }
}

/// Why rows were not done, in full, with the next step for each.
#[component]
fn NotDone(state: State) -> impl IntoView {
    let left = move || {
        let stages = state.batch.stages.get();
        let why = stages.iter().filter_map(|(id, stage)| {
            Some((state.name_of(id)?, stage.why_not()?, stage.request()))
        });
        let mut why: Vec<_> = why.collect();
        why.sort();
        why
    };
    move || {
        let left = left();
        (!left.is_empty() && !state.batch.busy.get()).then(|| {
            let row = |(name, (reason, hint), request): (String, (String, String), Option<String>)| view! {
                <li>
                    <b>{name}</b>": "<Prose text=reason/>" "
                    <span class="muted"><Prose text=hint/>{request.map(|id| view! { " Request "<code>{id}</code> })}</span>
                </li>
            };
            view! { <ul class="not-done" aria-label="Not done" tabindex="0">{left.into_iter().map(row).collect_view()}</ul> }
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
    /// Writes what was previewed.
    Write,
}

/// Works through the selected rows, a few at a time; rows that failed stay selected.
pub fn run(state: State, work: Work) {
    let mut rows = state.chosen();
    if work == Work::Write {
        rows.retain(|fabric| {
            state.batch.stages.with_untracked(|stages| {
                matches!(stages.get(fabric.id.as_str()), Some(Stage::Ready(_)))
            })
        });
    } else {
        let waiting = rows
            .iter()
            .map(|fabric| (fabric.id.to_string(), Stage::Waiting));
        state.batch.stages.set(waiting.collect());
        state.plans.set_value(Default::default());
    }
    let rows = rows
        .into_iter()
        .map(|fabric| (fabric.id.to_string(), fabric));
    state
        .batch
        .run(rows.collect(), move |id, fabric| async move {
            let stage = match work {
                Work::Validate => validate(state, &fabric).await,
                Work::Preview => preview(state, &fabric).await,
                Work::Write => write(state, &fabric).await,
            };
            if !stage.is_left() {
                state.selected.update(|selected| {
                    selected.remove(&id);
                });
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
async fn planned(fabric: &FabricSummary) -> Result<Result<Preview, String>, Failure> {
    let record = api::fabric(fabric.id.as_str()).await?.record;
    let (answer, snapshot) = api::snapshot(&record.spec()).await?;
    let preview = Preview::new(record.spec(), Some(&snapshot), Overwrite::No);
    let closed = gate::refused(&answer).or_else(|| gate::in_the_way(&preview));
    Ok(closed.map_or(Ok(preview), Err))
}

async fn preview(state: State, fabric: &FabricSummary) -> Stage {
    state.batch.set(fabric.id.as_str(), Stage::Reading);
    match planned(fabric).await {
        Ok(Ok(preview)) if preview.writes() == 0 => Stage::Done("nothing to write".to_owned()),
        Ok(Ok(preview)) => {
            if let Some(body) = preview.initialise(WriteMode::Commit) {
                state.plans.update_value(|plans| {
                    plans.insert(fabric.id.to_string(), body);
                });
            }
            Stage::Ready(preview.writes())
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
    match api::initialise(fabric.id.as_str(), &body).await {
        Ok(found) => {
            state.replace(FabricSummary::from(&found.record));
            Stage::of_write(&found)
        }
        Err(failure) => Stage::Failed(failure),
    }
}
