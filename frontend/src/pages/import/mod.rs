//! Many fabrics from one list: checked row by row, previewed, then created row by row.

mod bar;
pub mod lazy;
mod rows;
pub mod state;
mod steps;
mod stored_rows;
pub mod ways_out;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlInputElement;

use crate::browser;
use crate::components::link::Link;
use crate::components::prose::Prose;
use crate::components::sign_in::SignIn;
use crate::context::AppContext;
use bar::Bar;
use model::import::EXAMPLE;
use model::routes;
use rows::Rows;
use state::State;

#[component]
pub fn Import() -> impl IntoView {
    let app = AppContext::get();
    let state = State::new(app);
    let is_empty = Memo::new(move |_| state.text.with(String::is_empty));
    let can_be_done = Memo::new(move |_| {
        state
            .rows
            .with(|rows| rows.iter().any(|row| row.fabric.is_ok()))
    });
    let clear = move || {
        state.clear();
        browser::focus("list");
    };
    let pick = move |event: leptos::ev::Event| {
        let input = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        let file = input.files().and_then(|files| files.get(0));
        // So that the same file can be chosen again, after it was corrected.
        input.set_value("");
        let Some(file) = file else { return };
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
        <p class="breadcrumbs"><Link href=routes::FABRICS.to_owned()>"Fabrics"</Link></p>
        <div class="page-intro">
            <h1 id="heading" tabindex="-1">"Import a list"</h1>
            <p class="muted page-lead">"One fabric a line. Everything is checked here before anything is sent."</p>
        </div>
        <section class="card">
            <div class="field">
                <label for="list">"List"</label>
                <textarea id="list" class="input input-area" rows="7" spellcheck="false" autocomplete="off" autocapitalize="none"
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
                <label class="button button-small file-button" class:button-disabled=state.batch.busy>
                    "Choose a file…"
                    <input type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" class="visually-hidden" disabled=state.batch.busy on:change=pick/>
                </label>
                // What was typed is not overwritten by an example.
                {move || if is_empty.get() {
                    view! { <button type="button" class="button button-small" on:click=move |_| state.type_in(EXAMPLE.to_owned())>"Show an example"</button> }.into_any()
                } else {
                    view! { <button type="button" class="button button-small" disabled=state.batch.busy on:click=move |_| clear()>"Clear"</button> }.into_any()
                }}
            </div>
        </section>
        <Rows state=state/>
        {move || (app.signed_out() && can_be_done.get()).then(|| view! { <SignIn/> })}
        <Bar state=state/>
    }
}
