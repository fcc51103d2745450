//! What is being approved: the tree id, and what to do with files that somebody changed.

use leptos::prelude::*;
use shared::diff::Change;
use shared::plan::Overwrite;

use super::copy::Copyable;
use crate::model::preview::Preview;
use crate::model::wording::files;

/// The id of the directory's tree after the commit, with what approving it means.
#[component]
pub fn ApprovedTree(
    /// What is being approved.
    #[prop(into)]
    preview: Signal<Option<Preview>>,
) -> impl IntoView {
    let tree = Memo::new(move |_| {
        preview.with(|preview| {
            let plan = preview.as_ref()?.outcome.as_ref().ok()?;
            Some(plan.approval.tree.to_string())
        })
    });
    let text = Signal::derive(move || tree.get().unwrap_or_default());
    let hint = move || {
        preview.with(|preview| match preview {
            Some(preview) if preview.from_worker => {
                "The git id that the directory will have, computed by Hedgerow from everything in it. Committing approves \
                 this id: if the result would have another, nothing is written."
            }
            Some(preview) if preview.compared => {
                "The git id that the directory will have, computed in this browser from every name and byte in it. \
                 Committing approves this id: if the result would have another, nothing is written."
            }
            _ => "The directory's git id if nothing is there yet. It may change once the branch is read.",
        })
    };
    view! {
        <div class="approved" class:hidden=move || tree.with(Option::is_none)>
            <h3>"Tree id being approved"</h3>
            <Copyable text=text what="tree id"/>
            <p class="hint">{hint}</p>
        </div>
    }
}

/// The choice for files that somebody changed; shown only if there are some.
#[component]
pub fn OverwriteChoice(
    /// The preview.
    #[prop(into)]
    preview: Signal<Option<Preview>>,
    /// The choice.
    overwrite: RwSignal<Overwrite>,
    /// Whether nothing can be chosen now.
    #[prop(into)]
    locked: Signal<bool>,
    /// The file that is looked at.
    selected: RwSignal<Option<String>>,
) -> impl IntoView {
    let modified = Memo::new(move |_| {
        preview.with(|preview| {
            let files = preview.iter().flat_map(|preview| &preview.diff().files);
            let changed = files.filter(|file| file.change == Change::Modified);
            changed.map(|file| file.path.clone()).collect::<Vec<_>>()
        })
    });
    let choice = move |value: Overwrite, word: &'static str, hint: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="overwrite" disabled=locked
                    prop:checked=move || overwrite.get() == value
                    on:change=move |_| overwrite.set(value)/>
                <span>{word}<span class="hint">{hint}</span></span>
            </label>
        }
    };
    let both = move |path: String| {
        let shown = path.clone();
        view! {
            <li>
                <code>{path.clone()}</code>
                <button type="button" class="button small" aria-label=format!("See both versions of {path}")
                    on:click=move |_| selected.set(Some(shown.clone()))>"See both"</button>
            </li>
        }
    };
    move || {
        let changed = modified.get();
        (!changed.is_empty()).then(|| {
            view! {
                <fieldset class="choices">
                    <legend>{format!("{} changed by somebody", files(changed.len()))}</legend>
                    {choice(Overwrite::No, "Keep theirs", "What they wrote stays.")}
                    {choice(Overwrite::Yes, "Take ours", "The commit puts the layout's text back; theirs stays in the history.")}
                    <ul class="both">{changed.into_iter().map(both).collect_view()}</ul>
                </fieldset>
            }
        })
    }
}
