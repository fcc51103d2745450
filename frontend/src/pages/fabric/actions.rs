//! What can be done about a fabric: validate it, repair it, or initialise it again; each shows first what it would do.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{PullRequestNotice, WriteMode};
use shared::plan::Take;
use shared::report::Report;

use super::state::State;
use crate::api;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::preview_pane::PreviewPane;
use crate::components::sign_in::SignIn;
use crate::later::{Part, Parts, draw};
use crate::model::command::Command;
use crate::model::failure::{Failure, Refusal};
use crate::model::gate;
use crate::model::preview::Preview;
use crate::model::reading::{Read, Reading};
use crate::model::wording::{self, Tone};

/// What is open below the buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Nothing,
    Initialise,
    Repair,
}

/// The actions.
#[component]
pub fn Actions(state: State) -> impl IntoView {
    let app = state.app;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let report = RwSignal::new(None::<Report>);
    let notice = RwSignal::new(None::<PullRequestNotice>);
    let open = RwSignal::new(Open::Nothing);
    let validate = move || {
        if busy.get_untracked() || !untrack(|| app.signed_in()) {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = app
                .later
                .ask(|parts| (parts.fabric.validate)(state.id.get_value()))
                .await;
            busy.try_set(false);
            match answer {
                Ok(found) => {
                    app.say(if found.report.valid {
                        "Valid"
                    } else {
                        "Not valid"
                    });
                    notice.try_set(found.pull_request);
                    report.try_set(Some(found.report));
                    state.load();
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
        });
    };
    let initialise = move || {
        open.set(Open::Initialise);
        state.read.set(None);
        state.read_branch();
    };
    app.offer(vec![
        Command::new("Validate this fabric", validate),
        Command::new("Initialise this fabric again", move || {
            if untrack(|| app.signed_in()) {
                initialise();
            }
        }),
    ]);
    let shut_panel = Callback::new(move |()| open.set(Open::Nothing));
    let shut = Signal::derive(move || busy.get() || !app.signed_in() || !app.online.get());
    let is_damaged = Memo::new(move |_| {
        let of_report = report.with(|report| {
            report
                .as_ref()
                .is_some_and(|report| !report.findings.is_empty())
        });
        let drift = state.record.with(|record| {
            record.as_ref().map_or(0, |record| {
                record.drift.missing + record.drift.modified + record.drift.unexpected
            })
        });
        of_report || drift > 0
    });
    view! {
        <section class="card actions" aria-labelledby="actions-heading">
            <h2 id="actions-heading">"Actions"</h2>
            <div class="row">
                <button type="button" class="button" disabled=shut aria-describedby="actions-reason" on:click=move |_| validate()>"Validate"</button>
                <button type="button" class="button" disabled=shut aria-describedby="actions-reason" class:hidden=move || !is_damaged.get()
                    on:click=move |_| open.set(Open::Repair)>"Repair…"</button>
                <button type="button" class="button" disabled=shut aria-describedby="actions-reason" on:click=move |_| initialise()>"Initialise again…"</button>
            </div>
            <p class="hint" id="actions-reason">
                {move || if app.signed_in() {
                    "Validating only reads. Repairing and initialising show the exact commit first."
                } else {
                    "Sign in to validate, to repair or to initialise again."
                }}
            </p>
            {move || busy.get().then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Validating…"</p> })}
            {move || failure.get().map(|found| view! {
                <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/>
            })}
            {move || report.get().map(|found| view! {
                <Part code=app.later draw=draw(move |parts: &Parts| (parts.fabric.report)(found.clone()))/>
            })}
            {move || notice.get().map(|notice| {
                let (tone, text) = wording::pull_request_end(notice.state);
                view! { <Notice tone=tone><p>{text}" "<a href=notice.url>"See the pull request"</a></p></Notice> }
            })}
            {move || {
                let panel = move |parts: &Parts| match open.get() {
                    Open::Nothing => ().into_any(),
                    Open::Initialise => (parts.fabric.initialise)(state, shut_panel),
                    Open::Repair => (parts.fabric.repair)(state, shut_panel),
                };
                (open.get() != Open::Nothing).then(|| view! { <Part code=app.later draw=draw(panel)/> })
            }}
        </section>
        {move || app.signed_out().then(|| view! { <SignIn/> })}
    }
}

/// The preview of initialising again, and its confirmation.
#[component]
pub fn Initialise(state: State, close: Callback<()>) -> impl IntoView {
    let app = state.app;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let changed = RwSignal::new(None::<String>);
    let take = RwSignal::new(Take::default());
    let chosen = RwSignal::new(WriteMode::Commit);
    let preview = Memo::new(move |_| {
        let read = state.read.get()?;
        Some(Preview::new(
            read.asked.clone(),
            Some(&read.snapshot),
            take.get(),
        ))
    });
    let closed = Memo::new(move |_| {
        let read = state.read.get()?;
        preview
            .with(|preview| gate::closed(preview.as_ref(), app.signed_in(), &Reading::Read(read)))
    });
    let way = Memo::new(move |_| match (state.read.get(), preview.get()) {
        (Some(read), Some(preview)) => gate::mode(&preview, &read.answer, chosen.get()),
        _ => (chosen.get(), None),
    });
    let confirm = move |_| {
        let (mode, _) = way.get_untracked();
        let Some(before) = preview.get_untracked() else {
            return;
        };
        let Some(body) = before.initialise(mode) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        changed.set(None);
        spawn_local(async move {
            let answer = api::initialise(&state.id.get_value(), &body).await;
            busy.try_set(false);
            match answer {
                Ok(found) => {
                    app.remark(format!(
                        "{}: {}",
                        found.record.name,
                        wording::status(found.record.gitops_directory_status).0
                    ));
                    state.take(found);
                    close.try_run(());
                }
                Err(found) => {
                    let fresh = found.problem().and_then(Refusal::snapshot);
                    if let Some((Ok(snapshot), answer)) =
                        fresh.map(|answer| (api::verified(&answer), answer))
                    {
                        state
                            .read
                            .try_set(Some(Read::new(before.spec.clone(), answer, snapshot)));
                        if let Some(after) = preview.try_get_untracked().flatten() {
                            changed.try_set(Some(wording::what_changed(&before, &after)));
                        }
                    }
                    failure.try_set(Some(found));
                }
            }
        });
    };
    let mode = move |mode: WriteMode, word: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="initialise-mode" disabled=move || way.with(|(now, reason)| reason.is_some() && *now != mode)
                    prop:checked=move || way.with(|(now, _)| *now == mode) on:change=move |_| chosen.set(mode)/>
                <span>{word}</span>
            </label>
        }
    };
    view! {
        <div class="confirm">
            <h3>"What would be committed"</h3>
            {move || state.reading.get().then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Reading the branch…"</p> })}
            {move || state.read_failure.get().map(|found| view! {
                <FailureNotice failure=found retry=Callback::new(move |()| state.read_branch())/>
            })}
            {move || changed.get().map(|what| view! { <Notice tone=Tone::Attention>{what}</Notice> })}
            {move || failure.get().map(|found| view! {
                <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/>
            })}
            <div class:hidden=move || state.read.with(Option::is_none)>
                <PreviewPane preview=preview take=take locked=busy contents=state.contents/>
                <div class="row">
                    {mode(WriteMode::Commit, "Direct commit")}
                    {mode(WriteMode::PullRequest, "Pull request")}
                    <p class="hint">{move || way.get().1}</p>
                </div>
            </div>
            <div class="row">
                <button type="button" class="button primary" on:click=confirm aria-describedby="confirm-reason"
                    class:hidden=move || state.read.with(Option::is_none)
                    disabled=move || busy.get() || closed.with(Option::is_some)>
                    {move || {
                        let (mode, _) = way.get();
                        preview.with(|preview| preview.as_ref().map(|preview| wording::initialise_action(preview, mode)))
                    }}
                </button>
                <button type="button" class="button" disabled=busy on:click=move |_| close.run(())>"Cancel"</button>
            </div>
            <p class="hint reason" id="confirm-reason">{closed}</p>
        </div>
    }
}
