//! Branches with names near one that does not exist, each taken with one press.

use leptos::prelude::*;

/// The names as buttons; nothing where there are none.
#[component]
pub fn NearBranches(
    names: Vec<String>,
    /// Takes one of them.
    choose: Callback<String>,
    #[prop(default = "Did you mean ")] words: &'static str,
    /// Whether none can be taken now.
    #[prop(optional, into)]
    locked: Signal<bool>,
) -> impl IntoView {
    let buttons = names.into_iter().map(|name| {
        let shown = name.clone();
        let press = move |_| choose.run(name.clone());
        view! { <button type="button" class="button button-small" disabled=locked on:click=press><code>{shown}</code></button>" " }
    });
    let buttons: Vec<_> = buttons.collect();
    (!buttons.is_empty()).then(|| view! { <p class="row">{words}{buttons}</p> })
}
