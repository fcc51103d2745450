//! Initialising again: what would be committed, and its confirmation.

use leptos::prelude::*;
use shared::api::ApprovedChange;
use shared::plan::Overwrites;
use shared::problem::Code;

use super::confirm::{Confirmation, Write};
use super::confirm_panel::{Beginning, COMMITTING, ConfirmPanel, ModeChoice, Place, Title};
use super::deleted::NotBroughtBack;
use super::state::{Basis, State, keep_focus};
use crate::api;
use crate::components::commit_line::CommitLine;
use crate::components::notice::FailureNotice;
use crate::components::preview_pane::PreviewPane;
use model::branch_state::{BranchState, LoadedBranch};
use model::decisions::with_info;
use model::failure::{Failure, Refusal, reads_again};
use model::gate;
use model::preview::Preview;
use model::wording;

const TITLE: Title = Title {
    id: "initialise",
    heading: "What would be committed",
    place: Place::BelowActions,
    busy: ("Initialising again…", COMMITTING),
};

/// The preview of initialising again, and its confirmation.
#[component]
pub fn Initialise(state: State, close: Callback<()>) -> impl IntoView {
    let confirmation = Confirmation::new(state, "confirm-initialise");
    let record = state.record.get_untracked();
    let decided = |spec| with_info(&spec, Overwrites::default(), false);
    let decided = record.map(|record| decided(record.spec()));
    let overwrites = RwSignal::new(decided.unwrap_or_default());
    follow_branch(confirmation);
    // What was read stays in sight while the branch is read again, and can be confirmed: if it is no longer so, nothing is written.
    let read = Memo::new(move |before: Option<&Option<LoadedBranch>>| {
        let now = state.branch.get();
        now.or_else(|| before.cloned().flatten())
    });
    let preview = Memo::new(move |_| {
        let read = read.get()?;
        let (spec, snapshot) = (read.asked.clone(), Some(&read.snapshot));
        let preview = Preview::new(spec, snapshot, overwrites.get());
        Some(preview.beginning(read.answer.base.as_ref()))
    });
    let is_drawn = Memo::new(move |_| preview.with(Option::is_some));
    let chosen = confirmation.chosen_mode;
    let mode = Memo::new(move |_| match (read.get(), preview.get()) {
        (Some(read), Some(preview)) => gate::mode(&preview, &read.answer, chosen.get()),
        _ => (chosen.get(), None),
    });
    let reason = Memo::new(move |_| {
        let preview = preview.get()?;
        let branch_state = match read.get() {
            _ if state.branch_failure.with(Option::is_some) => BranchState::Failed,
            Some(read) => BranchState::Loaded(read),
            None => BranchState::Loading,
        };
        gate::disabled_reason(Some(&preview), state.app.signed_in(), &branch_state)
    });
    let action = Memo::new(move |_| {
        let is_waiting = confirmation.waiting.with(Option::is_some);
        Some(preview.get().map_or_else(
            || "Commit the layout".to_owned(),
            |preview| wording::initialise_action(&preview, mode.get().0, is_waiting),
        ))
    });
    let confirm = Callback::new(move |()| {
        let Some(before) = preview.get_untracked() else {
            return;
        };
        let Some(body) = before.approved(mode.get_untracked().0) else {
            return;
        };
        confirmation.send(write(confirmation, body), move |ended| match ended {
            Ok(found) => {
                close.try_run(());
                state.record_written(found);
            }
            Err(failure) => compare_again(confirmation, &failure, &before, preview),
        });
    });
    let choice = ModeChoice {
        name: "initialise-mode",
        mode,
        is_shown: is_drawn,
    };
    let plan = view! {
        <div class="preview-pane" class:hidden=move || !is_drawn.get()>
            <PreviewPane preview=preview overwrites=overwrites locked=confirmation.busy contents=state.contents/>
        </div>
    };
    let retry = Signal::derive(move || {
        let asks = |failure: &Option<Failure>| {
            let code = failure.as_ref().map(Failure::code);
            code.is_some_and(reads_again)
        };
        let again = Callback::new(move |()| {
            confirmation.clear();
            state.forget_branch();
            keep_focus("initialise-heading");
        });
        confirmation.failure.with(asks).then_some(again)
    });
    view! {
        <ConfirmPanel confirmation=confirmation title=TITLE retry=retry action=action is_ready=is_drawn reason=reason confirm=confirm cancel=close mode=choice plan=plan.into_any()>
            <Reading state=state/>
            <NotBroughtBack state=state planned=Signal::stored(Vec::new())/>
        </ConfirmPanel>
    }
}

/// How far reading the branch is, and what is worth knowing of a branch that does not exist yet.
#[component]
fn Reading(state: State) -> impl IntoView {
    let again = Callback::new(move |()| {
        state.read_again();
        keep_focus("initialise-heading");
    });
    let beginning = Memo::new(move |_| {
        state.branch.with(|read| {
            let answer = &read.as_ref()?.answer;
            match &answer.base {
                Some(base) => {
                    let text = gate::beginning_anew(&answer.branch, base);
                    Some((text, answer.head_commit.clone()))
                }
                None => Some((gate::beginning(answer)?, None)),
            }
        })
    });
    let commit = Memo::new(move |_| {
        state.branch.with(|read| {
            let answer = &read.as_ref()?.answer;
            answer.head.and(answer.head_commit.clone())
        })
    });
    view! {
        {move || commit.get().map(|commit| view! { <p class="small muted">"Compared with the branch at " <CommitLine commit=commit/></p> })}
        {move || state.is_loading.get().then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Reading the branch…"</p> })}
        {move || state.branch_failure.get().map(|found| view! { <FailureNotice failure=found retry=again/> })}
        {move || beginning.get().map(|(text, from)| view! { <Beginning text=text from=from/> })}
    }
}

/// Reads the branch whenever it is not known, and says so where somebody else was the reason.
fn follow_branch(confirmation: Confirmation) {
    let Confirmation { state, busy, .. } = confirmation;
    Effect::new(move || {
        let is_wanted =
            state.branch.with(Option::is_none) && state.branch_failure.with(Option::is_none);
        if is_wanted && !busy.get() {
            untrack(|| state.read_branch());
        }
    });
    Effect::new(move |before: Option<Option<Basis>>| {
        let now = state.basis.get();
        let is_changed = before.is_some_and(|before| before.is_some() && before != now);
        if is_changed && !busy.get_untracked() {
            let said = wording::ELSEWHERE.to_owned();
            confirmation.change_notice.set(Some(said));
        }
        now
    });
}

fn write(confirmation: Confirmation, body: ApprovedChange) -> Write {
    let id = confirmation.state.id.get_value();
    let waited = confirmation.waiting.get_untracked();
    Box::pin(async move {
        let answer = api::initialise(&id, &body).await?;
        Ok(answer.map(|found| {
            let record = &found.record;
            let verdict = shared::status::Verdict::of(record).word();
            let done = format!("{}: {verdict}", record.name);
            let said = wording::write_end(&found, waited.as_deref(), done);
            (found, said)
        }))
    })
}

/// Where a refusal brings what the branch holds now, compares with that at once and says what changed.
fn compare_again(
    confirmation: Confirmation,
    failure: &Failure,
    before: &Preview,
    preview: Memo<Option<Preview>>,
) {
    if *failure.code() == Code::BranchMissing {
        confirmation.state.forget_branch();
    }
    let Some(answer) = failure.problem().and_then(Refusal::snapshot) else {
        return;
    };
    let Ok(snapshot) = api::verified(&answer) else {
        return;
    };
    let read = LoadedBranch::new(before.spec.clone(), answer, snapshot);
    confirmation.state.branch.try_set(Some(read));
    if let Some(after) = preview.try_get_untracked().flatten() {
        let said = wording::what_changed(before, &after);
        confirmation.change_notice.try_set(Some(said));
    }
}
