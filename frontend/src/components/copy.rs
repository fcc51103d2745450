//! A text in mono with a button that copies it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser;
use crate::context::AppContext;
use crate::shown::Shown;

/// A text to copy.
#[component]
pub fn Copyable(
    #[prop(into)] text: Signal<String>,
    /// What it is, for the button's name: `tree id`.
    what: &'static str,
) -> impl IntoView {
    let app = AppContext::get();
    // A source that says the same once more changes nothing that is shown.
    let text = Memo::new(move |_| text.get());
    let copied = RwSignal::new(None::<bool>);
    let copy = move |_| {
        spawn_local(async move {
            let done = browser::copy(&text.get_untracked()).await;
            copied.try_set(Some(done));
            app.announce(if done {
                format!("Copied the {what}")
            } else {
                format!("Select the {what} to copy it")
            });
        });
    };
    Effect::new(move || {
        text.track();
        copied.set(None);
    });
    view! {
        <span class="copyable">
            <code class="copy-text"><Shown text=text/></code>
            <button type="button" class="button button-small" on:click=copy aria-label=format!("Copy the {what}")>
                {move || match copied.get() {
                    None => "Copy",
                    Some(true) => "Copied",
                    Some(false) => "Select it",
                }}
            </button>
        </span>
    }
}
