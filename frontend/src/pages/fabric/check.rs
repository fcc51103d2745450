//! Check it yourself: the viewer's own browser reads the repository and judges what this page claims.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::check::CheckResult;
use shared::record::{FabricRecord, Visibility};

use super::lazy::Run;
use super::state::State;
use crate::browser;
use crate::components::commit_line::CommitLine;
use crate::components::notice::Notice;
use crate::components::prose::Prose;
use model::age::again;
use model::wording::Tone;

/// The button and what came of it; only where the repository is public.
#[component]
pub fn SelfChecking(state: State) -> impl IntoView {
    let look = Run::new();
    let is_public = Memo::new(move |_| {
        state.record.with(|record| {
            record
                .as_ref()
                .is_some_and(|record| record.visibility == Visibility::Public)
        })
    });
    move || {
        is_public.get().then(|| view! {
            <section class="card" aria-labelledby="check-heading">
                <h2 id="check-heading">"Check it yourself"</h2>
                <p class="muted">"Your browser asks GitHub, not Hedgerow, and compares the answer with what this page says."</p>
                <p class="row">
                    <button type="button" class="button" disabled=move || look.busy.get() || state.app.session.with(Option::is_none) on:click=move |_| look.ask()>"Read the repository now"</button>
                </p>
                {look.view(|lazy| lazy.check, state)}
                <p class="hint">"The checking code comes from this site, too. To check without us, run the git command above in a clone of your own."</p>
            </section>
        })
    }
}

/// Checks whenever that is asked for, and says what came of it.
#[component]
pub fn SelfCheck(state: State, run: Run) -> impl IntoView {
    // With the version of the record that was checked; of a later one it says nothing, unless that is of the head that was seen.
    let found = RwSignal::new(None::<(u64, CheckResult)>);
    run.follow(move || {
        let of = state
            .record
            .with(|record| record.as_ref().map(|record| record.version));
        found.set(None);
        spawn_local(async move {
            let verdict = state.check().await;
            found.try_set(of.zip(verdict));
            run.busy.try_set(false);
        });
    });
    let shown = move || {
        let (of, verdict) = found.get()?;
        let is_of_it = |record: &FabricRecord| {
            let seen = verdict.seen();
            of == record.version || seen.is_some_and(|seen| record.head == Some(seen.head))
        };
        let is_of_it = state
            .record
            .with(|record| record.as_ref().is_some_and(is_of_it));
        is_of_it.then_some(verdict)
    };
    view! {
        {move || run.busy.get().then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Asking GitHub…"</p> })}
        {move || shown().map(|verdict| view! { <Judgement verdict=verdict/> })}
    }
}

#[component]
fn Judgement(verdict: CheckResult) -> impl IntoView {
    let (tone, title, text, seen, differences) = match verdict {
        CheckResult::True(seen) => (
            Tone::Success,
            "Confirmed by GitHub just now",
            match seen.tree {
                Some(_) => "The directory has the tree id and the findings that this page shows.",
                None => "There is no such directory, as this page says.",
            }
            .to_owned(),
            Some(seen),
            Vec::new(),
        ),
        CheckResult::Changed(seen) => (
            Tone::Attention,
            "The directory has changed since",
            "It is no longer the one that this page told of. The page shows what is there now; a validation tells everybody.".to_owned(),
            Some(seen),
            Vec::new(),
        ),
        CheckResult::False { seen, differences } => (
            Tone::Danger,
            "GitHub shows something else",
            "The directory is the one that this page told of, but what the page said about it was wrong:".to_owned(),
            Some(seen),
            differences,
        ),
        CheckResult::Unknown { failure, until } => (
            Tone::Attention,
            "Not checked",
            match until.map(|until| again(until, browser::now_ms())) {
                Some(when) => format!(
                    "{}; GitHub answers again {when}: {}",
                    failure.message, failure.hint
                ),
                None => format!("{}; {}", failure.message, failure.hint),
            },
            None,
            Vec::new(),
        ),
    };
    let is_plain = differences.is_empty();
    view! {
        <div role="status"><Notice tone=tone>
            <p class="strong">{title}</p>
            <p><Prose text=text/></p>
            <ul class="finding-list" tabindex="0" aria-label="What differs" class:hidden=is_plain>
                {differences.into_iter().map(|text| view! { <li><Prose text=text/></li> }).collect_view()}
            </ul>
            {seen.map(|seen| view! {
                <p class="small">
                    "At " {match seen.report.head_commit {
                        Some(commit) => view! { <CommitLine commit=commit/> }.into_any(),
                        None => view! { <code>{seen.head.short()}</code> }.into_any(),
                    }} {seen.tree.map(|tree| view! { ", tree id " <code>{tree.to_string()}</code> })}
                    {format!("; {} requests", seen.requests)}
                </p>
            })}
        </Notice></div>
    }
}
