//! What happens while a commit is under way, and giving it up while nothing was sent.

use std::time::Duration;

use leptos::prelude::*;

use super::state::State;
use crate::browser;

/// What is done before anything is sent; it ends where it is given up.
const FIRST: &str = "The branch is read again if it was last read over a minute ago";
/// What follows from one request; the Worker answers once, after the last.
const REST: [&str; 4] = [
    "Hedgerow renders the layout again and compares it with what you approved",
    "It waits for its turn in the repository",
    "GitHub makes one commit",
    "The commit's root tree is compared with the expected one",
];

/// The steps, shown once the commit takes longer than a second.
#[component]
pub fn Progress(state: State) -> impl IntoView {
    let (since, sent) = (state.busy, state.sent);
    let seconds = RwSignal::new(0);
    Effect::new(move || {
        let Some(begun) = since.get() else {
            seconds.set(0);
            return;
        };
        let tick = move || {
            seconds.try_set((browser::now_ms() - begun) / 1000);
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_millis(500)) {
            on_cleanup(move || handle.clear());
        }
    });
    // A step is where the person is; which of its own steps the Worker is at is not known here.
    let first = move || (!sent.get()).then_some("step");
    // What is in it stays while the seconds go by, so that the focus does.
    let is_shown = Memo::new(move |_| since.get().is_some() && seconds.get() >= 1);
    move || {
        is_shown.get().then(|| view! {
            <div class="commit-progress">
                <p class="strong row"><span class="spinner"></span>{move || format!("Under way for {} s", seconds.get())}</p>
                <ol class="commit-steps">
                    <li aria-current=first>{FIRST}{move || sent.get().then_some(": done")}</li>
                    {REST.map(|step| view! { <li>{step}</li> }).collect_view()}
                </ol>
                {move || if sent.get() {
                    view! { <p class="hint">"Steps 2 to 5 were sent as one request, so it can no longer be cancelled. Closing this page does not stop it."</p> }.into_any()
                } else {
                    view! {
                        <p class="hint">"Nothing was sent yet."</p>
                        <button type="button" class="button" on:click=move |_| state.cancel()>"Cancel"</button>
                    }.into_any()
                }}
            </div>
        })
    }
}
