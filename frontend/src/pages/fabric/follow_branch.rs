//! Another branch for the fabric: what it holds is looked at first, and nothing is written to git.

use std::time::Duration;

use leptos::prelude::*;
use shared::api::FabricChange;
use shared::status::missing_branch;

use super::change_form::{Change, ChangeForm, Typed, Words};
use super::confirm_panel::{Place, Title};
use super::state::{Act, State};
use crate::browser;
use crate::components::field::Field;
use crate::components::near_branches::NearBranches;
use crate::components::report_view::ReportView;
use crate::storage::Key;
use model::branch_state::LoadedBranch;
use model::wording;

const WORDS: Words = Words {
    title: Title {
        id: "branch",
        heading: "Branch",
        place: Place::Card,
        busy: (
            "Changing the branch…",
            "Closing this page does not stop it.",
        ),
    },
    focus: ("branch-heading", "branch-plan"),
    only_record: true,
    about: "The fabric follows another branch. Nothing is written to git; its page, history, links and badge stay. What Argo CD or Flux reads does not change with it: with prune, pointing them at the new branch deletes from the cluster what that branch lacks.",
    unchanged: "Type another branch first.",
    ask: "Show what it holds",
    plan: "What the branch holds",
    done: |record| format!("{} follows {}", record.name, record.branch),
};

/// The form, what the branch holds, and its confirmation.
#[component]
pub fn FollowBranch(state: State) -> impl IntoView {
    let typed = Typed::new(
        state,
        |id| Key::NewBranch(id),
        |record| record.branch.to_string(),
    );
    // Where the fabric's own branch is gone, another one is offered in its place, until somebody types.
    let offered = Memo::new(move |_| {
        state
            .record
            .with(|record| missing_branch(record.as_ref()?)?.default_branch.clone())
    });
    let branch = move || match typed.is_typed() {
        true => typed.wanted(),
        false => offered.get(),
    };
    let shown = move || {
        let offered = offered.get().filter(|_| !typed.is_typed());
        offered.unwrap_or_else(|| typed.shown())
    };
    let change = Change::new(state, WORDS, move || {
        Some(FabricChange {
            branch: Some(branch()?),
            ..FabricChange::default()
        })
    });
    // The state above leads here where the branch is gone.
    Effect::new(move || {
        if state.asked.get() == Some(Act::Follow) {
            state.asked.set(None);
            set_timeout(|| browser::focus("branch-heading"), Duration::ZERO);
            change.ask();
        }
    });
    let action = Signal::derive(move || Some(wording::follow_action(&branch()?)));
    let error = change.error(|problem| {
        let mut errors = problem.errors.iter();
        let error = errors.find(|error| error.field == "branch");
        error.map(|error| error.message.clone())
    });
    let choose = change.choosing(move |_| typed);
    // A branch that is gone was perhaps renamed.
    let near = Memo::new(move |_| {
        let near = |read: &LoadedBranch| read.answer.near_branches.clone();
        state
            .branch
            .with(|read| read.as_ref().map(near).unwrap_or_default())
    });
    view! {
        <ChangeForm change=change action=action clear=Callback::new(move |()| typed.clear()) choose=choose
            plan=|plan| plan.report.map(|report| view! { <ReportView report=report/> }).into_any()>
            <Field id="new-branch" label="Branch" hint="One that exists." value=Signal::derive(shown) error=error on_input=change.on_input(typed)
                locked=change.locked()/>
            {move || view! { <NearBranches names=near.get() choose=choose words="It may be called now: " locked=change.locked()/> }}
        </ChangeForm>
    }
}
