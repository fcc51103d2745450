//! Whether the page shows what would be sent. A translation or an extension of the browser can put other text in the page,
//! which then no longer follows what a person chooses; whoever draws it does not notice. What decides is therefore set as
//! the element's whole text (`prop:textContent`), which replaces whatever was put there, and compared before it is sent.

use leptos::prelude::*;
use model::failure::Failure;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The attribute of an element that says what a write would do: the text that it has to show. Nothing in the element changes.
const SHOWN: &str = "data-shown";

/// A text that says what a write would do.
#[component]
pub fn Shown(#[prop(into)] text: Signal<String>) -> impl IntoView {
    view! { <span data-shown=text prop:textContent=text></span> }
}

/// Compares everything that says what a write would do with what it has to say, and corrects it.
///
/// # Errors
/// [`Failure::Altered`] names the first text that was another one.
pub fn check() -> Result<(), Failure> {
    let Ok(found) = document().query_selector_all(&format!("[{SHOWN}]")) else {
        return Ok(());
    };
    let mut first = None;
    for index in 0..found.length() {
        let Some(element) = found
            .get(index)
            .and_then(|node| node.dyn_into::<Element>().ok())
        else {
            continue;
        };
        let meant = element.get_attribute(SHOWN).unwrap_or_default();
        let shown = element.text_content().unwrap_or_default();
        if shown != meant {
            element.set_text_content(Some(&meant));
            first.get_or_insert(Failure::Altered { shown, meant });
        }
    }
    first.map_or(Ok(()), Err)
}
