//! What is said in passing, in the header.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::context::AppContext;

/// The toast, while there is one. It has a place of its own, where nothing is that can be used; an empty one keeps the
/// room.
#[component]
pub fn Toast() -> impl IntoView {
    let app = AppContext::get();
    view! {
        <div class="toast-area">{move || app.toast.get().map(|(_, text)| view! {
            <div class="toast">
                <Icon name=IconName::Info/>
                <span title=text.clone()>{text.clone()}</span>
                <button type="button" class="button button-bare" aria-label="Close the message" on:click=move |_| app.toast.set(None)>
                    <Icon name=IconName::Cross/>
                </button>
            </div>
        })}</div>
    }
}
