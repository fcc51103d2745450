//! Repairing: put back what is missing, and decide what becomes of the rest.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{PlanAnswer, PlanRequest, RepairFabric, WriteMode};
use shared::arrange::{Adopt, Unexpected};
use shared::plan::Overwrite;

use super::state::State;
use crate::api;
use crate::components::notice::FailureNotice;
use crate::components::planned::Planned;
use crate::components::prose::Prose;
use crate::components::segmented::Segmented;
use crate::model::failure::Failure;
use crate::model::wording;

const FORCE: [(&str, &str); 2] = [("keep", "Keep theirs"), ("restore", "Restore the layout's")];
const STRAY: [(&str, &str); 3] = [
    ("leave", "Leave"),
    ("unmanaged", "To unmanaged/"),
    ("archive", "To unmanaged/archive/"),
];

/// The choices of a repair, its exact commit, and its confirmation.
#[component]
pub fn Repair(state: State, close: Callback<()>) -> impl IntoView {
    let force = RwSignal::new("keep");
    let stray = RwSignal::new("leave");
    let plan = RwSignal::new(None::<PlanAnswer>);
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let choices = move || {
        let overwrite = Overwrite::from(force.get() == "restore");
        let unexpected = match stray.get() {
            "unmanaged" => Unexpected::Unmanaged,
            "archive" => Unexpected::Archive,
            _ => Unexpected::Leave,
        };
        (overwrite, unexpected)
    };
    Effect::new(move || {
        let (force, unexpected) = choices();
        let Some(record) = state.record.get_untracked() else {
            return;
        };
        plan.set(None);
        failure.set(None);
        spawn_local(async move {
            let request = PlanRequest {
                fabric: record.spec().to_input(),
                force,
                take: Vec::new(),
                adopt: Adopt::default(),
                unexpected,
                repair: true,
                to: None,
                remove_files: false,
            };
            let answer = api::plan(&request).await;
            if untrack(choices) != (force, unexpected) {
                return;
            }
            match answer {
                Ok(found) => {
                    plan.try_set(Some(found));
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
        });
    });
    let confirm = move |_| {
        let Some(found) = plan.get_untracked() else {
            return;
        };
        let (force, unexpected) = untrack(choices);
        let body = RepairFabric {
            files: found.files,
            approval: found.approval,
            force,
            take: Vec::new(),
            unexpected,
            archive_date: found.archive_date.unwrap_or_default(),
            mode: found.mode.mode,
        };
        busy.set(true);
        spawn_local(async move {
            let answer = api::repair(&state.id.get_value(), &body).await;
            busy.try_set(false);
            match answer {
                Ok(repaired) => {
                    let (found, before) = (repaired.fabric, repaired.before);
                    let kept = before.map_or_else(String::new, |before| {
                        format!("; what was there is kept in commit {}", before.short())
                    });
                    let done = format!("{} repaired{kept}", found.record.name);
                    state.app.remark(wording::action_end(&found, done));
                    state.take(found);
                    close.run(());
                }
                Err(found) => {
                    failure.try_set(Some(found));
                }
            }
        });
    };
    let proposes = move || {
        plan.with(|plan| {
            plan.as_ref()
                .is_some_and(|plan| plan.mode.mode == WriteMode::PullRequest)
        })
    };
    let count = move || {
        plan.with(|plan| {
            plan.as_ref()
                .map(|plan| plan.writes.len() + plan.moves.len() + plan.deletions.len())
        })
    };
    view! {
        <div class="confirm">
            <h3>"Repair"</h3>
            <p class="hint">"What is missing is added. What people wrote stays, unless you choose otherwise."</p>
            <Segmented legend="Files of the layout that somebody changed" name="repair-force" options=FORCE.to_vec() value=force on_choose=move |value| force.set(value)/>
            <Segmented legend="What stands where it does not belong" name="repair-stray" options=STRAY.to_vec() value=stray on_choose=move |value| stray.set(value)/>
            {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/> })}
            {move || (plan.with(Option::is_none) && failure.with(Option::is_none)).then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Comparing with the branch…"</p> })}
            {move || plan.get().map(|plan| view! { <Planned plan=plan/> })}
            {move || plan.with(|plan| plan.as_ref()?.mode.reason.clone()).map(|reason| view! {
                <p class="hint"><Prose text=format!("{reason}, so the repair is proposed as a pull request.")/></p>
            })}
            <div class="row">
                <button type="button" class="button primary" disabled=move || busy.get() || count().unwrap_or(0) == 0 on:click=confirm>
                    {move || match count() {
                        Some(0) => "Nothing to repair".to_owned(),
                        Some(count) => format!("{} {} to {}", if proposes() { "Propose" } else { "Commit" }, wording::changes(count), state.record.with(|record| record.as_ref().map(|record| wording::place(&record.spec())).unwrap_or_default())),
                        None => "Commit the repair".to_owned(),
                    }}
                </button>
                <button type="button" class="button" disabled=busy on:click=move |_| close.run(())>"Cancel"</button>
            </div>
        </div>
    }
}
