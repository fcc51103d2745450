//! A choice among a few, all in sight.

use leptos::prelude::*;

/// Radio buttons that look like one control.
#[component]
pub fn Segmented(
    legend: &'static str,
    /// The name that keeps it apart from others on the page.
    name: &'static str,
    /// The values with their words.
    options: Vec<(&'static str, &'static str)>,
    #[prop(into)] value: Signal<&'static str>,
    /// What to do with another one.
    #[prop(into)]
    on_choose: Callback<&'static str>,
    /// Whether the legend is only for screen readers.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let option = move |(key, word): (&'static str, &'static str)| {
        view! {
            <label class="segmented-option">
                <input type="radio" name=name value=key prop:checked=move || value.get() == key on:change=move |_| on_choose.run(key)/>
                <span>{word}</span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="segmented">
            <legend class:visually-hidden=quiet>{legend}</legend>
            <div class="segmented-options">{options.into_iter().map(option).collect_view()}</div>
        </fieldset>
    }
}
