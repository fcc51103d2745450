//! What is being approved: the tree id, and what to do with files that somebody changed.

use leptos::prelude::*;
use shared::diff::Change;
use shared::plan::Overwrite;

use super::copy::Copyable;
use crate::model::preview::Preview;
use crate::model::wording::files;

/// The id of the directory's tree after the commit, with a short explanation.
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
    let compared =
        move || preview.with(|preview| preview.as_ref().is_some_and(|preview| preview.compared));
    move || {
        tree.get().map(|id| view! {
            <div class="approved">
                <h3>"Tree id being approved"</h3>
                <Copyable text=Signal::stored(id) what="tree id"/>
                <p class="hint">
                    {move || if compared() {
                        "The directory's git id after the commit, computed here. If the result would differ, nothing is committed."
                    } else {
                        "The directory's git id if nothing is there yet. It may change once the branch is read."
                    }}
                </p>
            </div>
        })
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
) -> impl IntoView {
    let modified = Memo::new(move |_| {
        preview.with(|preview| {
            preview
                .as_ref()
                .map_or(0, |preview| preview.count(Change::Modified))
        })
    });
    move || {
        let count = modified.get();
        let choice = |value: Overwrite, text: String| {
            view! {
                <label class="choice">
                    <input type="radio" name="overwrite" disabled=locked
                        prop:checked=move || overwrite.get() == value
                        on:change=move |_| overwrite.set(value)/>
                    <span>{text}</span>
                </label>
            }
        };
        (count > 0).then(|| {
            view! {
                <fieldset class="choices">
                    <legend>{format!("{} of the layout changed by somebody", files(count))}</legend>
                    {choice(Overwrite::No, "Keep theirs".to_owned())}
                    {choice(Overwrite::Yes, format!("Overwrite {}", files(count)))}
                </fieldset>
            }
        })
    }
}
