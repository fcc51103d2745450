//! What to do with files of the layout that somebody changed.

use leptos::prelude::*;
use shared::count::counted;
use shared::plan::{Overwrite, Overwrites};
use shared::quote::invisible::legible;

/// The choice for files that somebody changed, for all or for each; shown only if there are some.
#[component]
pub fn OverwriteChoice(
    modified: Memo<Vec<String>>,
    overwrites: RwSignal<Overwrites>,
    /// Whether nothing can be chosen now.
    locked: Signal<bool>,
    /// The file that is looked at.
    selected: RwSignal<Option<String>>,
) -> impl IntoView {
    // One file, or with no path all of them.
    let is_chosen = move |path: Option<&str>, value| {
        overwrites.with(|overwrites| match path {
            Some(path) => overwrites.of(path) == value,
            None => modified.with(|paths| paths.iter().all(|path| overwrites.of(path) == value)),
        })
    };
    let choose = move |path: Option<&str>, value: Overwrite| {
        overwrites.update(|overwrites| match path {
            // Those that are there: what somebody changes later was not decided on.
            None => {
                *overwrites = Overwrite::No.into();
                if value == Overwrite::Yes {
                    overwrites.paths = modified.get_untracked();
                }
            }
            Some(path) => {
                if overwrites.all == Overwrite::Yes {
                    *overwrites = Overwrites {
                        all: Overwrite::No,
                        paths: modified.get_untracked(),
                    };
                }
                overwrites.paths.retain(|taken| taken != path);
                if value == Overwrite::Yes {
                    overwrites.paths.push(path.to_owned());
                    overwrites.paths.sort();
                }
            }
        });
    };
    let choice = move |path: Option<String>, value: Overwrite, hint: &'static str| {
        let name = format!("take-{}", path.as_deref().unwrap_or_default());
        let of_path = path.clone();
        view! {
            <label class="choice-label">
                <input type="radio" name=name disabled=locked
                    prop:checked=move || is_chosen(path.as_deref(), value)
                    on:change=move |_| choose(of_path.as_deref(), value)/>
                <span>
                    {if value == Overwrite::Yes { "Restore" } else { "Keep" }}
                    <span class="hint">{hint}</span>
                </span>
            </label>
        }
    };
    let of_file = move |path: String, has_choice: bool| {
        let shown = path.clone();
        view! {
            <li><div role="group" aria-label=path.clone()>
                <code>{legible(&path)}</code>
                <span class="row">
                    {has_choice.then(|| [Overwrite::No, Overwrite::Yes].map(|value| choice(Some(path.clone()), value, "")).collect_view())}
                    <button type="button" class="button button-small" aria-label=format!("Compare both versions of {path}")
                        on:click=move |_| selected.set(Some(shown.clone()))>"Compare"</button>
                </span>
            </div></li>
        }
    };
    move || {
        let changed = modified.get();
        let is_many = changed.len() > 1;
        (!changed.is_empty()).then(|| {
            view! {
                <fieldset class="choice-group">
                    <legend>{format!("{} changed by somebody", counted(changed.len(), "file"))}{is_many.then_some(": all of them")}</legend>
                    {choice(None, Overwrite::No, "Their version stays.")}
                    {choice(None, Overwrite::Yes, "The commit puts the layout's text back; their version stays in the history.")}
                    <ul class="both-versions">{changed.into_iter().map(|path| of_file(path, is_many)).collect_view()}</ul>
                </fieldset>
            }
        })
    }
}
