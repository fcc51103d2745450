//! Direct commit or pull request.

use leptos::prelude::*;
use shared::api::WriteMode;

/// The two ways to write, of which a branch may take only one.
#[component]
pub fn WriteModeChoice(
    /// The group of the radio buttons.
    name: &'static str,
    /// The mode in force, and why it must be that one, if it must.
    #[prop(into)]
    write_mode: Signal<(WriteMode, Option<String>)>,
    /// The mode that the person chose.
    chosen: RwSignal<WriteMode>,
    /// Whether nothing can be chosen now.
    #[prop(into)]
    locked: Signal<bool>,
    /// Whether each says what it does.
    #[prop(optional)]
    explained: bool,
) -> impl IntoView {
    let choice = move |(mode, word, hint): (WriteMode, &'static str, &'static str)| {
        let is_other = move || write_mode.with(|(now, reason)| reason.is_some() && *now != mode);
        view! {
            <label class="choice-label">
                <input type="radio" name=name aria-describedby=explained.then_some("write-mode-reason")
                    disabled=move || locked.get() || is_other()
                    prop:checked=move || write_mode.with(|(now, _)| *now == mode)
                    on:change=move |_| chosen.set(mode)/>
                <span>{word}{explained.then(|| view! { <span class="hint">{hint}</span> })}</span>
            </label>
        }
    };
    [
        (
            WriteMode::Commit,
            "Direct commit",
            "One commit on the branch itself.",
        ),
        (
            WriteMode::PullRequest,
            "Pull request",
            "One commit on a branch of its own, for review.",
        ),
    ]
    .map(choice)
    .collect_view()
}
