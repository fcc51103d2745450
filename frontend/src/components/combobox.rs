//! A text field with a list to choose from, by mouse or keyboard (the ARIA combobox pattern). What is typed counts as well.

use leptos::prelude::*;
use shared::quote::invisible::legible;

use super::icon::{Icon, IconName};
use super::prose::Prose;
use crate::browser;
use crate::context::AppContext;
use model::listbox;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// What is put into the field.
    pub value: String,
    /// A few words about it.
    pub detail: String,
    /// Why it cannot be chosen, if it cannot.
    pub disabled_reason: Option<String>,
    /// Whether not everybody can see it.
    pub private: bool,
}

/// What there is to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choices {
    pub items: Vec<Choice>,
    /// What is worth saying below them: that they are being read, or why there are none.
    pub note: Option<String>,
}

/// A field with choices.
#[component]
pub fn Combobox(
    /// The name on the wire, which is also the element's id.
    id: &'static str,
    label: &'static str,
    /// What belongs in it.
    #[prop(into)]
    hint: Signal<String>,
    /// What is in it.
    #[prop(into)]
    value: Signal<String>,
    /// What is wrong with it.
    #[prop(into)]
    error: Signal<Option<String>>,
    /// What there is to choose.
    #[prop(into)]
    choices: Signal<Choices>,
    /// What to do with each keystroke and each choice.
    #[prop(into)]
    on_input: Callback<String>,
    /// What to do when the field is left, a choice is made or the form is sent.
    #[prop(into)]
    on_done: Callback<()>,
    /// What to do when the list opens.
    #[prop(optional, into)]
    on_open: Option<Callback<()>>,
    /// Whether nothing can be typed now.
    #[prop(into)]
    locked: Signal<bool>,
) -> impl IntoView {
    let app = AppContext::get();
    let open = RwSignal::new(false);
    let active = RwSignal::new(None::<usize>);
    let show = move || {
        if !open.get_untracked() && !locked.get_untracked() {
            open.set(true);
            active.set(None);
            if let Some(on_open) = on_open {
                on_open.run(());
            }
        }
    };
    let choose = move |index: usize| {
        let found = choices.with_untracked(|choices| choices.items.get(index).cloned());
        if let Some(choice) = found.filter(|choice| choice.disabled_reason.is_none()) {
            app.announce(format!("{label}: {}", choice.value));
            on_input.run(choice.value);
            on_done.run(());
            open.set(false);
        }
    };
    let press = move |event: leptos::ev::KeyboardEvent| {
        let key = event.key();
        match (key.as_str(), open.get_untracked()) {
            ("ArrowDown" | "ArrowUp", is_open) => {
                event.prevent_default();
                show();
                let can_choose: Vec<bool> = choices.with_untracked(|choices| {
                    choices
                        .items
                        .iter()
                        .map(|choice| choice.disabled_reason.is_none())
                        .collect()
                });
                let from = active.get_untracked().filter(|_| is_open);
                active.set(listbox::step(&can_choose, from, &key));
                if let Some(index) = active.get_untracked() {
                    set_timeout(
                        move || browser::reveal(&format!("{id}-option-{index}")),
                        std::time::Duration::ZERO,
                    );
                }
            }
            ("Escape", true) => {
                event.prevent_default();
                open.set(false);
            }
            ("Enter", true) => {
                if let Some(index) = active.get_untracked() {
                    event.prevent_default();
                    choose(index);
                }
            }
            _ => {}
        }
    };
    let option = move |(index, choice): (usize, Choice)| {
        let is_active = move || active.get() == Some(index);
        let is_disabled = choice.disabled_reason.is_some();
        view! {
            <li id=format!("{id}-option-{index}") role="option" class="listbox-option" class:listbox-option-active=is_active class:listbox-option-disabled=is_disabled
                aria-selected=move || is_active().to_string() aria-disabled=is_disabled.then_some("true")
                on:click=move |_| choose(index)>
                <span class="option-value">
                    {choice.private.then(|| view! { <Icon name=IconName::Lock/> })}
                    {legible(&choice.value)}
                </span>
                <span class="option-detail">{choice.disabled_reason.unwrap_or(choice.detail)}</span>
            </li>
        }
    };
    let has_list = move || {
        open.get() && choices.with(|choices| !choices.items.is_empty() || choices.note.is_some())
    };
    view! {
        <div class="field combobox">
            <label for=id>{label}</label>
            <input class="input" id=id name=id type="text" autocomplete="off" autocapitalize="none" spellcheck="false"
                role="combobox" aria-autocomplete="list" aria-controls=format!("{id}-list")
                aria-expanded=move || has_list().to_string()
                aria-activedescendant=move || active.get().filter(|_| has_list()).map(|index| format!("{id}-option-{index}"))
                prop:value=value readonly=locked
                aria-invalid=move || error.get().is_some().then_some("true")
                aria-describedby=format!("{id}-hint {id}-error")
                on:keydown=press
                on:click=move |_| show()
                on:input=move |event| {
                    on_input.run(event_target_value(&event));
                    show();
                    active.set(None);
                }
                on:change=move |_| on_done.run(())
                on:blur=move |_| {
                    open.set(false);
                    on_done.run(());
                }/>
            <div class="combobox-popup" class:hidden=move || !has_list() on:pointerdown=|event| event.prevent_default()
                on:mousedown=|event| event.prevent_default()>
                <ul class="listbox" role="listbox" id=format!("{id}-list") aria-label="Choices">
                    {move || open.get().then(|| choices.get().items.into_iter().enumerate().map(option).collect_view())}
                </ul>
                {move || choices.with(|choices| choices.note.clone()).map(|text| view! { <p class="hint option-note">{text}</p> })}
            </div>
            <p class="hint" id=format!("{id}-hint")>{hint}</p>
            <p class="field-error" id=format!("{id}-error")>{move || error.get().map(|text| view! { <Prose text=text/> })}</p>
        </div>
    }
}
