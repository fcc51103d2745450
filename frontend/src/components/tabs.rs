//! Parts of a page of which one is shown (the ARIA tabs pattern).

use leptos::prelude::*;

use crate::browser;
use model::listbox;

/// A row of tabs; the panel of tab `key` has the id `panel-key` and is the caller's.
#[component]
pub fn Tabs(
    /// What the tabs are for.
    label: &'static str,
    /// The keys with their words.
    tabs: &'static [(&'static str, &'static str)],
    /// The tab that is shown.
    #[prop(into)]
    chosen: Signal<&'static str>,
    /// What to do with another one.
    #[prop(into)]
    on_choose: Callback<&'static str>,
) -> impl IntoView {
    let press = move |event: leptos::ev::KeyboardEvent| {
        let key = match event.key().as_str() {
            "ArrowRight" => "ArrowDown",
            "ArrowLeft" => "ArrowUp",
            "Home" => "Home",
            "End" => "End",
            _ => return,
        };
        let at = tabs
            .iter()
            .position(|(key, _)| *key == chosen.get_untracked());
        if let Some(next) = listbox::step(&vec![true; tabs.len()], at, key) {
            event.prevent_default();
            on_choose.run(tabs[next].0);
            browser::focus(&format!("tab-{}", tabs[next].0));
        }
    };
    let tab = move |(key, word): &(&'static str, &'static str)| {
        let (key, word) = (*key, *word);
        let is_chosen = move || chosen.get() == key;
        view! {
            <button type="button" role="tab" class="tab" id=format!("tab-{key}") aria-controls=format!("panel-{key}")
                aria-selected=move || is_chosen().to_string() tabindex=move || if is_chosen() { "0" } else { "-1" }
                on:click=move |_| on_choose.run(key)>{word}</button>
        }
    };
    view! { <div class="tabs" role="tablist" aria-label=label on:keydown=press>{tabs.iter().map(tab).collect_view()}</div> }
}

/// The panel of a tab.
#[component]
pub fn Panel(key: &'static str, children: Children) -> impl IntoView {
    view! {
        <section role="tabpanel" class="tab-panel" id=format!("panel-{key}") aria-labelledby=format!("tab-{key}") tabindex="0">{children()}</section>
    }
}
