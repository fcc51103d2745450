//! The theme switch: system, light or dark; kept in this browser, told to the style sheet by `data-theme`.

use leptos::prelude::*;

use crate::browser;

const KEY: &str = "hedgerow-theme";

/// Applies what this browser keeps, before anything is drawn.
pub fn apply_kept() {
    apply(&kept());
}

fn kept() -> String {
    browser::kept(KEY)
        .filter(|theme| matches!(theme.as_str(), "light" | "dark"))
        .unwrap_or_else(|| "system".to_owned())
}

fn apply(theme: &str) {
    let chosen = (theme != "system").then_some(theme);
    browser::set_root_attribute("data-theme", chosen);
}

/// The switch.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let theme = RwSignal::new(kept());
    let change = move |event| {
        let chosen = event_target_value(&event);
        browser::keep(KEY, (chosen != "system").then_some(chosen.as_str()));
        apply(&chosen);
        theme.set(chosen);
    };
    let options = [("system", "System"), ("light", "Light"), ("dark", "Dark")];
    view! {
        <label class="theme">
            <span class="visually-hidden">"Theme"</span>
            <select class="input small" on:change=change>
                {options
                    .map(|(value, word)| {
                        view! { <option value=value selected=move || theme.get() == value>{word}</option> }
                    })
                    .collect_view()}
            </select>
        </label>
    }
}
