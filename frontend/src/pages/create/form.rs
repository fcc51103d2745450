//! The left pane: the fields, signing in, the primary button and what came of it.

use leptos::prelude::*;

use super::state::State;
use crate::components::field::Field;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::sign_in::SignIn;
use crate::model::draft::normalise_repository;
use crate::model::wording::{self, Tone};

/// The form.
#[component]
pub fn Form(state: State) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        state.commit();
    };
    view! {
        <form class="fields" id="create" on:submit=submit novalidate=true>
            <Fields state=state/>
            {move || state.spec.with(|spec| layout_error(spec.as_ref().err().map(Vec::as_slice)))}
        </form>
        {move || (state.app.session.with(|session| matches!(session, Some(Ok(_)))) && !state.app.signed_in())
            .then(|| view! { <SignIn/> })}
        {move || state.app.session.get().and_then(Result::err).map(|failure| view! {
            <FailureNotice failure=failure retry=Callback::new(move |()| state.app.ask_session())/>
        })}
        <Submit state=state/>
    }
}

fn layout_error(errors: Option<&[shared::fabric::FieldError]>) -> Option<impl IntoView + use<>> {
    let error = errors?.iter().find(|error| error.field == "layout")?;
    Some(view! { <p class="field-error">{error.message.clone()}</p> }.into_any())
}

#[component]
fn Fields(state: State) -> impl IntoView {
    let value = move |read: fn(&crate::model::draft::Draft) -> &String| {
        Signal::derive(move || state.draft.with(|draft| read(draft).clone()))
    };
    view! {
           <Field id="name" label="Fabric name" hint="Lower-case letters, digits, dots and hyphens."
               value=value(|draft| &draft.name) error=state.error("name") locked=state.busy
               on_input=move |text| {
                   state.naming.set(true);
                   state.edit(|draft| draft.rename(text));
               }
               on_done=Callback::new(move |()| state.naming.set(false))/>
           <Field id="git_repository" label="Repository" hint="owner/name on GitHub; a pasted address will do."
               value=value(|draft| &draft.repository) error=state.error("git_repository") locked=state.busy
               on_input=move |text| {
    state.touched.set(true);
    state.edit(|draft| draft.repository = text);
    }
               on_done=Callback::new(move |()| state.edit(|draft| draft.repository = normalise_repository(&draft.repository)))/>
           <Field id="branch" label="Branch" hint="The branch that Argo CD or Flux follows."
               value=value(|draft| &draft.branch) error=state.error("branch") locked=state.busy
               on_input=move |text| state.edit(|draft| draft.branch = text)/>
           <Field id="gitops_directory" label="Directory" hint="From the repository's root; / is the root itself."
               value=value(|draft| &draft.directory) error=state.error("gitops_directory") locked=state.busy
               on_input=move |text| state.edit(|draft| draft.directory = text)/>
           <label class="choice">
               <input type="checkbox" name="all_kinds" disabled=state.busy
                   prop:checked=move || state.draft.with(|draft| draft.all_kinds)
                   on:change=move |event| state.edit(|draft| draft.all_kinds = event_target_checked(&event))/>
               <span>"Folders for every kind"<span class="hint">"For Flux, which needs them to exist."</span></span>
           </label>
       }
}

#[component]
fn Submit(state: State) -> impl IntoView {
    let closed = Memo::new(move |_| state.closed());
    let label = move || {
        if state.busy.get() {
            return "Committing…".to_owned();
        }
        state.preview.with(|preview| {
            wording::create_action(preview.as_ref().filter(|_| state.spec.with(Result::is_ok)))
        })
    };
    let is_done = move || state.done.with(Option::is_some);
    view! {
        <div class="submit" class:hidden=is_done>
            {move || state.changed.get().map(|what| view! {
                <div role="status"><Notice tone=Tone::Attention>
                    <p class="strong">"The directory changed; compared again"</p>
                    <p>{what}</p>
                </Notice></div>
            })}
            {move || state.failure.get().map(|failure| view! {
                <FailureNotice failure=failure dismiss=Callback::new(move |()| state.failure.set(None))/>
            })}
            <button type="submit" form="create" class="button primary wide" aria-describedby="closed-reason"
                aria-busy=move || state.busy.get().to_string()
                disabled=move || state.busy.get() || closed.with(Option::is_some)>
                {move || state.busy.get().then(|| view! { <span class="spinner"></span> })}
                <span>{label}</span>
            </button>
            <p class="hint reason" id="closed-reason">{closed}</p>
        </div>
    }
}
