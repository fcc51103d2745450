//! The create page: describe a fabric, see the exact tree, commit it.

mod form;
mod result;
mod state;

use leptos::prelude::*;

use crate::components::notice::{FailureNotice, Notice};
use crate::components::preview_pane::PreviewPane;
use crate::model::gate::Reading;
use crate::model::wording::{self, Tone};
use form::Form;
use result::ResultPanel;
use state::State;

/// The create page.
#[component]
pub fn Create() -> impl IntoView {
    let state = State::new();
    let title = move || {
        state.preview.with(|preview| {
            preview
                .as_ref()
                .filter(|_| state.spec.with(Result::is_ok))
                .map_or_else(
                    || "What will be committed".to_owned(),
                    |preview| {
                        let what = if state.done.with(Option::is_some) {
                            "What you approved for"
                        } else {
                            "What will be committed to"
                        };
                        format!("{what} {}", wording::place(&preview.spec))
                    },
                )
        })
    };
    view! {
        <div class="intro">
            <h1 id="heading" tabindex="-1">"Give a fabric its GitOps home"</h1>
            <p class="muted lead">"Name the fabric and its repository, see the exact tree, commit it once."</p>
        </div>
        <div class="panes">
            <div class="pane-left">
                <Form state=state/>
                {move || state.done.get().map(|answer| view! { <ResultPanel answer=answer/> })}
            </div>
            <section class="pane-right card" aria-labelledby="preview-heading">
                <h2 id="preview-heading">{title}</h2>
                <Compared state=state/>
                <PreviewPane preview=state.preview overwrite=state.overwrite locked=state.busy/>
            </section>
        </div>
    }
}

/// Says what the tree was compared with.
#[component]
fn Compared(state: State) -> impl IntoView {
    let reading = Memo::new(move |_| match state.reading.get() {
        Reading::Read(answer) => Ok(answer.head.map(|head| head.short())),
        other => Err(other == Reading::Failed),
    });
    move || {
        let is_complete = state.preview.with(Option::is_some);
        match reading.get() {
            _ if !is_complete => view! {
                <Notice tone=Tone::Muted>"The tree appears once name and directory are complete."</Notice>
            }.into_any(),
            Ok(Some(head)) => view! {
                <p class="small muted row">
                    "Compared with the branch at " <code>{head}</code>
                    <button type="button" class="button small" on:click=move |_| state.read_again()>"Read again"</button>
                </p>
            }.into_any(),
            Ok(None) => view! { <p class="small muted">"There is no such branch to compare with yet."</p> }.into_any(),
            Err(_) if !state.app.signed_in() => view! {
                <Notice tone=Tone::Muted>"This is the layout. Sign in to compare it with the branch."</Notice>
            }.into_any(),
            Err(true) => view! {
                {move || state.read_failure.get().map(|failure| view! {
                    <FailureNotice failure=failure retry=Callback::new(move |()| state.read_again())/>
                })}
            }.into_any(),
            Err(false) if state.spec.with(Result::is_err) => view! {
                <Notice tone=Tone::Muted>"This is the layout. Name a repository and a branch to compare it with."</Notice>
            }.into_any(),
            Err(false) => view! {
                <p class="small muted row"><span class="spinner"></span>"Comparing with the branch…"</p>
            }.into_any(),
        }
    }
}
