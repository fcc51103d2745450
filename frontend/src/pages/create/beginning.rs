//! A branch that does not exist: how the commit makes it, and which branch may be meant instead.

use leptos::prelude::*;
use shared::git::CommitFacts;

use super::state::State;
use crate::components::commit_line::CommitLine;
use crate::components::near_branches::NearBranches;
use crate::components::notice::Notice;
use crate::components::prose::Prose;
use model::gate;
use model::wording::Tone;

fn whose(commit: CommitFacts) -> impl IntoView {
    view! { " The commit that it begins from: " <CommitLine commit=commit/> }
}

/// What is worth knowing before the commit makes the branch.
#[component]
pub fn Beginning(state: State) -> impl IntoView {
    let known = Memo::new(move |_| {
        let read = state.loaded_branch()?;
        let near = read.answer.near_branches.clone();
        let commit = read.answer.head_commit.clone();
        Some((gate::beginning(&read.answer), commit, near))
    });
    let choose = Callback::new(move |name| state.choose_branch(name));
    let locked = Signal::derive(move || state.busy.with(Option::is_some));
    view! {
        <Notice tone=Tone::Attention>
            {move || known.get().map(|(text, commit, near)| {
                let text = text.unwrap_or_else(|| "There is no such branch to compare with yet.".to_owned());
                view! { <p><Prose text=text/>{commit.map(whose)}</p><NearBranches names=near choose=choose locked=locked/> }
            })}
        </Notice>
    }
}
