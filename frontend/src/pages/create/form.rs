//! The left pane: the fields, signing in, the way to the branch, the primary button and what came of it.

use leptos::prelude::*;
use shared::fabric::FabricInput;

use super::pickers::{Unread, branches, directories, repositories};
use super::state::State;
use crate::components::combobox::Combobox;
use crate::components::field::Field;
use crate::components::lazy_view::LazyView;
use crate::components::notice::{FailureDetails, FailureNotice, Notice};
use crate::components::prose::Prose;
use crate::components::sign_in::SignIn;
use crate::components::write_mode_choice::WriteModeChoice;
use crate::shown::Shown;
use model::branch_state::BranchState;
use model::draft::{normalise_repository, rename};
use model::wording::{self, Tone};

#[component]
pub fn Form(state: State) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        state.commit();
    };
    view! {
        <form class="field-list" id="create" on:submit=submit novalidate=true>
            <Fields state=state/>
        </form>
        {move || state.app.signed_out().then(|| view! { <SignIn then="submit"/> })}
        {move || state.app.session.get().and_then(Result::err).map(|failure| view! {
            <FailureNotice failure=failure retry=Callback::new(move |()| state.app.ask_session())/>
        })}
        <Submit state=state/>
    }
}

#[component]
fn Fields(state: State) -> impl IntoView {
    let value = move |read: fn(&FabricInput) -> &String| {
        Signal::derive(move || state.draft.with(|draft| read(draft).clone()))
    };
    let locked = Signal::derive(move || state.busy.with(Option::is_some));
    let (repositories, branches) = (repositories(state), branches(state));
    view! {
        <Field id="name" label="Fabric name" hint="Lower-case letters, digits, dots and hyphens."
            value=value(|draft| &draft.name) error=state.error("name") locked=locked
            on_input=move |text| {
                state.typing.set(true);
                state.edit(|draft| rename(draft, text));
            }
            on_done=Callback::new(move |()| state.typing.set(false))/>
        <Combobox id="git_repository" label="Repository" hint="owner/name on GitHub; a pasted address will do."
            value=value(|draft| &draft.git_repository) error=state.error("git_repository") locked=locked
            choices=repositories.choices
            on_open=Callback::new(move |()| repositories.opened.set(true))
            on_input=move |text| {
                state.touched.set(true);
                // Half a name is not a repository, and GitHub counts what everybody may ask.
                state.typing.set(state.branch.public.get_untracked());
                state.edit(|draft| draft.git_repository = text);
            }
            on_done=Callback::new(move |()| {
                state.edit(|draft| draft.git_repository = normalise_repository(&draft.git_repository));
                state.typing.set(false);
            })/>
        <Unread picker=repositories/>
        <Combobox id="branch" label="Branch" hint="The branch that Argo CD or Flux follows."
            value=value(|draft| &draft.branch) error=state.error("branch") locked=locked
            choices=branches.choices
            on_open=Callback::new(move |()| branches.opened.set(true))
            on_input=move |text| state.edit(|draft| draft.branch = text)
            on_done=Callback::new(|()| {})/>
        <Unread picker=branches/>
        <Combobox id="gitops_directory" label="Directory" hint="From the repository's root; / is the root itself."
            value=value(|draft| &draft.gitops_directory) error=state.error("gitops_directory") locked=locked
            choices=directories(state)
            on_input=move |text| state.edit(|draft| draft.gitops_directory = text)
            on_done=Callback::new(|()| {})/>
        <label class="choice-label">
            <input type="checkbox" name="all_kinds" disabled=locked
                prop:checked=move || state.draft.with(|draft| draft.layout.all_kinds)
                on:change=move |event| state.edit(|draft| draft.layout.all_kinds = event_target_checked(&event))/>
            <span>"Create empty folders"<span class="hint">"Flux needs them."</span></span>
        </label>
        {move || state.is_read.get().then(|| view! {
            <LazyView lazy=state.lazy view=Box::new(move |lazy| (lazy.write_mode)(state))/>
        })}
    }
}

/// Direct commit or pull request; chosen for the person where the branch takes only one of them.
#[component]
pub fn WriteModeField(state: State) -> impl IntoView {
    let is_shown = Memo::new(move |_| {
        state.app.signed_in()
            && state.claim().is_none()
            && matches!(state.branch_state.get(), BranchState::Loaded(read) if read.answer.head.is_some())
            && state.preview.with(|preview| {
                preview
                    .as_ref()
                    .is_some_and(|preview| preview.changes() > 0)
            })
    });
    let write_mode = Memo::new(move |_| state.write_mode());
    let locked = Signal::derive(move || state.busy.with(Option::is_some));
    move || {
        is_shown.get().then(|| view! {
            <fieldset class="choice-group">
                <legend>"Commit or pull request"</legend>
                <WriteModeChoice name="mode" write_mode=write_mode chosen=state.mode locked=locked explained=true/>
                <p class="hint" id="write-mode-reason">{move || write_mode.get().1.map(|reason| view! { <Prose text=reason/> })}</p>
            </fieldset>
        })
    }
}

#[component]
fn Submit(state: State) -> impl IntoView {
    let disabled_reason = Memo::new(move |_| state.disabled_reason());
    let is_busy = Memo::new(move |_| state.busy.with(Option::is_some));
    let label = move || {
        if is_busy.get() {
            let doing = if state.sent.get() {
                "Committing…"
            } else {
                "Getting ready…"
            };
            return doing.to_owned();
        }
        let (mode, _) = state.write_mode();
        let is_complete = state.is_complete();
        state
            .preview
            .with(|preview| wording::create_action(preview.as_ref().filter(|_| is_complete), mode))
    };
    let is_done = move || state.done.with(Option::is_some);
    let is_taken = Memo::new(move |_| state.claim().is_some());
    view! {
        <div class="submit-area" id="submit" tabindex="-1" class:hidden=is_done>
            {move || is_taken.get().then(|| view! {
                <LazyView lazy=state.lazy view=Box::new(move |lazy| (lazy.recorded)(state))/>
            })}
            {move || state.changed.get().map(|what| view! {
                <div role="status"><Notice tone=Tone::Attention>
                    <p class="strong">"The directory changed; compared again"</p>
                    <p>{what}" Nothing was written. Check the new tree, then commit again."</p>
                    {move || state.refusal().map(|failure| view! { <FailureDetails failure=failure/> })}
                </Notice></div>
            })}
            {move || state.failure.get().filter(|_| state.refusal().is_none()).map(|failure| view! {
                {
                    let instead = state.instead(failure.code());
                    let choose = Some(Callback::new(move |free| state.choose_free(free)));
                    view! { <FailureNotice failure=failure dismiss=Callback::new(move |()| state.failure.set(None)) instead=instead choose=choose/> }
                }
            })}
            {move || is_busy.get().then(|| view! {
                <LazyView lazy=state.lazy view=Box::new(move |lazy| (lazy.progress)(state))/>
            })}
            <button type="submit" id="commit" form="create" class="button button-primary button-wide" aria-describedby="commit-reason"
                aria-busy=move || is_busy.get().to_string()
                disabled=move || is_busy.get() || !state.app.online.get() || disabled_reason.with(Option::is_some)>
                {move || is_busy.get().then(|| view! { <span class="spinner"></span> })}
                <Shown text=Signal::derive(label)/>
            </button>
            <p class="hint disabled-reason" id="commit-reason">
                {move || if state.app.online.get() { disabled_reason.get() } else { Some("Committing waits until the connection is back.".to_owned()) }}
            </p>
        </div>
    }
}
