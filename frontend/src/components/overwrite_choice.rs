//! What to do with files of the layout that somebody changed.

use leptos::prelude::*;
use shared::count::counted;
use shared::layout::DIRECTORY_INFO;
use shared::plan::{Overwrite, Overwrites};
use shared::quote::invisible::legible;

use super::notice::Notice;
use super::prose::Prose;
use model::wording::{self, Tone};

/// What is overwritten, and what a person decides about it.
#[derive(Clone, Copy)]
pub struct Decided {
    pub now: Signal<Overwrites>,
    pub decide: Callback<Overwrites>,
}

impl From<RwSignal<Overwrites>> for Decided {
    fn from(overwrites: RwSignal<Overwrites>) -> Self {
        Self {
            now: overwrites.into(),
            decide: Callback::new(move |decided| overwrites.set(decided)),
        }
    }
}

/// The choice for files that somebody changed, for all or for each; shown only if there are some.
#[component]
pub fn OverwriteChoice(
    modified: Memo<Vec<String>>,
    #[prop(into)] overwrites: Decided,
    /// Whether nothing can be chosen now.
    locked: Signal<bool>,
    /// The file that is looked at.
    selected: RwSignal<Option<String>>,
) -> impl IntoView {
    // One file, or with no path all of them.
    let is_chosen = move |path: Option<&str>, value| {
        overwrites.now.with(|overwrites| match path {
            Some(path) => overwrites.of(path) == value,
            None => modified.with(|paths| paths.iter().all(|path| overwrites.of(path) == value)),
        })
    };
    let choose = move |path: Option<&str>, value: Overwrite| {
        let mut decided = overwrites.now.get_untracked();
        match path {
            // Those that are there: what somebody changes later was not decided on.
            None => {
                decided = Overwrite::No.into();
                if value == Overwrite::Yes {
                    decided.paths = modified.get_untracked();
                }
            }
            Some(path) => {
                if decided.all == Overwrite::Yes {
                    decided = Overwrites {
                        all: Overwrite::No,
                        paths: modified.get_untracked(),
                    };
                }
                decided.paths.retain(|taken| taken != path);
                if value == Overwrite::Yes {
                    decided.paths.push(path.to_owned());
                    decided.paths.sort();
                }
            }
        }
        overwrites.decide.run(decided);
    };
    // What becomes of somebody else's description of the directory decides whether the fabric is valid.
    let foreign_info = Memo::new(move |_| {
        modified.with(|paths| {
            let info = paths.iter().find(|path| path.ends_with(DIRECTORY_INFO))?;
            Some(overwrites.now.with(|overwrites| overwrites.of(info)) == Overwrite::No)
        })
    });
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
                    {move || foreign_info.get().map(|is_kept| {
                        let tone = if is_kept { Tone::Danger } else { Tone::Muted };
                        view! { <div role="status"><Notice tone=tone><Prose text=wording::foreign_info(is_kept)/></Notice></div> }
                    })}
                </fieldset>
            }
        })
    }
}
