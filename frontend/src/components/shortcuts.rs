//! The keys of the whole page.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use crate::browser;
use crate::context::{AppContext, Overlay};
use crate::lazy::LazyFile;
use model::keys::{Ask, Press, ask};

/// Listens until the page goes.
pub fn listen_to_keys(app: AppContext, palette: LazyFile) {
    let after_g = StoredValue::new(false);
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let key = event.key();
        let is_command = event.ctrl_key() || event.meta_key();
        if app.overlay.get_untracked() == Some(Overlay::Palette)
            && !is_command
            && untrack(|| palette.failure()).is_none()
            && !browser::has_focus("palette-input")
        {
            // The palette is not there yet, and what is typed belongs to it.
            if key == "Enter" || key.chars().count() == 1 {
                event.prevent_default();
                app.typed_early
                    .update_value(|typed| typed.extend(key.chars().filter(|_| key != "Enter")));
            }
            return;
        }
        let press = Press {
            key: &key,
            command: is_command,
            typing: is_typing(&event) || event.alt_key() || app.overlay.get_untracked().is_some(),
            single: app.preferences.single_keys.value.get_untracked() == "on",
            after_g: after_g.get_value(),
        };
        let asked = ask(press);
        after_g.set_value(asked == Some(Ask::Wait));
        let Some(asked) = asked else { return };
        event.prevent_default();
        match asked {
            Ask::Palette => {
                app.typed_early.set_value(String::new());
                let is_open = app.overlay.get_untracked() == Some(Overlay::Palette);
                app.overlay.set((!is_open).then_some(Overlay::Palette));
            }
            Ask::Sheet => app.overlay.set(Some(Overlay::Keys)),
            Ask::Search => browser::focus("search"),
            Ask::Go(address) => app.go(address),
            Ask::Wait => {}
        }
    });
    on_cleanup(move || listener.remove());
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}
