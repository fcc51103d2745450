//! Check it yourself: the viewer's own browser reads the repository and judges what this page claims.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::check::CheckResult;
use shared::record::{FabricRecord, Visibility};

use super::lazy::FabricLazy;
use super::state::State;
use crate::browser;
use crate::components::commit_line::CommitLine;
use crate::components::lazy_view::LazyView;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::prose::Prose;
use crate::lazy::Lazy;
use model::age::again;
use model::failure::Failure;
use model::wording::Tone;

/// The button and what came of it; only where the repository is public.
#[component]
pub fn SelfChecking(state: State) -> impl IntoView {
    let lazy = Lazy::<FabricLazy>::get();
    // With the version of the record that was checked; of a later one it says nothing, unless that is of the head that was seen.
    let found = RwSignal::new(None::<(u64, CheckResult)>);
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let check = move |_| {
        let Some(record) = state.record.get_untracked() else {
            return;
        };
        busy.set(true);
        found.set(None);
        failure.set(None);
        spawn_local(async move {
            match lazy.load().await {
                Ok(lazy) => {
                    let verdict = (lazy.check)(state).await;
                    found.try_set(verdict.map(|verdict| (record.version, verdict)));
                }
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
            busy.try_set(false);
        });
    };
    let is_public = Memo::new(move |_| {
        state.record.with(|record| {
            record
                .as_ref()
                .is_some_and(|record| record.visibility == Visibility::Public)
        })
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
    move || {
        is_public.get().then(|| view! {
            <section class="card" aria-labelledby="check-heading">
                <h2 id="check-heading">"Check it yourself"</h2>
                <p class="muted">"Your browser asks GitHub, not Hedgerow, and compares the answer with what this page says."</p>
                <p class="row">
                    <button type="button" class="button" disabled=move || busy.get() || state.app.session.with(Option::is_none) on:click=check>"Read the repository now"</button>
                    {move || busy.get().then(|| view! { <span class="muted row" role="status"><span class="spinner"></span>"Asking GitHub…"</span> })}
                </p>
                {move || failure.get().map(|found| view! { <FailureNotice failure=found/> })}
                {move || shown().map(|verdict| view! {
                    <LazyView lazy=lazy view=Box::new(move |lazy| (lazy.judgement)(verdict.clone()))/>
                })}
                <p class="hint">"The checking code comes from this site, too. To check without us, run the git command above in a clone of your own."</p>
            </section>
        })
    }
}

#[component]
pub fn Judgement(verdict: CheckResult) -> impl IntoView {
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
