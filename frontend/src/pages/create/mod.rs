//! The create page: describe a fabric, see the exact tree, commit it.

pub mod adopt;
mod adoption;
pub mod beginning;
mod branch;
mod commit;
pub mod form;
pub mod lazy;
pub mod pickers;
pub mod plan;
pub mod progress;
pub mod recorded;
pub mod result;
mod sent_commit;
pub mod server_plan;
pub mod state;
mod stored_draft;

use leptos::prelude::*;
use shared::git::CommitFacts;

use crate::command::Command;
use crate::components::lazy_view::LazyView;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::preview_pane::PreviewPane;
use crate::shown::Shown;
use form::Form;
use model::branch_state::BranchState;
use model::wording::{self, Tone};
use plan::{CopyPlan, ask_for_copy};
use state::State;

#[component]
pub fn Create() -> impl IntoView {
    let state = State::new();
    let lazy = state.lazy;
    state.app.offer(vec![
        Command::new("Copy a link to this plan", move || ask_for_copy(state)),
        Command::new("Read the branch again", move || state.branch.read_again()),
        Command::new("Discard draft", move || state.discard_draft()),
    ]);
    let is_done = Memo::new(move |_| state.done.with(Option::is_some));
    // Of a directory that another fabric has nothing is planned: the way to that fabric is shown.
    let is_taken = Memo::new(move |_| state.claim().is_some());
    let title = move || {
        let target = state.preview.with(|preview| {
            preview
                .as_ref()
                .filter(|_| state.is_complete() && state.branch_state.get() != BranchState::Failed)
                .map(|preview| wording::branch_label(&preview.spec))
        });
        match target {
            None => "What will be committed".to_owned(),
            Some(target) if is_done.get() => {
                format!("What you approved for {target}")
            }
            Some(target) if is_taken.get() => format!("Nothing to commit to {target}"),
            Some(target) => format!("What will be committed to {target}"),
        }
    };
    let locked = Signal::derive(move || state.busy.with(Option::is_some) || is_done.get());
    view! {
        <div class="page-intro">
            <h1 id="heading" tabindex="-1">"Give a fabric its GitOps home"</h1>
            <p class="muted page-lead">"Name the fabric and its repository, see the exact tree, commit it once."</p>
        </div>
        {move || (state.link.with(Option::is_some) && !is_done.get()).then(|| view! {
            <LazyView lazy=lazy view=Box::new(move |lazy| (lazy.opened_plan)(state))/>
        })}
        {move || state.restored.get().then(|| view! {
            <p class="small muted row restored-draft">
                "This is the draft you left."
                <button type="button" class="button button-small" on:click=move |_| state.discard_draft()>"Discard draft"</button>
            </p>
        })}
        <div class="page-panes">
            <div class="pane-left">
                <Form state=state/>
                {move || state.done.get().map(|answer| view! {
                    <LazyView lazy=lazy view=Box::new(move |lazy| (lazy.result)(answer.clone()))/>
                })}
            </div>
            <section class="pane-right card" aria-labelledby="preview-heading">
                <div class="row row-spread">
                    <h2 id="preview-heading"><Shown text=Signal::derive(title)/></h2>
                    <CopyPlan state=state/>
                </div>
                {move || (!is_done.get()).then(|| view! { <Compared state=state/> })}
                {move || (state.is_read.get() && !is_done.get() && !is_taken.get()).then(|| view! {
                    <LazyView lazy=lazy view=Box::new(move |lazy| (lazy.adopt)(state))/>
                })}
                <div class="preview-pane" class:preview-pane-stale=state.stale class:hidden=move || is_taken.get() && !is_done.get()>
                    <PreviewPane preview=state.preview overwrites=state.decided() locked=locked approved=is_done contents=state.contents/>
                </div>
            </section>
        </div>
    }
}

/// Says what the tree was compared with.
#[component]
fn Compared(state: State) -> impl IntoView {
    let head = Memo::new(move |_| match state.branch_state.get() {
        BranchState::Loaded(read) => {
            let commit = read.answer.head_commit.clone();
            Ok((read.answer.head.map(|head| head.short()), commit))
        }
        other => Err(other == BranchState::Failed),
    });
    // Of the branch, or of the one that it would begin from.
    let whose = move |commit: Option<CommitFacts>| {
        commit.and_then(|commit| Some((state.lazy.now()?.last_commit)(commit)))
    };
    move || {
        let has_tree = state.preview.with(Option::is_some);
        let public = state.branch.public.get();
        match head.get() {
            _ if !has_tree => view! {
                <Notice tone=Tone::Muted>"The tree appears once the name and the directory are complete."</Notice>
            }.into_any(),
            _ if state.stale.get() => view! {
                <Notice tone=Tone::Attention>"This is the previous tree. It updates once the fields are valid."</Notice>
            }.into_any(),
            Ok((Some(head), commit)) => view! {
                <p class="small muted row">
                    <span>"Compared with the branch at " {whose(commit).unwrap_or_else(|| view! { <code>{head}</code> }.into_any())}
                        {public.then_some(", as everybody can read it")}</span>
                    <button type="button" class="button button-small" on:click=move |_| state.branch.read_again()>"Read again"</button>
                </p>
            }.into_any(),
            Ok((None, _)) => view! {
                <LazyView lazy=state.lazy view=Box::new(move |lazy| (lazy.beginning)(state))/>
            }.into_any(),
            Err(true) => view! {
                {move || state.branch.failure.get().map(|failure| view! {
                    <FailureNotice failure=failure retry=Callback::new(move |()| state.branch.read_again())
                        choose=Some(Callback::new(move |name| state.choose_branch(name)))/>
                })}
            }.into_any(),
            Err(false) if !state.is_complete() => view! {
                <Notice tone=Tone::Muted>"This is the layout. Name a repository and a branch to compare it with."</Notice>
            }.into_any(),
            Err(false) if state.typing.get() => view! {
                <Notice tone=Tone::Muted>"This is the layout. It is compared with the branch once you leave the field."</Notice>
            }.into_any(),
            Err(false) if !state.app.online.get() => view! {
                <Notice tone=Tone::Muted>"This is the layout. It is compared with the branch once the connection is back."</Notice>
            }.into_any(),
            Err(false) => view! {
                <p class="small muted row">
                    <span class="spinner"></span>"Comparing with the branch…"
                    <button type="button" class="button button-small" on:click=move |_| state.branch.give_up()>"Stop"</button>
                </p>
            }.into_any(),
        }
    }
}
