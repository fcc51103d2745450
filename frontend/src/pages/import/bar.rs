//! What can be done with the rows, how far it is, and what it came to.

use std::time::Duration;

use leptos::prelude::*;
use shared::count::counted;

use super::state::State;
use crate::browser;
use crate::command::Command;
use crate::components::link::Link;
use crate::components::notice::{FailureNotice, Notice};
use crate::pages::batch::Stop;
use model::bulk::Tally;
use model::routes;
use model::wording::Tone;

/// The bar below the rows.
#[component]
pub fn Bar(state: State) -> impl IntoView {
    let app = state.app;
    let left = Memo::new(move |_| state.left());
    let tally = Memo::new(move |_| state.batch.tally());
    let refused = Memo::new(move |_| state.refused());
    let is_disabled = Signal::derive(move || !app.signed_in() || !app.online.get());
    app.offer(vec![
        Command::new("Compare the rows with their branches", move || {
            if !is_disabled.get_untracked()
                && !state.batch.busy.get_untracked()
                && left.get_untracked() > 0
            {
                state.compare();
            }
        }),
        Command::new("Create the compared fabrics", move || {
            if !is_disabled.get_untracked()
                && !state.batch.busy.get_untracked()
                && tally.get_untracked().ready > 0
            {
                state.create();
            }
        }),
    ]);
    // What was pressed goes away when the work begins and when it ends.
    Effect::new(move |before: Option<bool>| {
        let busy = state.batch.busy.get();
        if before.is_some_and(|before| before != busy) {
            set_timeout(|| browser::focus_if_lost("import-bar"), Duration::ZERO);
        }
        busy
    });
    view! {
        <div class="bulk-bar" id="import-bar" tabindex="-1" class:hidden=move || state.rows.with(Vec::is_empty) role="region" aria-label="Import">
            {move || if state.batch.busy.get() {
                view! {
                    <p class="row" role="status"><span class="spinner"></span>{move || tally.get().words()}</p>
                    <Stop batch=state.batch/>
                }.into_any()
            } else if tally.get().ready > 0 {
                view! {
                    <button type="button" class="button button-primary" disabled=is_disabled aria-describedby="import-reason" on:click=move |_| state.create()>
                        {move || creates(tally.get())}
                    </button>
                    <FindOut state=state tally=tally is_disabled=is_disabled/>
                    <button type="button" class="button" disabled=is_disabled on:click=move |_| state.compare()>"Compare again"</button>
                }.into_any()
            } else {
                view! {
                    <FindOut state=state tally=tally is_disabled=is_disabled/>
                    <button type="button" class="button button-primary" class:hidden=move || left.get() == 0 && tally.get().all != 0
                        disabled=move || is_disabled.get() || left.get() == 0 aria-describedby="import-reason" on:click=move |_| state.compare()>
                        {move || {
                            let branches = if left.get() == 1 { "its branch" } else { "their branches" };
                            format!("Compare {} with {branches}", counted(left.get(), "fabric"))
                        }}
                    </button>
                }.into_any()
            }}
            {move || (refused.get() > 1 && !state.batch.busy.get()).then(|| view! {
                <button type="button" class="button" disabled=is_disabled on:click=move |_| state.propose(None)>
                    {move || format!("{} by pull request instead", counted(refused.get(), "fabric"))}
                </button>
            })}
            <p class="hint" id="import-reason" class:hidden=state.batch.busy>{move || reason(app.signed_in(), tally.get())}</p>
        </div>
        {move || state.batch.halted.get().map(|failure| view! {
            <FailureNotice failure=failure dismiss=Callback::new(move |()| state.batch.halted.set(None))/>
        })}
        {move || (!state.batch.busy.get()).then(|| ended(tally.get())).flatten()}
    }
}

/// Asks again about what was sent without an answer.
#[component]
fn FindOut(state: State, tally: Memo<Tally>, is_disabled: Signal<bool>) -> impl IntoView {
    view! {
        <button type="button" class="button" class:hidden=move || tally.get().unconfirmed == 0 disabled=is_disabled on:click=move |_| state.find_out()>
            {move || format!("Send {} again", counted(tally.get().unconfirmed, "fabric"))}
        </button>
    }
}

/// What the main button does.
fn creates(tally: Tally) -> String {
    let all = format!(
        "Create {} with {}",
        counted(tally.ready, "fabric"),
        counted(tally.files, "file")
    );
    let all = match tally.branches {
        0 => all,
        count => format!("{all}, {} on a branch that is made", count),
    };
    match tally.proposals {
        0 => all,
        1 => format!("{all}, 1 by pull request"),
        count => format!("{all}, {count} by pull requests"),
    }
}

fn reason(is_signed_in: bool, tally: Tally) -> String {
    if !is_signed_in {
        "Sign in to compare and to create.".to_owned()
    } else if tally.unconfirmed > 0 {
        format!(
            "{}. What is sent again is never written twice.",
            tally.words()
        )
    } else if tally.done + tally.failed > 0 {
        tally.words()
    } else {
        "Comparing only reads; you see what would be written before it is.".to_owned()
    }
}

/// What it came to.
fn ended(tally: Tally) -> Option<impl IntoView> {
    let created = tally.done - tally.recorded;
    let words = match (created, tally.recorded) {
        (0, 0) => return None,
        (created, 0) => format!("{} created", counted(created, "fabric")),
        (0, recorded) => format!("{} recorded already", counted(recorded, "fabric")),
        (created, recorded) => format!(
            "{} created, {recorded} recorded already",
            counted(created, "fabric")
        ),
    };
    Some(view! {
        <Notice tone=Tone::Success>
            <p class="strong">{words}</p>
            <p>{(tally.failed > 0).then_some("Rows that were not done say why. ")}<Link href=routes::FABRICS.to_owned()>"See all fabrics"</Link></p>
        </Notice>
    })
}
