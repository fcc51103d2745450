//! Initialising again: what would be committed, and its confirmation.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::WriteMode;
use shared::plan::Overwrites;
use shared::quote::url::is_web;

use super::confirm::{ConfirmNotices, Confirmation, Ended};
use super::state::{Basis, State, keep_focus};
use crate::api;
use crate::components::busy_indicator::BusyIndicator;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::preview_pane::PreviewPane;
use crate::components::prose::Prose;
use crate::components::write_mode_choice::WriteModeChoice;
use crate::model::branch_state::{BranchState, LoadedBranch};
use crate::model::failure::Refusal;
use crate::model::gate;
use crate::model::preview::Preview;
use crate::model::wording::{self, Tone};

/// The preview of initialising again, and its confirmation.
#[component]
pub fn Initialise(state: State, close: Callback<()>) -> impl IntoView {
    let app = state.app;
    let confirmation = Confirmation::new(state, "confirm-initialise");
    let (busy, chosen) = (confirmation.busy, confirmation.chosen_mode);
    let changed = confirmation.change_notice;
    let overwrites = RwSignal::new(Overwrites::default());
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
            changed.set(Some(wording::ELSEWHERE.to_owned()));
        }
        now
    });
    // A file that is looked at stays open while the branch is read again.
    let preview = Memo::new(
        move |before: Option<&Option<Preview>>| match state.branch.get() {
            Some(read) => Some(Preview::new(
                read.asked.clone(),
                Some(&read.snapshot),
                overwrites.get(),
            )),
            None => before.cloned().flatten(),
        },
    );
    let disabled_reason = Memo::new(move |_| {
        let branch_state = match (
            state.branch.get(),
            state.branch_failure.with(Option::is_some),
        ) {
            (Some(read), _) => BranchState::Loaded(read),
            (None, true) => BranchState::Failed,
            (None, false) => BranchState::Loading,
        };
        preview
            .with(|preview| gate::disabled_reason(preview.as_ref(), app.signed_in(), &branch_state))
    });
    let write_mode = Memo::new(move |_| match (state.branch.get(), preview.get()) {
        (Some(read), Some(preview)) => gate::mode(&preview, &read.answer, chosen.get()),
        _ => (chosen.get(), None),
    });
    let waiting = Memo::new(move |_| {
        state
            .record
            .with(|record| record.as_ref()?.pull_request_url.clone())
    });
    let confirm = move |_| {
        if busy.get_untracked() || disabled_reason.with_untracked(Option::is_some) {
            return;
        }
        let (mode, _) = write_mode.get_untracked();
        let Some(before) = preview.get_untracked() else {
            return;
        };
        let Some(body) = before.approved(mode) else {
            return;
        };
        let waited = waiting.get_untracked();
        confirmation.begin();
        spawn_local(async move {
            let answer = api::initialise(&state.id.get_value(), &body).await;
            let ended = confirmation.end(answer, |found| {
                let record = &found.record;
                let verdict = shared::status::Verdict::of(record).word();
                let done = format!("{}: {verdict}", record.name);
                wording::write_end(found, waited.as_deref(), done)
            });
            match ended {
                Ended::Unwritten => {}
                Ended::Written(found) => {
                    close.try_run(());
                    state.record_written(*found);
                }
                Ended::Refused(found) => {
                    let fresh = found.problem().and_then(Refusal::snapshot);
                    if let Some((Ok(snapshot), answer)) =
                        fresh.map(|answer| (api::verified(&answer), answer))
                    {
                        state.branch.try_set(Some(LoadedBranch::new(
                            before.spec.clone(),
                            answer,
                            snapshot,
                        )));
                        if let Some(after) = preview.try_get_untracked().flatten() {
                            changed.try_set(Some(wording::what_changed(&before, &after)));
                        }
                    }
                    confirmation.failure.try_set(Some(found));
                }
            }
        });
    };
    let is_proposed = move || write_mode.with(|(mode, _)| *mode == WriteMode::PullRequest);
    let beginning = Memo::new(move |_| {
        state
            .branch
            .with(|read| gate::beginning(&read.as_ref()?.answer))
    });
    view! {
        <div class="confirm-panel" aria-busy=move || busy.get().to_string()>
            <h3>"What would be committed"</h3>
            {move || state.is_loading.get().then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Reading the branch…"</p> })}
            {move || state.branch_failure.get().map(|found| view! {
                <FailureNotice failure=found retry=Callback::new(move |()| { state.forget_branch(); keep_focus("cancel-initialise") })/>
            })}
            {move || beginning.get().map(|text| view! { <Notice tone=Tone::Attention><p><Prose text=text/></p></Notice> })}
            <ConfirmNotices confirmation=confirmation/>
            <div class="preview-pane" class:hidden=move || preview.with(Option::is_none)>
                <PreviewPane preview=preview overwrites=overwrites locked=busy contents=state.contents/>
                <div class="row">
                    <WriteModeChoice name="initialise-mode" write_mode=write_mode chosen=chosen locked=busy/>
                    <p class="hint">{move || write_mode.get().1}</p>
                </div>
                {move || waiting.get().filter(|_| is_proposed()).map(|url| view! { <Waiting url=url/> })}
            </div>
            <BusyIndicator busy=busy words="Initialising again…" hint="Hedgerow plans it again, GitHub makes the commit, and its tree is compared with what you approved. Closing this page does not stop it."/>
            <div class="row">
                <button type="button" id="confirm-initialise" class="button button-primary" on:click=confirm aria-describedby="confirm-reason"
                    class:hidden=move || preview.with(Option::is_none)
                    aria-disabled=move || (busy.get() || disabled_reason.with(Option::is_some)).to_string()>
                    {move || {
                        let (mode, _) = write_mode.get();
                        preview.with(|preview| preview.as_ref().map(|preview| wording::initialise_action(preview, mode, waiting.with(Option::is_some))))
                    }}
                </button>
                <button type="button" id="cancel-initialise" class="button" disabled=busy on:click=move |_| close.run(())>"Cancel"</button>
            </div>
            <p class="hint disabled-reason" id="confirm-reason">{disabled_reason}</p>
        </div>
    }
}

/// Says beforehand that there is a pull request already, which takes the change.
#[component]
pub fn Waiting(
    /// Where to see it.
    url: String,
) -> impl IntoView {
    view! {
        <p class="hint"><a href=is_web(&url).then_some(url)>"The open pull request"</a>" is updated: its branch gets one more commit. No second one is opened."</p>
    }
}
