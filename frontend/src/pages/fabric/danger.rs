//! Renaming, moving and forgetting a fabric: each is planned first, and carried out only as planned.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ChangeFabric, ForgetFabric, NewPlace, PlanAnswer, PlanRequest};
use shared::arrange::{Adopt, Unexpected};
use shared::plan::Overwrite;
use shared::record::FabricRecord;

use super::state::State;
use crate::api;
use crate::components::field::Field;
use crate::components::notice::FailureNotice;
use crate::components::planned::Planned;
use crate::components::sign_in::SignIn;
use crate::model::failure::Failure;
use crate::model::wording;

/// The two changes of a fabric itself.
#[component]
pub fn Danger(state: State) -> impl IntoView {
    let app = state.app;
    view! {
        {move || app.signed_out().then(|| view! { <p class="muted">"Sign in to rename, move or delete the fabric."</p><SignIn/> })}
        {move || app.signed_in().then(|| view! { <Rename state=state/><Forget state=state/> })}
    }
}

fn request(record: &FabricRecord, to: Option<NewPlace>, remove_files: bool) -> PlanRequest {
    PlanRequest {
        fabric: record.spec().to_input(),
        force: Overwrite::No,
        take: Vec::new(),
        adopt: Adopt::default(),
        unexpected: Unexpected::default(),
        repair: false,
        to,
        remove_files,
    }
}

/// Asks for a plan and keeps it, or why there is none.
fn plan_into(
    request: PlanRequest,
    plan: RwSignal<Option<PlanAnswer>>,
    failure: RwSignal<Option<Failure>>,
    busy: RwSignal<bool>,
) {
    busy.set(true);
    failure.set(None);
    plan.set(None);
    spawn_local(async move {
        let answer = api::plan(&request).await;
        busy.try_set(false);
        match answer {
            Ok(found) => {
                plan.try_set(Some(found));
            }
            Err(found) => {
                failure.try_set(Some(found));
            }
        }
    });
}

#[component]
fn Rename(state: State) -> impl IntoView {
    let record = state.record.get_untracked();
    let (name, directory) = record
        .map(|record| (record.name.to_string(), record.gitops_directory.to_string()))
        .unwrap_or_default();
    let (name, directory) = (RwSignal::new(name), RwSignal::new(directory));
    let plan = RwSignal::new(None::<PlanAnswer>);
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let to = move || {
        let record = state.record.get()?;
        let new = |now: String, typed: String| (now != typed).then_some(typed);
        let to = NewPlace {
            name: new(record.name.to_string(), name.get().trim().to_owned()),
            gitops_directory: new(
                record.gitops_directory.to_string(),
                directory.get().trim().to_owned(),
            ),
        };
        (to != NewPlace::default()).then_some(to)
    };
    let error = move |field: &'static str| {
        Signal::derive(move || {
            failure.with(|failure| {
                let errors = &failure.as_ref()?.problem()?.errors;
                errors
                    .iter()
                    .find(|error| error.field.ends_with(field))
                    .map(|error| error.message.clone())
            })
        })
    };
    let preview = move |_| {
        if let (Some(record), Some(to)) = (state.record.get_untracked(), untrack(to)) {
            plan_into(request(&record, Some(to), false), plan, failure, busy);
        }
    };
    let confirm = move |_| {
        let (Some(found), Some(to)) = (plan.get_untracked(), untrack(to)) else {
            return;
        };
        let body = ChangeFabric {
            to,
            approval: found.approval,
        };
        busy.set(true);
        spawn_local(async move {
            let answer = api::change(&state.id.get_value(), &body).await;
            busy.try_set(false);
            match answer {
                Ok(found) => {
                    let done = format!(
                        "Changed: {} in {}",
                        found.record.name, found.record.gitops_directory
                    );
                    state.app.remark(wording::action_end(&found, done));
                    plan.try_set(None);
                    state.read.try_set(None);
                    state.take(found);
                }
                Err(found) => {
                    plan.try_set(None);
                    failure.try_set(Some(found));
                }
            }
        });
    };
    let typed = move |field: RwSignal<String>| {
        Callback::new(move |text| {
            field.set(text);
            plan.set(None);
        })
    };
    view! {
        <section class="card" aria-labelledby="rename-heading">
            <h2 id="rename-heading">"Rename or move"</h2>
            <p class="muted">"One commit moves the files, so git sees renames; the fabric's page and its history stay."</p>
            <Field id="new-name" label="Fabric name" hint="Lower-case letters, digits, dots and hyphens." value=name error=error("name")
                on_input=typed(name) locked=busy/>
            <Field id="new-directory" label="Directory" hint="From the repository's root." value=directory error=error("gitops_directory")
                on_input=typed(directory) locked=busy/>
            {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/> })}
            {move || plan.get().map(|plan| view! { <Planned plan=plan root=true/> })}
            <div class="row">
                {move || if plan.with(Option::is_some) {
                    view! {
                        <button type="button" class="button primary" disabled=busy on:click=confirm>"Commit the change"</button>
                        <button type="button" class="button" disabled=busy on:click=move |_| plan.set(None)>"Cancel"</button>
                    }.into_any()
                } else {
                    view! {
                        <button type="button" class="button" disabled=move || busy.get() || to().is_none() on:click=preview>"Show what would change"</button>
                        <p class="hint">{move || to().is_none().then_some("Type another name or directory first.")}</p>
                    }.into_any()
                }}
            </div>
        </section>
    }
}

#[component]
fn Forget(state: State) -> impl IntoView {
    let remove = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let plan = RwSignal::new(None::<PlanAnswer>);
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let name = Memo::new(move |_| {
        state.record.with(|record| {
            record
                .as_ref()
                .map(|record| record.name.to_string())
                .unwrap_or_default()
        })
    });
    Effect::new(move || {
        plan.set(None);
        if let (true, Some(record)) = (remove.get(), state.record.get_untracked()) {
            plan_into(request(&record, None, true), plan, failure, busy);
        }
    });
    let closed = move || {
        busy.get()
            || typed.get().trim() != name.get()
            || (remove.get() && plan.with(Option::is_none))
    };
    let confirm = move |_| {
        let remove_files = remove.get_untracked();
        let approval = plan.with_untracked(|plan| plan.as_ref().map(|plan| plan.approval));
        let body = ForgetFabric {
            remove_files,
            approval: approval.filter(|_| remove_files),
        };
        let done = format!("{} is forgotten", name.get_untracked());
        busy.set(true);
        failure.set(None);
        // The page may learn that the fabric is gone before the answer comes.
        spawn_local(async move {
            let answer = api::forget(&state.id.get_value(), &body).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    state.app.remark(done);
                    // Whoever has gone elsewhere meanwhile stays there.
                    if state.id.try_get_value().is_some() {
                        state.app.go("/fabrics");
                    }
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
        });
    };
    let choice = move |value: bool, word: &'static str, hint: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="forget" disabled=busy prop:checked=move || remove.get() == value on:change=move |_| remove.set(value)/>
                <span>{word}<span class="hint">{hint}</span></span>
            </label>
        }
    };
    view! {
        <section class="card danger" aria-labelledby="forget-heading">
            <h2 id="forget-heading">"Delete"</h2>
            <fieldset class="choices">
                <legend>"What goes"</legend>
                {choice(false, "Only the record", "Hedgerow forgets the fabric; the repository stays as it is.")}
                {choice(true, "The record and the layout's own files", "One commit removes them. Files that people put there stay.")}
            </fieldset>
            {move || (busy.get() && remove.get() && plan.with(Option::is_none)).then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Comparing with the branch…"</p> })}
            {move || plan.get().map(|plan| view! { <Planned plan=plan root=true/> })}
            {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/> })}
            <Field id="confirm-name" label="Type the fabric's name to confirm" hint="This cannot be undone." value=typed error=Signal::stored(None::<String>)
                on_input=move |text| typed.set(text) locked=busy/>
            <div class="row">
                <button type="button" class="button danger" disabled=closed on:click=confirm>
                    {move || match (remove.get(), plan.with(|plan| plan.as_ref().map(|plan| plan.deletions.len()))) {
                        (true, Some(count)) => format!("Remove {} and forget {}", wording::files(count), name.get()),
                        _ => format!("Forget {}", name.get()),
                    }}
                </button>
            </div>
        </section>
    }
}
