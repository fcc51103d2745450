//! A link to another page of this site, followed without loading the document again.

use leptos::prelude::*;

use crate::context::AppContext;

/// A link within the site.
#[component]
pub fn Link(
    href: String,
    #[prop(optional)] class: &'static str,
    /// Whether it leads to where the person is.
    #[prop(optional, into)]
    current: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let app = AppContext::get();
    let target = href.clone();
    let follow = move |event: leptos::ev::MouseEvent| {
        let elsewhere =
            event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if event.button() == 0 && !elsewhere {
            event.prevent_default();
            app.go(&target);
        }
    };
    view! {
        <a href=href class=class on:click=follow aria-current=move || current.get().then_some("page")>{children()}</a>
    }
}
