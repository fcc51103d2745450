//! Another branch for the fabric: what it holds is looked at first, and nothing is written to git.

use std::time::Duration;

use leptos::prelude::*;
use shared::api::{ChangeFabric, FabricChange, PlanRequest};
use shared::status::missing_branch;

use super::confirm::{Confirmation, Write};
use super::confirm_panel::{ConfirmPanel, Place, Title};
use super::planning::{Comparing, Planning, request};
use super::rename::Typed;
use super::state::{Act, State, keep_focus};
use crate::components::field::Field;
use crate::components::report_view::ReportView;
use crate::storage::Key;
use crate::{api, browser};
use model::wording;

const TITLE: Title = Title {
    id: "branch",
    heading: "Branch",
    place: Place::Card,
    busy: (
        "Changing the branch…",
        "Closing this page does not stop it.",
    ),
};

/// The branch that is wanted: typed or, where the fabric's own is gone, the one that is offered in its place.
#[derive(Clone, Copy)]
struct Wanted {
    typed: Typed,
    offered: Memo<Option<String>>,
}

impl Wanted {
    fn new(state: State) -> Self {
        let typed = Typed::new(
            state,
            |id| Key::NewBranch(id),
            |record| record.branch.to_string(),
        );
        let offered = Memo::new(move |_| {
            state
                .record
                .with(|record| missing_branch(record.as_ref()?)?.default_branch.clone())
        });
        Self { typed, offered }
    }

    fn shown(self) -> String {
        let offered = self.offered.get().filter(|_| !self.typed.is_typed());
        offered.unwrap_or_else(|| self.typed.shown())
    }

    /// The branch, if it is another one than the fabric's.
    fn branch(self) -> Option<String> {
        match self.typed.is_typed() {
            true => self.typed.wanted(),
            false => self.offered.get(),
        }
    }

    fn change(self) -> Option<FabricChange> {
        let branch = Some(self.branch()?);
        Some(FabricChange {
            branch,
            ..FabricChange::default()
        })
    }

    /// What is asked for the plan.
    fn request(self, state: State) -> Option<PlanRequest> {
        let record = state.record.get()?;
        Some(request(&record, Some(self.change()?), false))
    }
}

/// The form, what the branch holds, and its confirmation.
#[component]
pub fn FollowBranch(state: State) -> impl IntoView {
    let branch = Wanted::new(state);
    let confirmation = Confirmation::new(state, "branch-heading");
    let planning = Planning::new(confirmation);
    let wanted = move || untrack(|| branch.request(state));
    planning.keep_up(wanted);
    let has_plan = Memo::new(move |_| planning.plan.with(Option::is_some));
    // The focus moves to what was asked for.
    Effect::new(move |before: Option<bool>| {
        let is_here = has_plan.get();
        if before == Some(false) && is_here {
            keep_focus("branch-plan");
        }
        is_here
    });
    let ask = move || {
        let is_off = untrack(|| confirmation.is_off() || planning.is_loading.get());
        if let Some(request) = wanted().filter(|_| !is_off) {
            confirmation.clear();
            planning.ask(request);
        }
    };
    // The state above leads here where the branch is gone.
    Effect::new(move || {
        if state.asked.get() == Some(Act::Follow) {
            state.asked.set(None);
            set_timeout(|| browser::focus("branch-heading"), Duration::ZERO);
            ask();
        }
    });
    let is_changed = Memo::new(move |_| branch.change().is_some());
    let action = Signal::derive(move || {
        let name = branch.branch().filter(|_| has_plan.get())?;
        Some(wording::follow_action(&name))
    });
    let is_ready = Memo::new(move |_| !planning.is_loading.get());
    let reason = Signal::derive(move || {
        (!is_changed.get()).then(|| "Type another branch first.".to_owned())
    });
    let confirm = Callback::new(move |()| {
        let plan = planning.plan.get_untracked();
        let (Some(plan), Some(to)) = (plan, untrack(|| branch.change())) else {
            return;
        };
        let body = ChangeFabric {
            to,
            approval: plan.approval,
        };
        confirmation.send(write(state, body), move |ended| match ended {
            Ok(found) => {
                planning.clear();
                state.record_written(found);
                branch.typed.clear();
            }
            Err(failure) => planning.refused(&failure, wanted),
        });
    });
    let cancel = Callback::new(move |()| {
        planning.clear();
        keep_focus("branch-heading");
    });
    let cannot_ask =
        Memo::new(move |_| confirmation.is_off() || planning.is_loading.get() || !is_changed.get());
    let plan = view! {
        <div id="branch-plan" tabindex="-1" role="group" aria-label="What the branch holds" class:hidden=move || !has_plan.get()>
            {move || planning.plan.get().and_then(|plan| plan.report).map(|report| view! { <ReportView report=report/> })}
        </div>
        {move || (!has_plan.get()).then(|| view! {
            <div class="row">
                <button type="button" class="button" aria-describedby="branch-reason" aria-disabled=move || cannot_ask.get().to_string() on:click=move |_| ask()>"Show what it holds"</button>
            </div>
        })}
    };
    let error = Signal::derive(move || {
        confirmation.failure.with(|failure| {
            let problem = failure.as_ref()?.problem()?;
            let mut errors = problem.errors.iter();
            let error = errors.find(|error| error.field == "branch");
            error.map(|error| error.message.clone())
        })
    });
    let typed = Callback::new(move |text| {
        branch.typed.put(Some(text));
        planning.clear();
    });
    view! {
        <ConfirmPanel confirmation=confirmation title=TITLE action=action is_ready=is_ready reason=reason confirm=confirm cancel=cancel plan=plan.into_any()>
            <p class="muted">"The fabric follows another branch. Nothing is written to git; its page, history, links and badge stay."</p>
            <Field id="new-branch" label="Branch" hint="One that exists." value=Signal::derive(move || branch.shown()) error=error
                on_input=typed locked=confirmation.busy/>
            <Comparing planning=planning/>
        </ConfirmPanel>
    }
}

fn write(state: State, body: ChangeFabric) -> Write {
    let id = state.id.get_value();
    Box::pin(async move {
        let answer = api::change(&id, &body).await?;
        Ok(answer.map(|found| {
            let record = &found.record;
            let done = format!("{} follows {}", record.name, record.branch);
            let said = wording::action_end(&found, done);
            (found, said)
        }))
    })
}
