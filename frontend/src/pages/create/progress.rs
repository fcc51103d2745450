//! What happens while a commit is under way.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;

/// The steps of a write, in their order; the Worker answers once, after the last.
const STEPS: [&str; 4] = [
    "Hedgerow renders the layout again and compares it with what you approved",
    "It takes its turn in the repository",
    "GitHub makes one commit",
    "The commit's root tree is compared with the expected one",
];

/// The steps, shown once the commit takes longer than a second.
#[component]
pub fn Progress(
    /// Since when it is under way.
    #[prop(into)]
    since: Signal<Option<i64>>,
) -> impl IntoView {
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
    move || {
        (since.get().is_some() && seconds.get() >= 1).then(|| view! {
            <div class="progress">
                <p class="strong row"><span class="spinner"></span>{move || format!("Under way for {} s", seconds.get())}</p>
                <ol class="steps">{STEPS.map(|step| view! { <li>{step}</li> }).collect_view()}</ol>
                <p class="hint">"It was sent, so it cannot be cancelled any more. Leaving the page does not stop it."</p>
            </div>
        })
    }
}
