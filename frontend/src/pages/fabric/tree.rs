//! The fabric's tree as the branch holds it, with what differs from the layout.

use leptos::prelude::*;
use shared::plan::Overwrite;
use shared::report::Report;

use super::state::State;
use crate::components::commit_line::CommitLine;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::preview_pane::SelectedFile;
use crate::components::prose::Prose;
use crate::components::tree_view::TreeView;
use model::gate;
use model::preview::Preview;
use model::wording::Tone;

/// The tree; the branch is read when it is first looked at, and again when it is known to have changed.
#[component]
pub fn DriftTree(state: State) -> impl IntoView {
    let selected = RwSignal::new(None);
    let session_known = Memo::new(move |_| state.app.session.with(Option::is_some));
    Effect::new(move || {
        let is_wanted =
            state.branch.with(Option::is_none) && state.branch_failure.with(Option::is_none);
        if session_known.get() && is_wanted {
            untrack(|| state.read_branch());
        }
    });
    let preview = Memo::new(move |_| {
        let read = state
            .branch
            .get()
            .filter(|read| !gate::is_without_branch(&read.answer))?;
        Some(Preview::new(
            read.asked.clone(),
            Some(&read.snapshot),
            Overwrite::No,
        ))
    });
    let findings = Memo::new(move |_| {
        preview.with(|preview| {
            let preview = preview.as_ref();
            preview.map_or_else(Vec::new, |preview| {
                Report::new(preview.diff(), None, None).findings
            })
        })
    });
    let gone = Memo::new(move |_| {
        state.branch.with(|read| {
            let answer = &read.as_ref()?.answer;
            gate::is_without_branch(answer).then(|| gate::nothing_to_show(&answer.branch))
        })
    });
    let head = move || {
        state.branch.with(|read| {
            let answer = &read.as_ref()?.answer;
            Some((answer.head?.short(), answer.head_commit.clone()))
        })
    };
    view! {
        <section class="card" aria-labelledby="tree-heading">
            <div class="row row-spread">
                <h2 id="tree-heading">"Tree"</h2>
                <button type="button" class="button button-small" aria-disabled=move || state.is_loading.get().to_string() on:click=move |_| {
                    if !state.is_loading.get_untracked() {
                        state.followed.set_value(Vec::new());
                        state.read_again();
                    }
                }>"Read again"</button>
            </div>
            {move || state.is_loading.get().then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Reading the branch…"</p> })}
            {move || state.branch_failure.get().map(|failure| view! {
                <FailureNotice failure=failure retry=Callback::new(move |()| state.read_branch())/>
            })}
            {move || gone.get().map(|text| view! { <Notice tone=Tone::Attention><p><Prose text=text/></p></Notice> })}
            {move || head().map(|(head, commit)| {
                let at = match commit {
                    Some(commit) => view! { <CommitLine commit=commit/> }.into_any(),
                    None => view! { <code>{head}</code> }.into_any(),
                };
                view! { <p class="small muted">"The branch at " {at} ", compared with the layout"</p> }
            })}
            <TreeView preview=preview selected=selected drift=findings/>
            <SelectedFile preview=preview selected=selected contents=state.contents/>
        </section>
    }
}
