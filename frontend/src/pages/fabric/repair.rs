//! Repairing: put back what is missing, and decide what becomes of the rest.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ModeOffer, PlanAnswer, PlanRequest, RepairFabric, WriteMode};
use shared::arrange::{Adopt, Unexpected};
use shared::diff::Change;
use shared::layout::DIRECTORY_INFO;
use shared::plan::Take;

use super::state::State;
use crate::api;
use crate::components::notice::FailureNotice;
use crate::components::planned::Planned;
use crate::components::preview_pane::SelectedFile;
use crate::components::prose::Prose;
use crate::components::segmented::Segmented;
use crate::components::take_choice::TakeChoice;
use crate::model::failure::Failure;
use crate::model::preview::Preview;
use crate::model::wording;

const STRAY: [(&str, &str); 3] = [
    ("leave", "Leave"),
    ("unmanaged", "To unmanaged/"),
    ("archive", "To unmanaged/archive/"),
];

/// The choices of a repair, its exact commit, and its confirmation.
#[component]
pub fn Repair(state: State, close: Callback<()>) -> impl IntoView {
    let take = RwSignal::new(Take::default());
    let stray = RwSignal::new("leave");
    let chosen = RwSignal::new(WriteMode::Commit);
    let plan = RwSignal::new(None::<PlanAnswer>);
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let turn = RwSignal::new(0_u32);
    let selected = RwSignal::new(None::<String>);
    let choices = move || {
        let unexpected = match stray.get() {
            "unmanaged" => Unexpected::Unmanaged,
            "archive" => Unexpected::Archive,
            _ => Unexpected::Leave,
        };
        (take.get(), unexpected)
    };
    // What somebody changed stays in sight while the plan follows a choice.
    let changed = RwSignal::new(Vec::new());
    let modified = Memo::new(move |_| changed.get());
    Effect::new(move |before: Option<(Take, Unexpected)>| {
        let now = choices();
        let asked = turn.get();
        let Some(record) = state.record.get_untracked() else {
            return now;
        };
        plan.set(None);
        // Where the plan is only made anew, why that is stays to be read.
        if before.as_ref() != Some(&now) {
            failure.set(None);
        }
        let (take, unexpected) = now.clone();
        spawn_local(async move {
            let request = PlanRequest {
                fabric: record.spec().to_input(),
                force: take.all,
                take: take.paths.clone(),
                adopt: Adopt::default(),
                unexpected,
                repair: true,
                to: None,
                remove_files: false,
            };
            let answer = api::plan(&request).await;
            if turn.try_get_untracked() != Some(asked) || untrack(choices) != (take, unexpected) {
                return;
            }
            match answer {
                Ok(found) => {
                    changed.set(decidable(
                        &record.spec().gitops_directory.join(DIRECTORY_INFO),
                        &found,
                    ));
                    plan.set(Some(found));
                }
                Err(found) => failure.set(Some(found)),
            }
        });
        now
    });
    // A file that is looked at stays open while the plan follows a choice.
    let preview =
        Memo::new(
            move |before: Option<&Option<Preview>>| match (state.record.get(), plan.get()) {
                (Some(record), Some(plan)) => {
                    Some(Preview::of_plan(record.spec(), take.get(), plan))
                }
                _ => before.cloned().flatten(),
            },
        );
    let way = Memo::new(move |_| {
        let offer = plan.with(|plan| plan.as_ref().map(|plan| plan.mode.clone()));
        match offer.unwrap_or_default() {
            ModeOffer {
                mode: WriteMode::PullRequest,
                reason,
            } => (WriteMode::PullRequest, reason),
            _ => (chosen.get(), None),
        }
    });
    let confirm = move |_| {
        let Some(found) = plan.get_untracked() else {
            return;
        };
        let (take, unexpected) = untrack(choices);
        let body = RepairFabric {
            files: found.files,
            approval: found.approval,
            force: take.all,
            take: take.paths,
            unexpected,
            archive_date: found.archive_date.unwrap_or_default(),
            mode: way.get_untracked().0,
        };
        busy.set(true);
        failure.set(None);
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
                    close.try_run(());
                }
                Err(found) => {
                    // What would be committed now is another thing, so it is shown.
                    if let "directory_changed" | "head_moved" | "approval_mismatch" = found.code() {
                        turn.try_update(|turn| *turn += 1);
                    }
                    failure.try_set(Some(found));
                }
            }
        });
    };
    let count = move || {
        plan.with(|plan| {
            plan.as_ref()
                .map(|plan| plan.writes.len() + plan.moves.len() + plan.deletions.len())
        })
    };
    let mode = move |mode: WriteMode, word: &'static str| {
        view! {
            <label class="choice">
                <input type="radio" name="repair-mode" disabled=move || busy.get() || way.with(|(now, reason)| reason.is_some() && *now != mode)
                    prop:checked=move || way.with(|(now, _)| *now == mode) on:change=move |_| chosen.set(mode)/>
                <span>{word}</span>
            </label>
        }
    };
    let verb = move || match way.with(|(mode, _)| *mode) {
        WriteMode::PullRequest => "Propose",
        WriteMode::Commit => "Commit",
    };
    let place = move || {
        state.record.with(|record| {
            let record = record.as_ref();
            record
                .map(|record| wording::place(&record.spec()))
                .unwrap_or_default()
        })
    };
    view! {
        <div class="confirm">
            <h3>"Repair"</h3>
            <p class="hint">"What is missing is added. What people wrote stays, unless you choose otherwise."</p>
            <TakeChoice modified=modified take=take locked=busy.into() selected=selected/>
            <SelectedFile preview=preview selected=selected contents=state.contents/>
            <Segmented legend="What stands where it does not belong" name="repair-stray" options=STRAY.to_vec() value=stray on_choose=move |value| stray.set(value)/>
            {move || failure.get().map(|found| view! {
                <FailureNotice failure=found retry=Callback::new(move |()| { failure.set(None); turn.update(|turn| *turn += 1) })
                    dismiss=Callback::new(move |()| failure.set(None))/>
            })}
            {move || (plan.with(Option::is_none) && failure.with(Option::is_none)).then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Comparing with the branch…"</p> })}
            {move || plan.get().map(|plan| view! { <Planned plan=plan/> })}
            {move || (count().unwrap_or(0) > 0).then(|| view! {
                <div class="row">
                    {mode(WriteMode::Commit, "Direct commit")}
                    {mode(WriteMode::PullRequest, "Pull request")}
                </div>
            })}
            {move || way.get().1.map(|reason| view! {
                <p class="hint"><Prose text=format!("{reason}, so the repair is proposed as a pull request.")/></p>
            })}
            <div class="row">
                <button type="button" class="button primary" disabled=move || busy.get() || count().unwrap_or(0) == 0 on:click=confirm>
                    {move || match count() {
                        Some(0) => "Nothing to repair".to_owned(),
                        Some(count) => format!("{} {} to {}", verb(), wording::changes(count), place()),
                        None => "Commit the repair".to_owned(),
                    }}
                </button>
                <button type="button" class="button" disabled=busy on:click=move |_| close.run(())>"Cancel"</button>
            </div>
        </div>
    }
}

/// The changed files that a person decides on: Hedgerow's own file, `info`, is restored in any case.
fn decidable(info: &str, plan: &PlanAnswer) -> Vec<String> {
    let files = plan.diff.files.iter();
    let changed = files.filter(|file| file.change == Change::Modified && file.path != info);
    changed.map(|file| file.path.clone()).collect()
}
