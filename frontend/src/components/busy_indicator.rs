//! What is under way, and for how long: nothing for a second, then a word, then the seconds.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;
use crate::context::AppContext;

/// From when on the seconds are counted.
const COUNTED_S: i64 = 3;

/// A spinner with words, while something is under way for longer than a second.
#[component]
pub fn BusyIndicator(
    #[prop(into)] busy: Signal<bool>,
    /// What it is: `Validating…`. A screen reader is told at once.
    words: &'static str,
    /// What else is worth knowing in the meantime.
    #[prop(default = "")]
    hint: &'static str,
) -> impl IntoView {
    let app = AppContext::get();
    let seconds = RwSignal::new(0);
    let is_busy = Memo::new(move |_| busy.get());
    Effect::new(move || {
        seconds.set(0);
        if !is_busy.get() {
            return;
        }
        app.announce(words);
        let started_at = browser::now_ms();
        let tick = move || {
            seconds.try_set((browser::now_ms() - started_at) / 1000);
        };
        if let Ok(handle) = set_interval_with_handle(tick, Duration::from_millis(500)) {
            on_cleanup(move || handle.clear());
        }
    });
    let is_shown = Memo::new(move |_| is_busy.get() && seconds.get() >= 1);
    move || {
        is_shown.get().then(|| view! {
            <div class="busy-indicator">
                <p class="row">
                    <span class="spinner"></span><span>{words}</span>
                    <span class="muted">{move || (seconds.get() >= COUNTED_S).then(|| format!("{} s", seconds.get()))}</span>
                </p>
                <p class="hint" class:hidden=hint.is_empty()>{hint}</p>
            </div>
        })
    }
}
