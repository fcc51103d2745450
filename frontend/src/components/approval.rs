//! What is being approved: the tree id.

use leptos::prelude::*;

use super::copy::Copyable;
use model::preview::Preview;

/// The id of the directory's tree after the commit, with what approving it means.
#[component]
pub fn ApprovedTree(
    /// What is being approved.
    #[prop(into)]
    preview: Signal<Option<Preview>>,
    /// Whether it was approved already.
    #[prop(into)]
    approved: Signal<bool>,
) -> impl IntoView {
    let tree = Memo::new(move |_| {
        preview.with(|preview| {
            let plan = preview.as_ref()?.outcome.as_ref().ok()?;
            Some(plan.approval.tree.to_string())
        })
    });
    let text = Signal::derive(move || tree.get().unwrap_or_default());
    let title = move || match preview
        .with(|preview| preview.as_ref().is_some_and(|preview| preview.compared))
    {
        _ if approved.get() => "Tree id that was approved",
        true => "Tree id being approved",
        false => "Tree id of the layout",
    };
    let hint = move || {
        preview.with(|preview| match preview {
            _ if approved.get() => "The git id of the directory as you approved it. A commit that would give another id is never made.",
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
        <div class="approved-tree" class:hidden=move || tree.with(Option::is_none)>
            <h3>{title}</h3>
            <Copyable text=text what="tree id"/>
            <p class="hint">{hint}</p>
        </div>
    }
}
