//! Repairing: put back what is missing, and decide what becomes of the rest.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ApprovedChange, ModeOffer, PlanAnswer, PlanRequest, RepairFabric, WriteMode};
use shared::count::counted;
use shared::diff::Change;
use shared::layout::DIRECTORY_INFO;
use shared::names::FabricId;
use shared::plan::Overwrites;
use shared::plan::{Adopt, OnUnexpected};

use super::confirm::{ConfirmNotices, Confirmation, Ended};
use super::initialise::Waiting;

use super::state::{Basis, State, keep_focus};
use crate::api;
use crate::components::busy_indicator::BusyIndicator;
use crate::components::overwrite_choice::OverwriteChoice;
use crate::components::planned::Planned;
use crate::components::preview_pane::SelectedFile;
use crate::components::prose::Prose;
use crate::components::segmented::Segmented;
use crate::components::write_mode_choice::WriteModeChoice;
use crate::latest::Latest;
use crate::model::failure::Failure;
use crate::model::preview::Preview;
use crate::model::wording;

const UNEXPECTED: [(&str, &str); 3] = [
    ("leave", "Leave"),
    ("unmanaged", "To unmanaged/"),
    ("archive", "To unmanaged/archive/"),
];

/// The choices of a repair, its exact commit, and its confirmation.
#[component]
pub fn Repair(state: State, close: Callback<()>) -> impl IntoView {
    let overwrites = RwSignal::new(Overwrites::default());
    let unexpected_choice = RwSignal::new("leave");
    let confirmation = Confirmation::new(state, "confirm-repair");
    let (busy, chosen) = (confirmation.busy, confirmation.chosen_mode);
    let (failure, change_notice) = (confirmation.failure, confirmation.change_notice);
    let plan = RwSignal::new(None::<PlanAnswer>);
    let latest = Latest::new();
    let selected = RwSignal::new(None::<String>);
    let waiting = Memo::new(move |_| {
        state.record.with(|record| {
            let record = record.as_ref()?;
            Some((record.id.clone(), record.pull_request_url.clone()?))
        })
    });
    // Which branch is planned on depends on the way only where a pull request waits already.
    let proposed = Memo::new(move |_| match chosen.get() {
        WriteMode::PullRequest => waiting.get().map(|(id, _)| id),
        WriteMode::Commit => None,
    });
    let choices = move || {
        let unexpected = match unexpected_choice.get() {
            "unmanaged" => OnUnexpected::Unmanaged,
            "archive" => OnUnexpected::Archive,
            _ => OnUnexpected::Leave,
        };
        (overwrites.get(), unexpected)
    };
    // The plan that was approved, and refused because the branch is another one now.
    let missed = RwSignal::new(None::<PlanAnswer>);
    // What somebody changed stays in sight while the plan follows a choice.
    let changed = RwSignal::new(Vec::new());
    let modified = Memo::new(move |_| changed.get());
    type Asked = ((Overwrites, OnUnexpected), Option<FabricId>, Option<Basis>);
    Effect::new(move |before: Option<Asked>| {
        let now: Asked = (choices(), proposed.get(), state.basis.get());
        latest.follow();
        // What changes in the meantime is this page's own write.
        if busy.get_untracked() {
            return now;
        }
        let Some(record) = state.record.get_untracked() else {
            return now;
        };
        let number = latest.next();
        plan.set(None);
        // If the plan is only made again, the reason for that stays.
        match &before {
            Some((known, _, _)) if *known != now.0 => {
                failure.set(None);
                change_notice.set(None);
            }
            Some((_, _, known)) if known.is_some() && *known != now.2 => {
                change_notice.set(Some(wording::ELSEWHERE.to_owned()));
            }
            _ => {}
        }
        let ((overwrites, unexpected), waits, _) = now.clone();
        let is_proposed = chosen.get_untracked() == WriteMode::PullRequest;
        let waits = waits.or_else(|| Some(waiting.get_untracked()?.0));
        spawn_local(async move {
            let request = PlanRequest {
                fabric: record.spec().to_input(),
                overwrites: overwrites.clone(),
                adopt: Adopt::default(),
                unexpected,
                repair: true,
                to: None,
                remove_files: false,
                proposal: None,
            };
            let answer = planned(request, is_proposed, waits).await;
            if !latest.is_current(number) {
                return;
            }
            match answer {
                Ok(found) => {
                    changed.set(decidable(
                        &record.spec().gitops_directory.join(DIRECTORY_INFO),
                        &found,
                    ));
                    if let Some(before) = missed.try_update(Option::take).flatten() {
                        change_notice.set(Some(wording::what_changed_in(&before, &found)));
                    }
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
                    Some(Preview::of_plan(record.spec(), overwrites.get(), plan))
                }
                _ => before.cloned().flatten(),
            },
        );
    let write_mode = Memo::new(move |_| {
        let offer = plan.with(|plan| plan.as_ref().map(|plan| plan.mode.clone()));
        match offer.unwrap_or_default() {
            ModeOffer {
                mode: WriteMode::PullRequest,
                reason,
            } => (WriteMode::PullRequest, reason),
            _ => (chosen.get(), None),
        }
    });
    let count = move || {
        plan.with(|plan| {
            plan.as_ref()
                .map(|plan| plan.writes.len() + plan.moves.len() + plan.deletions.len())
        })
    };
    let is_disabled = Signal::derive(move || {
        busy.get() || count().unwrap_or(0) == 0 || !state.app.signed_in() || !state.app.online.get()
    });
    let confirm = move |_| {
        if is_disabled.get_untracked() {
            return;
        }
        let Some(found) = plan.get_untracked() else {
            return;
        };
        let approved = found.clone();
        let (overwrites, unexpected) = untrack(choices);
        let body = RepairFabric {
            change: ApprovedChange {
                files: found.files,
                approval: found.approval,
                overwrites,
                mode: write_mode.get_untracked().0,
            },
            unexpected,
            archive_date: found.archive_date.unwrap_or_default(),
        };
        let waited = waiting.get_untracked().map(|(_, url)| url);
        confirmation.begin();
        spawn_local(async move {
            let answer = api::repair(&state.id.get_value(), &body).await;
            let before = answer.as_ref().ok().and_then(|answer| answer.body.before);
            let answer = answer.map(|answer| answer.map(|repaired| repaired.fabric));
            let ended = confirmation.end(answer, |found| {
                let commit_of_old_text = before.map_or_else(String::new, |before| {
                    format!("; what was there is kept in commit {}", before.short())
                });
                let done = format!("{} repaired{commit_of_old_text}", found.record.name);
                wording::write_end(found, waited.as_deref(), done)
            });
            match ended {
                Ended::Unwritten => {}
                Ended::Written(found) => {
                    close.try_run(());
                    state.record_written(*found);
                }
                Ended::Refused(found) => {
                    // What would be committed now is another thing, so it is shown.
                    if found.is_outdated() {
                        missed.try_set(Some(approved));
                        latest.ask_again();
                    }
                    failure.try_set(Some(found));
                }
            }
        });
    };
    // The choice stays while the plan follows it, and where it leaves nothing to do it can be taken back.
    let has_write_mode = Memo::new(move |before: Option<&bool>| match count() {
        Some(0) => waiting.with(Option::is_some) && chosen.get() == WriteMode::PullRequest,
        Some(_) => true,
        None => before.copied().unwrap_or_default(),
    });
    let verb = move || match write_mode.with(|(mode, _)| *mode) {
        WriteMode::PullRequest => "Propose",
        WriteMode::Commit => "Commit",
    };
    let place = move || {
        state.record.with(|record| {
            let record = record.as_ref();
            record
                .map(|record| wording::branch_label(&record.spec()))
                .unwrap_or_default()
        })
    };
    let again = Callback::new(move |()| {
        failure.set(None);
        latest.ask_again();
        keep_focus("confirm-repair");
    });
    view! {
        <div class="confirm-panel" aria-busy=move || busy.get().to_string()>
            <h3>"Repair"</h3>
            <p class="hint">"What is missing is added. What people wrote stays, unless you choose otherwise."</p>
            <OverwriteChoice modified=modified overwrites=overwrites locked=busy.into() selected=selected/>
            <SelectedFile preview=preview selected=selected contents=state.contents/>
            <Segmented legend="Files that are not part of the layout" name="repair-unexpected" options=UNEXPECTED.to_vec() value=unexpected_choice on_choose=move |value| unexpected_choice.set(value)/>
            <ConfirmNotices confirmation=confirmation retry=again/>
            {move || (plan.with(Option::is_none) && failure.with(Option::is_none)).then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Comparing with the branch…"</p> })}
            {move || plan.get().map(|plan| view! { <Planned plan=plan/> })}
            {move || has_write_mode.get().then(|| view! {
                <div class="row">
                    <WriteModeChoice name="repair-mode" write_mode=write_mode chosen=chosen locked=busy/>
                </div>
            })}
            {move || waiting.get().filter(|_| write_mode.with(|(mode, _)| *mode == WriteMode::PullRequest)).map(|(_, url)| view! { <Waiting url=url/> })}
            {move || write_mode.get().1.map(|reason| view! {
                <p class="hint"><Prose text=format!("{reason}, so the repair is proposed as a pull request.")/></p>
            })}
            <BusyIndicator busy=busy words="Repairing…" hint="Hedgerow plans it again, GitHub makes the commit, and its tree is compared with what you approved. Closing this page does not stop it."/>
            <div class="row">
                <button type="button" id="confirm-repair" class="button button-primary" aria-disabled=move || is_disabled.get().to_string() on:click=confirm>
                    {move || match count() {
                        Some(0) if waiting.get().is_some() && verb() == "Propose" => "Nothing left to propose".to_owned(),
                        Some(0) => "Nothing to repair".to_owned(),
                        Some(count) => format!("{} {} to {}", verb(), counted(count, "change"), place()),
                        None => format!("{} the repair", verb()),
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

/// Plans on the fabric's branch; where the change is proposed and a pull request waits, on that one's branch.
async fn planned(
    request: PlanRequest,
    is_proposed: bool,
    waits: Option<FabricId>,
) -> Result<PlanAnswer, Failure> {
    let found = api::plan(&request).await?;
    let is_proposed = is_proposed || found.mode.mode == WriteMode::PullRequest;
    let Some(id) = waits.filter(|_| is_proposed) else {
        return Ok(found);
    };
    let request = PlanRequest {
        proposal: Some(id),
        ..request
    };
    let plan = api::plan(&request).await?;
    // How the fabric's own branch is reached is what is offered.
    Ok(PlanAnswer {
        mode: found.mode,
        ..plan
    })
}
