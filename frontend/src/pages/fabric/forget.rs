//! Forgetting a fabric, with or without the layout's own files.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::ForgetFabric;
use shared::count::counted;

use super::planning::{ChangeNotice, Planning, request};
use super::state::{Basis, State, keep_focus};
use crate::api;
use crate::components::busy_indicator::BusyIndicator;
use crate::components::field::Field;
use crate::components::notice::FailureNotice;
use crate::components::planned::Planned;
use crate::components::prose::Prose;
use crate::model::routes;

/// What goes, its plan, and the name to be typed.
#[component]
pub fn Forget(state: State) -> impl IntoView {
    let remove = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let planning = Planning::new();
    let busy = RwSignal::new(false);
    let name = Memo::new(move |_| {
        state.record.with(|record| {
            record
                .as_ref()
                .map(|record| record.name.to_string())
                .unwrap_or_default()
        })
    });
    let wanted = move || Some(request(state.record.get_untracked().as_ref()?, None, true));
    let plan = move || match wanted() {
        Some(request) => planning.ask(request),
        None => planning.clear(),
    };
    Effect::new(move |before: Option<(bool, Option<Basis>)>| {
        let now = (remove.get(), state.basis.get());
        let (is_removing, _) = now;
        match before {
            // What changes in the meantime is this page's own write.
            _ if busy.get_untracked() => {}
            Some((true, known)) if is_removing && known != now.1 => {
                if let Some(request) = wanted() {
                    planning.follow(request);
                }
            }
            _ if is_removing => plan(),
            _ => planning.clear(),
        }
        now
    });
    let has_plan = Memo::new(move |_| planning.plan.with(Option::is_some));
    // Why it cannot be pressed, in the order in which a person would clear it.
    let reason = Memo::new(move |_| {
        if let Some(refused) = state.refused() {
            return Some(refused);
        }
        if remove.get() && !has_plan.get() {
            return Some(match planning.is_loading.get() {
                true => "Comparing with the branch first…".to_owned(),
                false => "The branch could not be read, so what would be removed is not known."
                    .to_owned(),
            });
        }
        (typed.with(|typed| typed.trim() != name.get()))
            .then(|| format!("Type `{}` to confirm.", name.get()))
    });
    let is_disabled = Memo::new(move |_| {
        busy.get()
            || planning.is_loading.get()
            || !state.app.online.get()
            || reason.with(Option::is_some)
    });
    let confirm = move |_| {
        if is_disabled.get_untracked() {
            return;
        }
        let remove_files = remove.get_untracked();
        let approval = planning
            .plan
            .with_untracked(|plan| plan.as_ref().map(|plan| plan.approval));
        let body = ForgetFabric {
            remove_files,
            approval: approval.filter(|_| remove_files),
        };
        let done = format!("{} is forgotten", name.get_untracked());
        busy.set(true);
        planning.failure.set(None);
        // The page may learn that the fabric is gone before the answer comes.
        spawn_local(async move {
            let answer = api::forget(&state.id.get_value(), &body).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    state.app.toast(done);
                    // Whoever has gone elsewhere in the meantime stays there.
                    if state.id.try_get_value().is_some() {
                        state.app.go(routes::FABRICS);
                    }
                }
                Err(found) => {
                    state.app.on_auth_failure(&found);
                    state.shown_elsewhere.try_set(Some(found.detail()));
                    if let Some(request) = busy.try_get_untracked().and_then(|_| wanted()) {
                        planning.refused(found, request);
                    }
                    keep_focus("forget");
                }
            }
        });
    };
    on_cleanup(move || {
        state.shown_elsewhere.try_set(None);
    });
    let choice = move |value: bool, word: &'static str, hint: &'static str| {
        view! {
            <label class="choice-label">
                <input type="radio" name="forget" disabled=busy prop:checked=move || remove.get() == value on:change=move |_| remove.set(value)/>
                <span>{word}<span class="hint">{hint}</span></span>
            </label>
        }
    };
    let again = Callback::new(move |()| {
        plan();
        keep_focus("forget");
    });
    let dismiss = Callback::new(move |()| {
        planning.failure.set(None);
        state.shown_elsewhere.set(None);
        keep_focus("forget");
    });
    view! {
        <section class="card card-danger" aria-labelledby="forget-heading" aria-busy=move || busy.get().to_string()>
            <h2 id="forget-heading">"Delete"</h2>
            <fieldset class="choice-group">
                <legend>"What to delete"</legend>
                {choice(false, "Only the record", "Hedgerow forgets the fabric; the repository stays as it is.")}
                {choice(true, "The record and the layout's own files", "One commit removes them. Files that people put there stay.")}
            </fieldset>
            <ChangeNotice planning=planning/>
            {move || planning.plan.get().map(|plan| view! { <Planned plan=plan root=true/> })}
            {move || planning.failure.get().map(|found| match remove.get() && !has_plan.get() {
                true => view! { <FailureNotice failure=found retry=again/> }.into_any(),
                false => view! { <FailureNotice failure=found dismiss=dismiss/> }.into_any(),
            })}
            <Field id="confirm-name" label="Type the fabric's name to confirm" hint="This cannot be undone." value=typed error=Signal::stored(None::<String>)
                on_input=move |text| typed.set(text) locked=busy/>
            <BusyIndicator busy=busy words="Forgetting the fabric…" hint="Closing this page does not stop it."/>
            <div class="row">
                <button type="button" id="forget" class="button button-danger" aria-disabled=move || is_disabled.get().to_string() aria-describedby="forget-reason" on:click=confirm>
                    {move || match (remove.get(), planning.plan.with(|plan| plan.as_ref().map(|plan| plan.deletions.len()))) {
                        (true, Some(count)) => format!("Remove {} and forget {}", counted(count, "file"), name.get()),
                        _ => format!("Forget {}", name.get()),
                    }}
                </button>
                <p class="hint" id="forget-reason">{move || (!busy.get()).then(|| reason.get()).flatten().map(|reason| view! { <Prose text=reason/> })}</p>
            </div>
        </section>
    }
}
