//! Check it yourself: the viewer's own browser reads the repository and judges what this page claims.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::record::{FabricRecord, Visibility};

use super::state::State;
use crate::api;
use crate::components::notice::{FailureNotice, Notice};
use crate::model::failure::Failure;
use crate::model::self_check::{SelfCheck, judge};
use crate::model::wording::{self, Tone};

/// The button and what came of it; only where the repository is public.
#[component]
pub fn SelfChecking(state: State) -> impl IntoView {
    let found = RwSignal::new(None::<Result<(SelfCheck, FabricRecord), Failure>>);
    let busy = RwSignal::new(false);
    let check = move |_| {
        let Some(record) = state.record.get_untracked() else {
            return;
        };
        busy.set(true);
        found.set(None);
        spawn_local(async move {
            let answer = api::public::snapshot(&state.app.github_api_url(), &record.spec()).await;
            busy.try_set(false);
            found.try_set(Some(
                answer.map(|(_, snapshot)| (judge(&record, &snapshot), record)),
            ));
        });
    };
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
                    <button type="button" class="button" disabled=busy on:click=check>"Read the repository now"</button>
                    {move || busy.get().then(|| view! { <span class="muted row" role="status"><span class="spinner"></span>"Asking GitHub…"</span> })}
                </p>
                {move || found.get().map(|found| match found {
                    Err(failure) => view! { <FailureNotice failure=failure/> }.into_any(),
                    Ok((check, record)) => view! { <Judgement check=check record=record/> }.into_any(),
                })}
                <p class="hint">"The checking code comes from this site, too. To check without us, run the git command above in a clone of your own."</p>
            </section>
        })
    }
}

#[component]
fn Judgement(check: SelfCheck, record: FabricRecord) -> impl IntoView {
    let claim = wording::status(record.gitops_directory_status).0;
    let head = check
        .head
        .map(|head| head.short())
        .unwrap_or_else(|| "no commit".to_owned());
    let (tone, title, text) = match (check.claim_holds, check.same_tree) {
        (true, true) => (
            Tone::Success,
            "True",
            format!("At {head} the directory has exactly the tree id that this page names."),
        ),
        (true, false) => (
            Tone::Attention,
            "Still true, but the directory has moved on",
            format!(
                "At {head} it has another tree id, and still is what “{claim}” says. Validate to bring the page up to date."
            ),
        ),
        (false, _) => (
            Tone::Danger,
            "Not true any more",
            format!(
                "This page says “{claim}”, and at {head} the directory {}. Validate to bring the page up to date.",
                if check.holds_layout {
                    "holds the layout"
                } else {
                    "does not hold the layout"
                }
            ),
        ),
    };
    view! {
        <div role="status"><Notice tone=tone>
            <p class="strong">{title}</p>
            <p>{text}</p>
            {check.tree.map(|tree| view! { <p class="small">"Tree id found: " <code>{tree.to_string()}</code></p> })}
        </Notice></div>
    }
}
