//! What was done to a fabric.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{HistoryAnswer, LooksAnswer};
use shared::count::counted;
use shared::quote::url;
use shared::record::{HistoryEntry, VALIDATIONS_KEPT};

use super::state::State;
use crate::api;
use crate::browser;
use crate::components::icon::{Icon, IconName};
use crate::components::notice::FailureNotice;
use crate::components::sign_in::SignIn;
use crate::latest::Latest;
use model::failure::Failure;
use model::looks::said;
use model::wording;

/// How often is asked what was looked at without a person.
const LOOKS_EVERY: Duration = Duration::from_secs(60);

/// The table of operations, the latest first.
#[component]
pub fn History(state: State) -> impl IntoView {
    let found = RwSignal::new(None::<Result<HistoryAnswer, Failure>>);
    let version = Memo::new(move |_| {
        state
            .record
            .with(|record| record.as_ref().map(|record| record.version))
    });
    // What cannot be told is left out: the history is what this is about.
    let looks = RwSignal::new(None::<LooksAnswer>);
    let load_looks = move || {
        spawn_local(async move {
            if let Ok(answer) = api::looks(&state.id.get_value()).await {
                looks.try_set(Some(answer));
            }
        });
    };
    let latest = Latest::new();
    let load = move || {
        let number = latest.next();
        spawn_local(async move {
            let answer = api::history(&state.id.get_value()).await;
            if latest.is_current(number) {
                found.set(Some(answer));
            }
        });
    };
    // A look that changed nothing makes no new version.
    let again = move || {
        if !browser::is_hidden() {
            load_looks();
        }
    };
    if let Ok(handle) = set_interval_with_handle(again, LOOKS_EVERY) {
        on_cleanup(move || handle.clear());
    }
    Effect::new(move || {
        version.get();
        load_looks();
        if state.app.signed_in() {
            load();
        }
    });
    state.app.on_reconnect(move || {
        if matches!(found.get(), Some(Err(Failure::Network))) {
            load();
        }
    });
    let export = format!(
        "/api/fabrics/{}/history?download=1",
        url::component(&state.id.get_value())
    );
    view! {
        <section class="card" aria-labelledby="history-heading">
            <div class="row row-spread">
                <h2 id="history-heading">"History"</h2>
                <a class="button button-small" href=export download="" class:hidden=move || !state.app.signed_in()>"Export as JSON"</a>
            </div>
            {move || looks.get().map(|looks| view! { <p class="muted">{said(&looks, browser::now_ms())}</p> })}
            {move || match found.get() {
                _ if state.app.signed_out() => view! { <p class="muted">"Sign in to see who did what."</p> }.into_any(),
                None => view! { <p class="muted row"><span class="spinner"></span>"Loading the history…"</p> }.into_any(),
                Some(Err(failure)) => view! { <FailureNotice failure=failure retry=Callback::new(move |()| load())/> }.into_any(),
                Some(Ok(answer)) if answer.entries.is_empty() => view! { <p class="muted">"Nothing has been done yet."</p> }.into_any(),
                Some(Ok(answer)) => table(state, answer).into_any(),
            }}
        </section>
        {move || state.app.signed_out().then(|| view! { <SignIn/> })}
    }
}

fn table(state: State, answer: HistoryAnswer) -> impl IntoView {
    let repository = state.record.with_untracked(|record| {
        record
            .as_ref()
            .map(|record| record.git_repository.to_string())
    });
    let repository = repository.unwrap_or_default();
    let address = move |commit: &str| {
        state
            .app
            .below_github(&[repository.as_str(), "commit", commit])
    };
    let begun = |entry: &HistoryEntry| entry.started_at.clone();
    let before: Vec<_> = answer.entries.iter().skip(1).map(begun).collect();
    let row = move |(at, entry): (usize, HistoryEntry)| {
        let looks = wording::nothing_new(&entry, before.get(at).map(String::as_str));
        let (word, tone) = wording::operation(&entry);
        let meant = entry.meant.map(|count| match count {
            0 => "What could not be compared was meant".to_owned(),
            count => format!("{} deleted as meant", counted(count, "file")),
        });
        let word = word.to_owned();
        view! {
            <tr role="row">
                <td role="cell" data-label="When">{wording::time(&entry.started_at)}</td>
                <td role="cell" data-label="What">{wording::kind(&entry.kind).0.to_owned()}</td>
                <td role="cell" data-label="Who">{entry.actor}</td>
                <td role="cell" data-label="Outcome"><div>
                    <span class=format!("status-mark {}", tone.class())><Icon name=IconName::of_tone(tone)/>{word}</span>
                    {[meant, looks].into_iter().flatten().map(|more| view! { <span class="hint">{more}</span> }).collect_view()}
                </div></td>
                <td role="cell" data-label="Commit">{entry.commit.map(|commit| view! { <a href=address(&commit.to_string())><code>{commit.short()}</code></a> })}</td>
                <td role="cell" data-label="Requests" class="number-cell">{entry.github_requests.map_or_else(|| "not known".to_owned(), |count| count.to_string())}</td>
                <td role="cell" data-label="Took" class="number-cell">{format!("{} ms", entry.duration_ms)}</td>
            </tr>
        }
    };
    view! {
        <div class="import-scroll" tabindex="0" role="region" aria-label="Operations">
            <table class="plain-table" role="table">
                <thead role="rowgroup"><tr role="row">
                    <th scope="col" role="columnheader">"When"</th><th scope="col" role="columnheader">"What"</th><th scope="col" role="columnheader">"Who"</th><th scope="col" role="columnheader">"Outcome"</th>
                    <th scope="col" role="columnheader">"Commit"</th><th scope="col" role="columnheader" class="number-cell">"Requests"</th><th scope="col" role="columnheader" class="number-cell">"Took"</th>
                </tr></thead>
                <tbody role="rowgroup">{answer.entries.into_iter().enumerate().map(row).collect_view()}</tbody>
            </table>
        </div>
        <p class="hint">{format!("The last {} operations are kept, and the last {VALIDATIONS_KEPT} checks besides.", answer.limit)}</p>
    }
}
