//! Forgetting a fabric, with or without the layout's own files.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ForgetFabric, PlanRequest};
use shared::count::counted;
use shared::problem::Code;

use super::confirm::Confirmation;
use super::confirm_panel::{ConfirmPanel, Place, Title};
use super::planning::{Comparing, Planning, request};
use super::state::{State, keep_focus};
use crate::api;
use crate::components::field::Field;
use crate::components::planned::Planned;
use model::failure::Failure;
use model::routes;

const TITLE: Title = Title {
    id: "forget",
    heading: "Delete",
    place: Place::DangerCard,
    busy: (
        "Forgetting the fabric…",
        "Closing this page does not stop it.",
    ),
};

/// What goes, its plan, and the name to be typed.
#[component]
pub fn Forget(state: State) -> impl IntoView {
    let remove = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let confirmation =
        Confirmation::new(state, "confirm-forget").only_record(move || !remove.get());
    let planning = Planning::new(confirmation);
    let busy = confirmation.busy;
    let name = Memo::new(move |_| {
        let name = |record: &shared::record::FabricRecord| record.name.to_string();
        state
            .record
            .with(|record| record.as_ref().map(name).unwrap_or_default())
    });
    let wanted = move || wanted(state, remove.get_untracked());
    Effect::new(move || {
        remove.track();
        match wanted() {
            Some(request) => planning.ask(request),
            None => planning.clear(),
        }
    });
    planning.keep_up(wanted);
    let action = Memo::new(move |_| Some(action(planning, remove.get(), &name.get())));
    let reason = Memo::new(move |_| {
        let is_unread = remove.get() && planning.plan.with(Option::is_none);
        match is_unread {
            true => Some(unread(planning)),
            false => (typed.with(|typed| typed.trim() != name.get()))
                .then(|| format!("Type `{}` to confirm.", name.get())),
        }
    });
    let confirm = Callback::new(move |()| {
        forget(
            confirmation,
            planning,
            remove.get_untracked(),
            name.get_untracked(),
        );
    });
    let plan = view! {
        {move || planning.plan.get().map(|plan| view! { <Planned plan=plan root=true/> })}
        <Field id="confirm-name" label="Type the fabric's name to confirm" hint="This cannot be undone." value=typed error=Signal::stored(None::<String>)
            on_input=move |text| typed.set(text) locked=busy/>
    };
    let retry = planning.retry(wanted, "forget-heading");
    // No pull request removes files; the record can go without them.
    let instead = Signal::derive(move || {
        let is_refused = |failure: &Option<Failure>| {
            let code = failure.as_ref().map(Failure::code);
            code == Some(&Code::BranchProtected)
        };
        let act = Callback::new(move |()| {
            confirmation.clear();
            remove.set(false);
            keep_focus("forget-heading");
        });
        let is_refused = remove.get() && confirmation.failure.with(is_refused);
        is_refused.then(|| ("Delete only the record".to_owned(), act))
    });
    view! {
        <ConfirmPanel confirmation=confirmation title=TITLE action=action reason=reason confirm=confirm retry=retry instead=instead plan=plan.into_any()>
            <fieldset class="choice-group">
                <legend>"What to delete"</legend>
                <WhatGoes remove=remove value=false busy=busy word="Only the record" hint="Hedgerow forgets the fabric; the repository stays as it is."/>
                <WhatGoes remove=remove value=true busy=busy word="The record and the layout's own files" hint="One commit removes them. Files that people put there stay."/>
            </fieldset>
            <Comparing planning=planning/>
        </ConfirmPanel>
    }
}

#[component]
fn WhatGoes(
    remove: RwSignal<bool>,
    value: bool,
    busy: RwSignal<bool>,
    word: &'static str,
    hint: &'static str,
) -> impl IntoView {
    view! {
        <label class="choice-label">
            <input type="radio" name="forget" disabled=busy prop:checked=move || remove.get() == value on:change=move |_| remove.set(value)/>
            <span>{word}<span class="hint">{hint}</span></span>
        </label>
    }
}

/// What is asked for the plan; nothing is planned where only the record goes.
fn wanted(state: State, remove: bool) -> Option<PlanRequest> {
    let record = state.record.get_untracked().filter(|_| remove)?;
    Some(request(&record, None, true))
}

fn action(planning: Planning, remove: bool, name: &str) -> String {
    let count = planning
        .plan
        .with(|plan| plan.as_ref().map(|plan| plan.deletions.len()));
    match count.filter(|_| remove) {
        Some(count) => format!("Remove {} and forget {name}", counted(count, "file")),
        None => format!("Forget {name}"),
    }
}

/// Why files cannot be removed without a plan.
fn unread(planning: Planning) -> String {
    let why = match planning.is_loading.get() {
        true => "Comparing with the branch first…",
        false => "The branch could not be read, so what would be removed is not known.",
    };
    why.to_owned()
}

/// Forgets it, and goes to the other fabrics.
fn forget(confirmation: Confirmation, planning: Planning, remove_files: bool, name: String) {
    let Confirmation { state, busy, .. } = confirmation;
    let approval = planning
        .plan
        .with_untracked(|plan| plan.as_ref().map(|plan| plan.approval.clone()));
    let body = ForgetFabric {
        remove_files,
        approval: approval.filter(|_| remove_files),
    };
    let id = state.id.get_value();
    confirmation.begin();
    // The page may learn that the fabric is gone before the answer comes.
    spawn_local(async move {
        match api::forget(&id, &body).await {
            Ok(_) => {
                busy.try_set(false);
                state.app.toast(format!("{name} is forgotten"));
                // Whoever has gone elsewhere in the meantime stays there.
                if state.id.try_get_value().is_some() {
                    state.app.go(routes::FABRICS);
                }
            }
            Err(failure) => {
                confirmation.refused(failure.clone());
                planning.refused(&failure, || wanted(state, remove_files));
            }
        }
    });
}
