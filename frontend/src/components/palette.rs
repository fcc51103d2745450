//! The command palette: every page and every action, found by a few letters.

use leptos::prelude::*;

use super::dialog::Dialog;
use crate::browser;
use crate::command::Command;
use crate::context::{AppContext, Overlay};
use model::listbox;
use model::palette::found;
use model::routes;

/// The palette, opened by Ctrl-K.
#[component]
pub fn Palette() -> impl IntoView {
    let app = AppContext::get();
    let open = Memo::new(move |_| app.overlay.get() == Some(Overlay::Palette));
    view! {
        <Dialog label="Find a page or an action" class="palette" open=open on_close=Callback::new(move |()| app.overlay.set(None))>
            <Finder/>
        </Dialog>
    }
}

#[component]
fn Finder() -> impl IntoView {
    let app = AppContext::get();
    let query = RwSignal::new(String::new());
    let active = RwSignal::new(0);
    let all = Memo::new(move |_| {
        let mut all = app.commands.get();
        all.extend(always(app));
        all
    });
    let shown = Memo::new(move |_| {
        all.with(|all| {
            let titles: Vec<String> = all.iter().map(|command| command.title.clone()).collect();
            let indices = found(&query.get(), &titles);
            indices
                .into_iter()
                .map(|index| all[index].clone())
                .collect::<Vec<_>>()
        })
    });
    let run = move |index: usize| {
        if let Some(command) = shown.with_untracked(|shown| shown.get(index).cloned()) {
            app.overlay.set(None);
            command.run.run(());
        }
    };
    let press = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" {
            event.prevent_default();
            run(active.get_untracked());
            return;
        }
        let open = vec![true; shown.with_untracked(Vec::len)];
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp")
            && let Some(next) = listbox::step(&open, Some(active.get_untracked()), &event.key())
        {
            event.prevent_default();
            active.set(next);
            browser::reveal(&format!("command-{next}"));
        }
    };
    let option = move |(index, command): (usize, Command)| {
        let is_active = move || active.get() == index;
        view! {
            <li id=format!("command-{index}") role="option" class="listbox-option" class:listbox-option-active=is_active
                aria-selected=move || is_active().to_string()
                on:pointermove=move |_| active.set(index)
                on:click=move |_| run(index)>
                <span>{command.title}</span>
                {(!command.keys.is_empty()).then(|| view! { <kbd>{command.keys}</kbd> })}
            </li>
        }
    };
    let begin = move || {
        browser::focus("palette-input");
        query.try_update(|query| query.push_str(&app.typed_early.get_value()));
        app.typed_early.set_value(String::new());
    };
    set_timeout(begin, std::time::Duration::ZERO);
    view! {
        <input id="palette-input" class="input" type="text" role="combobox" autocomplete="off" spellcheck="false"
            placeholder="Where to, or what to do?" aria-label="Find a page or an action"
            aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
            aria-activedescendant=move || shown.with(|shown| (!shown.is_empty()).then(|| format!("command-{}", active.get())))
            prop:value=query on:keydown=press
            on:input=move |event| {
                query.set(event_target_value(&event));
                active.set(0);
            }/>
        <ul id="palette-list" class="listbox" role="listbox" aria-label="Pages and actions">
            {move || shown.get().into_iter().enumerate().map(option).collect_view()}
        </ul>
        {move || shown.with(Vec::is_empty).then(|| view! { <p class="muted palette-none" role="status">"No matches"</p> })}
    }
}

/// What every page offers.
fn always(app: AppContext) -> Vec<Command> {
    let go = move |title: &str, address: &'static str, keys| {
        Command::new(title, move || app.go(address)).with_keys(keys)
    };
    let mut all = vec![
        go("Create a fabric", routes::CREATE, "g c"),
        go("Go to fabrics", routes::FABRICS, "g f"),
        go("Fabrics with problems", routes::PROBLEMS, ""),
        go("Import a list of fabrics", routes::IMPORT, "g i"),
        go("Go to settings", routes::SETTINGS, "g s"),
        Command::new("Show the keys", move || {
            app.overlay.set(Some(Overlay::Keys))
        })
        .with_keys("?"),
    ];
    for preference in app.preferences.all() {
        let kind = preference.kind();
        let chosen = preference.value.get();
        for (value, word) in kind.options.iter().filter(|(value, _)| *value != chosen) {
            let title = format!("{}: {}", kind.name, word.to_lowercase());
            all.push(Command::new(title, move || preference.choose(value)));
        }
    }
    if app.signed_in() {
        all.push(Command::new("Sign out", move || app.sign_out()));
    } else {
        all.push(go("Sign in", routes::SETTINGS, ""));
    }
    all
}
