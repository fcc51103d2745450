//! The browser's own services: address, focus, time, clipboard, randomness.

use std::time::Duration;

use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

/// The path of the address.
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The fragment of the address, with its `#`.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// The query of the address, with its `?`.
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// The address without its fragment, which may hold a draft.
pub fn address() -> String {
    format!("{}{}", path(), query())
}

/// The site: `https://hedgerow.example`.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Puts another address of this page in place of this one, without a step in the history.
pub fn replace(address: &str) {
    if let Ok(history) = window().history() {
        let nothing = wasm_bindgen::JsValue::NULL;
        let _ = history.replace_state_with_url(&nothing, "", Some(address));
    }
}

/// Tells whether the browser thinks that it has a connection.
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Tells whether the page is hidden just now.
pub fn is_hidden() -> bool {
    document().hidden()
}

/// A text in lower case.
pub fn lower_case(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}

/// The time, in milliseconds since 1970.
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// The time, RFC 3339 in UTC.
pub fn now() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}

/// Puts a fragment in place of the address's one, without a step in the history.
pub fn replace_fragment(fragment: &str) {
    // Browsers refuse when it happens too often; the next keystroke writes the whole fragment again.
    replace(&format!("{}#{fragment}", address()));
}

/// Goes to another page of this site, as a step in the history.
pub fn push(address: &str) {
    step(address);
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Tells the page that the address is another one now, as Back and Forward do.
pub fn tell_of_step() {
    if let Ok(event) = web_sys::Event::new("popstate") {
        let _ = window().dispatch_event(&event);
    }
}

/// Leaves the address as it is, and goes on from a copy of it: Back leads to what it says now.
pub fn step_on() {
    step(&format!("{}{}", address(), fragment()));
}

fn step(address: &str) {
    if let Ok(history) = window().history() {
        let nothing = wasm_bindgen::JsValue::NULL;
        let _ = history.push_state_with_url(&nothing, "", Some(address));
    }
}

/// Leaves this page for one that the Worker answers.
pub fn leave(address: &str) {
    // Only an address that is none is refused.
    let _ = window().location().assign(address);
}

/// Reloads this page.
pub fn reload() {
    // Only a page that is going away refuses.
    let _ = window().location().reload();
}

/// Tells whether the page is served from this machine.
pub fn is_local() -> bool {
    matches!(
        window().location().hostname().as_deref(),
        Ok("localhost" | "127.0.0.1")
    )
}

/// Moves the focus to the element of this id.
pub fn focus(id: &str) {
    let element = document().get_element_by_id(id);
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Scrolls as little as possible so that the element of this id is in sight.
pub fn reveal(id: &str) {
    scroll_to(id, web_sys::ScrollLogicalPosition::Nearest);
}

/// Scrolls so that the element of this id begins at the top.
pub fn begin_at(id: &str) {
    scroll_to(id, web_sys::ScrollLogicalPosition::Start);
}

fn scroll_to(id: &str, alignment: web_sys::ScrollLogicalPosition) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(alignment);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Tells whether the element of this id has the focus.
pub fn has_focus(id: &str) -> bool {
    let active = document().active_element();
    active.is_some_and(|element| element.id() == id)
}

/// Tells whether nothing has the focus.
pub fn is_focus_lost() -> bool {
    let active = document().active_element();
    active.is_none_or(|element| element.tag_name() == "BODY")
}

/// Moves the focus to the element of this id, if it is nowhere.
pub fn focus_if_lost(id: &str) {
    if is_focus_lost() {
        focus(id);
    }
}

/// Removes what stood on the page before it started.
pub fn remove(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        element.remove();
    }
}

pub async fn sleep(length: Duration) {
    let over = js_sys::Promise::new(&mut |resolve, _| {
        // A page that is going away has nothing to wait for; a browser that refuses to wait goes on at once.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(
            &resolve,
            i32::try_from(length.as_millis()).unwrap_or(i32::MAX),
        );
    });
    let _ = JsFuture::from(over).await;
}

/// Copies a text; false where the browser does not allow it.
pub async fn copy(text: &str) -> bool {
    let copied = window().navigator().clipboard().write_text(text);
    JsFuture::from(copied).await.is_ok()
}

/// 128 random bits in hexadecimal.
pub fn random_key() -> String {
    let mut bytes = [0; 16];
    if let Ok(crypto) = window().crypto() {
        // Without randomness the key is all zeros, and the Worker treats the write as a repeat: nothing is written.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sets or removes an attribute of the document's root.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().document_element() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}
