//! What stands above the page until it is closed; the browser keeps the focus inside and Escape closes it.

use leptos::html;
use leptos::prelude::*;

/// A modal dialog whose content exists only while it is open.
#[component]
pub fn Dialog(
    /// What it is, for its name.
    label: &'static str,
    #[prop(optional)] class: &'static str,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// What to do when the person closes it.
    #[prop(into)]
    on_close: Callback<()>,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() && !dialog.open() {
            // It fails only for a dialog that is open or not on the page, and this one is neither.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    // The browser tells of it later, when the dialog may be open again.
    let closed = move |_| {
        let is_closed = node.get_untracked().is_some_and(|dialog| !dialog.open());
        if is_closed && open.get_untracked() {
            on_close.run(());
        }
    };
    let outside = move |event: leptos::ev::MouseEvent| {
        let target = event.target().and_then(|target| {
            use wasm_bindgen::JsCast;
            target.dyn_into::<web_sys::Element>().ok()
        });
        if target.is_some_and(|target| target.tag_name() == "DIALOG") {
            on_close.run(());
        }
    };
    view! {
        <dialog node_ref=node class=format!("dialog {class}") aria-label=label
            on:close=closed on:click=outside>
            {move || open.get().then(|| view! { <div class="dialog-body">{children()}</div> })}
        </dialog>
    }
}
