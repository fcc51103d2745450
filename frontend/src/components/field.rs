//! A labelled text field with its hint and its error.

use leptos::prelude::*;

use super::prose::Prose;

#[component]
pub fn Field(
    /// The name on the wire, which is also the element's id.
    id: &'static str,
    label: &'static str,
    /// What belongs in it.
    hint: &'static str,
    /// What is in it.
    #[prop(into)]
    value: Signal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// What to do with each keystroke.
    #[prop(into)]
    on_input: Callback<String>,
    /// What to do when the field is left or the form sent.
    #[prop(optional, into)]
    on_done: Option<Callback<()>>,
    /// Whether nothing can be typed now.
    #[prop(into)]
    locked: Signal<bool>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                class="input"
                id=id
                name=id
                type="text"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                prop:value=value
                readonly=locked
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=format!("{id}-hint {id}-error")
                on:input=move |event| on_input.run(event_target_value(&event))
                on:change=move |_| finish(on_done)
                on:blur=move |_| finish(on_done)
            />
            <p class="hint" id=format!("{id}-hint")>{hint}</p>
            <p class="field-error" id=format!("{id}-error")>{move || error.get().map(|text| view! { <Prose text=text/> })}</p>
        </div>
    }
}

/// A change is reported on Enter and on leaving; leaving alone counts too, since retyping may give the same text.
fn finish(done: Option<Callback<()>>) {
    if let Some(done) = done {
        done.run(());
    }
}
