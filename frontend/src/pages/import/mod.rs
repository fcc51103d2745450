//! Many fabrics from one list: checked row by row, previewed, then created row by row.

mod rows;
pub mod state;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

use crate::app::App;
use crate::components::link::Link;
use crate::components::notice::Notice;
use crate::components::prose::Prose;
use crate::components::sign_in::SignIn;
use crate::model::import::EXAMPLE;
use crate::model::wording::{Tone, fabrics, files};
use crate::pages::work::Stop;
use rows::Rows;
use state::State;

/// The import page.
#[component]
pub fn Import() -> impl IntoView {
    let app = App::get();
    let state = State::new(app);
    let pick = move |event: leptos::ev::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = input
            .and_then(|input| input.files())
            .and_then(|files| files.get(0))
        else {
            return;
        };
        leptos::task::spawn_local(async move {
            // What cannot be read as text leaves the list as it is.
            if let Some(text) = JsFuture::from(file.text())
                .await
                .ok()
                .and_then(|text| text.as_string())
            {
                state.type_in(text);
            }
        });
    };
    view! {
        <p class="crumbs"><Link href="/fabrics".to_owned()>"Fabrics"</Link></p>
        <div class="intro">
            <h1 id="heading" tabindex="-1">"Import a list"</h1>
            <p class="muted lead">"One fabric a line. Everything is checked here before anything is sent."</p>
        </div>
        <section class="card">
            <div class="field">
                <label for="list">"List"</label>
                <textarea id="list" class="input area" rows="7" spellcheck="false" autocomplete="off" autocapitalize="none"
                    placeholder=EXAMPLE aria-describedby="list-hint list-error"
                    readonly=move || state.batch.busy.get()
                    prop:value=state.text on:input=move |event| state.type_in(event_target_value(&event))></textarea>
                <p class="hint" id="list-hint">
                    "Name, repository, branch, directory; separated by commas, semicolons or tabs. The branch is " <code>"main"</code>
                    " and the directory " <code>"gitops/hedgehog/<name>"</code> " unless given."
                </p>
                <p class="field-error" id="list-error">{move || state.refusal.get().map(|text| view! { <Prose text=text/> })}</p>
            </div>
            <div class="row">
                <label class="button small file-button">"Choose a file…"<input type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" class="visually-hidden" on:change=pick/></label>
                <button type="button" class="button small" on:click=move |_| state.type_in(EXAMPLE.to_owned())>"Show an example"</button>
            </div>
        </section>
        <Rows state=state/>
        {move || (app.signed_out() && state.fine() > 0).then(|| view! { <SignIn/> })}
        <Submit state=state/>
    }
}

#[component]
fn Submit(state: State) -> impl IntoView {
    let app = state.app;
    let left = Memo::new(move |_| state.left());
    let tally = Memo::new(move |_| state.batch.tally());
    let closed = move || !app.signed_in() || !app.online.get() || left.get() == 0;
    view! {
        <div class="bulk" class:hidden=move || state.rows.with(Vec::is_empty) role="region" aria-label="Import">
            {move || if state.batch.busy.get() {
                view! {
                    <p class="row" role="status"><span class="spinner"></span>{move || tally.get().words()}</p>
                    <Stop batch=state.batch/>
                }.into_any()
            } else if tally.get().ready > 0 {
                view! {
                    <button type="button" class="button primary" disabled=move || !app.online.get() on:click=move |_| state.create()>
                        {move || format!("Create {} with {}", fabrics(tally.get().ready), files(tally.get().files))}
                    </button>
                    <button type="button" class="button" on:click=move |_| state.compare()>"Compare again"</button>
                }.into_any()
            } else {
                view! {
                    <button type="button" class="button primary" class:hidden=move || left.get() == 0 && tally.get().all != 0
                        disabled=closed aria-describedby="import-reason" on:click=move |_| state.compare()>
                        {move || {
                            let branches = if left.get() == 1 { "its branch" } else { "their branches" };
                            format!("Compare {} with {branches}", fabrics(left.get()))
                        }}
                    </button>
                }.into_any()
            }}
            <p class="hint" id="import-reason">
                {move || if !app.signed_in() {
                    "Sign in to compare and to create.".to_owned()
                } else if tally.get().done + tally.get().failed > 0 {
                    tally.get().words()
                } else {
                    "Comparing reads; nothing is written before you see what.".to_owned()
                }}
            </p>
        </div>
        {move || (tally.get().done > 0 && !state.batch.busy.get()).then(|| view! {
            <Notice tone=Tone::Success>
                <p class="strong">{format!("{} created", fabrics(tally.get().done))}</p>
                <p>{(tally.get().failed > 0).then_some("Rows that were not done say why. ")}<Link href="/fabrics".to_owned()>"See all fabrics"</Link></p>
            </Notice>
        })}
    }
}
