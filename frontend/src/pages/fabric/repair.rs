//! Repairing: put back what is missing, and decide what becomes of the rest.

use leptos::prelude::*;
use shared::api::{ApprovedChange, ModeOffer, PlanAnswer, PlanRequest, RepairFabric, WriteMode};
use shared::count::counted;
use shared::diff::Change;
use shared::layout::DIRECTORY_INFO;
use shared::plan::{OnUnexpected, Overwrites};
use shared::record::FabricRecord;

use super::confirm::{Confirmation, Write};
use super::confirm_panel::{Beginning, COMMITTING, ConfirmPanel, ModeChoice, Place, Title};
use super::deleted::NotBroughtBack;
use super::planning::{Comparing, Planning, request};
use super::state::State;
use crate::api;
use crate::components::overwrite_choice::OverwriteChoice;
use crate::components::planned::Planned;
use crate::components::preview_pane::SelectedFile;
use crate::components::segmented::Segmented;
use model::gate;
use model::preview::Preview;
use model::wording;

const TITLE: Title = Title {
    id: "repair",
    heading: "Repair",
    place: Place::BelowActions,
    busy: ("Repairing…", COMMITTING),
};

const UNEXPECTED: [(&str, &str); 3] = [
    ("leave", "Leave"),
    ("unmanaged", "To unmanaged/"),
    ("archive", "To unmanaged/archive/"),
];

/// What a person decides on.
#[derive(Clone, Copy)]
struct Choices {
    overwrites: RwSignal<Overwrites>,
    /// A key of [`UNEXPECTED`].
    unexpected: RwSignal<&'static str>,
}

impl Choices {
    fn unexpected(self) -> OnUnexpected {
        match self.unexpected.get() {
            "unmanaged" => OnUnexpected::Unmanaged,
            "archive" => OnUnexpected::Archive,
            _ => OnUnexpected::Leave,
        }
    }

    /// What is asked for the plan that follows from them.
    fn request(self, state: State) -> Option<PlanRequest> {
        let record = state.record.get()?;
        Some(PlanRequest {
            overwrites: self.overwrites.get(),
            unexpected: self.unexpected(),
            repair: true,
            proposal: record.pull_request_url.is_some().then(|| record.id.clone()),
            ..request(&record, None, false)
        })
    }

    /// What is sent for a plan.
    fn body(self, plan: PlanAnswer, mode: WriteMode) -> RepairFabric {
        RepairFabric {
            change: ApprovedChange {
                files: plan.files,
                approval: plan.approval,
                overwrites: self.overwrites.get(),
                mode,
            },
            unexpected: self.unexpected(),
            archive_date: plan.archive_date.unwrap_or_default(),
        }
    }
}

/// The choices of a repair, its exact commit, and its confirmation.
#[component]
pub fn Repair(state: State, close: Callback<()>) -> impl IntoView {
    let choices = Choices {
        overwrites: RwSignal::new(Overwrites::default()),
        unexpected: RwSignal::new("leave"),
    };
    let confirmation = Confirmation::new(state, "confirm-repair");
    let planning = Planning::new(confirmation);
    let wanted = move || untrack(|| choices.request(state));
    plan_as_chosen(choices, planning, confirmation);
    planning.keep_up(wanted);
    let mode = Memo::new(move |_| offered(planning, confirmation.chosen_mode.get()));
    let count = Memo::new(move |_| planning.plan.with(|plan| plan.as_ref().map(changes)));
    let action = Memo::new(move |_| {
        let is_waiting = confirmation.waiting.with(Option::is_some);
        let making = Some(0).filter(|_| begins(planning)) == count.get();
        Some(match making {
            true => format!("Make {}", place(state)),
            false => action(state, count.get(), mode.get().0, is_waiting),
        })
    });
    let is_ready =
        Memo::new(move |_| count.get().is_some_and(|count| count > 0) || begins(planning));
    let confirm = Callback::new(move |()| {
        let Some(plan) = planning.plan.get_untracked() else {
            return;
        };
        let body = untrack(|| choices.body(plan, mode.get().0));
        confirmation.send(write(confirmation, body), move |ended| match ended {
            Ok(found) => {
                close.try_run(());
                state.record_written(found);
            }
            Err(failure) => planning.refused(&failure, wanted),
        });
    });
    // The choice stays while the plan follows it, and where it leaves nothing to do it can be taken back.
    let is_shown = Memo::new(move |before: Option<&bool>| match count.get() {
        Some(0) => {
            confirmation.waiting.with(Option::is_some)
                && confirmation.chosen_mode.get() == WriteMode::PullRequest
        }
        Some(_) => true,
        None => before.copied().unwrap_or_default(),
    });
    let choice = ModeChoice {
        name: "repair-mode",
        mode,
        is_shown,
    };
    let plan = move || {
        planning
            .plan
            .get()
            .map(|plan| view! { <Planned plan=plan/> })
    };
    let retry = planning.retry(wanted, "repair-heading");
    view! {
        <ConfirmPanel confirmation=confirmation title=TITLE action=action is_ready=is_ready confirm=confirm cancel=close retry=retry mode=choice plan=plan.into_any()>
            <p class="hint">"What is missing is added. What people wrote stays, unless you choose otherwise."</p>
            <Begins state=state planning=planning/>
            <NotBroughtBack state=state planned=Signal::derive(move || planning.plan.with(|plan| plan.as_ref().map(|plan| plan.deleted.clone()).unwrap_or_default()))/>
            <Decisions state=state choices=choices planning=planning busy=confirmation.busy/>
            <Comparing planning=planning/>
        </ConfirmPanel>
    }
}

/// What becomes of changed and of unexpected files.
#[component]
fn Decisions(
    state: State,
    choices: Choices,
    planning: Planning,
    busy: RwSignal<bool>,
) -> impl IntoView {
    let Choices {
        overwrites,
        unexpected,
    } = choices;
    let selected = RwSignal::new(None::<String>);
    // What somebody changed, and a file that is looked at, stay in sight while the plan follows a choice.
    let modified = Memo::new(move |before: Option<&Vec<String>>| {
        let found = planning
            .plan
            .with(|plan| Some(decidable(state, plan.as_ref()?)));
        found.or_else(|| before.cloned()).unwrap_or_default()
    });
    let preview = Memo::new(move |before: Option<&Option<Preview>>| {
        match (state.record.get(), planning.plan.get()) {
            (Some(record), Some(plan)) => {
                Some(Preview::of_plan(record.spec(), overwrites.get(), plan))
            }
            _ => before.cloned().flatten(),
        }
    });
    view! {
        <OverwriteChoice modified=modified overwrites=overwrites locked=busy.into() selected=selected/>
        <SelectedFile preview=preview selected=selected contents=state.contents/>
        <Segmented legend="Files that are not part of the layout" name="repair-unexpected" options=UNEXPECTED.to_vec() value=unexpected on_choose=move |value| unexpected.set(value)/>
    }
}

/// Plans again with every choice.
fn plan_as_chosen(choices: Choices, planning: Planning, confirmation: Confirmation) {
    let Confirmation {
        state,
        busy,
        chosen_mode,
        waiting,
        ..
    } = confirmation;
    // Which branch is planned on depends on the mode only where a pull request waits already.
    let updates_proposal = Memo::new(move |_| {
        waiting.with(Option::is_some) && chosen_mode.get() == WriteMode::PullRequest
    });
    Effect::new(move || {
        choices.overwrites.track();
        choices.unexpected.track();
        // A memo that nothing reads follows nothing.
        updates_proposal.get();
        let request = untrack(|| choices.request(state));
        if let Some(request) = request.filter(|_| !busy.get_untracked()) {
            planning.ask(request);
        }
    });
}

/// What becomes of a branch that does not exist, and how the commit comes to be signed.
#[component]
fn Begins(state: State, planning: Planning) -> impl IntoView {
    let text = Memo::new(move |_| {
        let branch = state
            .record
            .with(|record| Some(record.as_ref()?.branch.clone()))?;
        planning.plan.with(|plan| {
            let plan = plan.as_ref()?;
            match &plan.approval.base {
                Some(base) => {
                    let text = gate::beginning_anew(branch.as_str(), base);
                    Some((text, plan.head_commit.clone()))
                }
                None => Some((plan.mode.signing.clone()?, None)),
            }
        })
    });
    move || {
        text.get()
            .map(|(text, from)| view! { <Beginning text=text from=from/> })
    }
}

/// The mode in force, and why it must be that one, if it must.
fn offered(planning: Planning, chosen: WriteMode) -> (WriteMode, Option<String>) {
    let offer = planning
        .plan
        .with(|plan| plan.as_ref().map(|plan| plan.mode.clone()));
    if begins(planning) {
        return (WriteMode::Commit, Some(gate::NO_TARGET.to_owned()));
    }
    match offer.unwrap_or_default() {
        ModeOffer {
            mode: WriteMode::PullRequest,
            reason,
            ..
        } => {
            let why = |reason| format!("{reason}, so the repair is proposed as a pull request.");
            (WriteMode::PullRequest, reason.map(why))
        }
        _ => (chosen, None),
    }
}

/// Tells whether the commit makes the branch.
fn begins(planning: Planning) -> bool {
    let plan = planning.plan;
    plan.with(|plan| {
        plan.as_ref()
            .is_some_and(|plan| plan.approval.base.is_some())
    })
}

/// How many files a plan writes, moves and takes away.
fn changes(plan: &PlanAnswer) -> usize {
    plan.writes.len() + plan.moves.len() + plan.deletions.len()
}

/// Where a repair goes, as buttons say it.
fn place(state: State) -> String {
    let label = |record: &FabricRecord| wording::branch_label(&record.spec());
    let place = state.record.with(|record| record.as_ref().map(label));
    place.unwrap_or_default()
}

fn action(state: State, count: Option<usize>, mode: WriteMode, is_waiting: bool) -> String {
    let verb = match mode {
        WriteMode::PullRequest => "Propose",
        WriteMode::Commit => "Commit",
    };
    match count {
        Some(0) if is_waiting && mode == WriteMode::PullRequest => {
            "Nothing left to propose".to_owned()
        }
        Some(0) => "Nothing to repair".to_owned(),
        Some(count) => format!("{verb} {} to {}", counted(count, "change"), place(state)),
        None => format!("{verb} the repair"),
    }
}

fn write(confirmation: Confirmation, body: RepairFabric) -> Write {
    let id = confirmation.state.id.get_value();
    let waited = confirmation.waiting.get_untracked();
    Box::pin(async move {
        let answer = api::repair(&id, &body).await?;
        Ok(answer.map(|repaired| {
            let commit_of_old_text = repaired.before.map_or_else(String::new, |before| {
                format!("; what was there is kept in commit {}", before.short())
            });
            let found = repaired.fabric;
            let still_gone = match found.record.deleted_count() {
                0 => String::new(),
                count => format!(
                    "; {} that people deleted not brought back",
                    counted(count, "file")
                ),
            };
            let not_compared = match found.record.is_uncompared() {
                true => "; what people deleted could not be compared",
                false => "",
            };
            let done = format!(
                "{} repaired{commit_of_old_text}{still_gone}{not_compared}",
                found.record.name
            );
            let said = wording::write_end(&found, waited.as_deref(), done);
            (found, said)
        }))
    })
}

/// The changed files that a person decides on: Hedgerow's own file is restored in any case.
fn decidable(state: State, plan: &PlanAnswer) -> Vec<String> {
    let info = state.record.with(|record| {
        let directory = &record.as_ref()?.gitops_directory;
        Some(directory.join(DIRECTORY_INFO))
    });
    let files = plan.diff.files.iter();
    let changed =
        files.filter(|file| file.change == Change::Modified && Some(&file.path) != info.as_ref());
    changed.map(|file| file.path.clone()).collect()
}
