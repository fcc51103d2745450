//! Validating: the directory is read and judged, and what was found is listed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::PullRequestNotice;
use shared::report::Report;

use super::lazy::Run;
use super::state::{Basis, State, keep_focus};
use crate::components::busy_indicator::BusyIndicator;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::report_view::ReportView;
use crate::{api, browser};
use model::failure::Failure;
use model::wording;

/// Validates whenever that is asked for, and says what came of it.
#[component]
pub fn Validation(state: State, run: Run) -> impl IntoView {
    let app = state.app;
    let failure = RwSignal::new(None::<Failure>);
    let report = RwSignal::new(None::<Report>);
    let notice = RwSignal::new(None::<PullRequestNotice>);
    run.follow(move || {
        failure.set(None);
        let id = state.id.get_value();
        spawn_local(async move {
            let answer = api::validate(&id).await;
            run.busy.try_set(false);
            match answer {
                Ok(found) => {
                    state.shown_elsewhere.try_set(None);
                    app.announce(if found.report.valid {
                        "Valid"
                    } else {
                        "Not valid"
                    });
                    notice.try_set(found.pull_request);
                    let validated = (found.report.head, browser::now());
                    state.validated.try_set(Some(validated));
                    report.try_set(Some(found.report));
                    state.load();
                }
                Err(found) => {
                    app.on_auth_failure(&found);
                    state.shown_elsewhere.try_set(Some(found.detail()));
                    failure.try_set(Some(found));
                }
            }
        });
    });
    Effect::new(move || {
        let has_any = |report: &Report| !report.findings.is_empty();
        let has_any = report.with(|report| report.as_ref().is_some_and(has_any));
        state.has_findings.set(has_any);
    });
    on_cleanup(move || {
        state.shown_elsewhere.try_set(None);
        state.has_findings.try_set(false);
    });
    let dismiss = Callback::new(move |()| {
        failure.set(None);
        state.shown_elsewhere.set(None);
        keep_focus("validate");
    });
    // What was found before a write, or before the branch was looked at again, says nothing of what is there now.
    Effect::new(move |before: Option<u32>| {
        let now = state.writes.get();
        if before.is_some_and(|before| before != now) {
            report.set(None);
            notice.set(None);
            failure.set(None);
        }
        now
    });
    Effect::new(move |before: Option<Option<Basis>>| {
        let now = state.basis.get();
        let is_changed = before.is_some_and(|before| before.is_some() && before != now);
        let head = now.as_ref().and_then(|(_, head, _)| *head);
        if is_changed
            && report
                .with_untracked(|report| report.as_ref().is_some_and(|report| report.head != head))
        {
            report.set(None);
        }
        now
    });
    view! {
        <BusyIndicator busy=run.busy words="Validating…"/>
        {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=dismiss/> })}
        {move || report.get().map(|found| view! { <ReportView report=found/> })}
        {move || notice.get().map(|notice| {
            let (tone, text) = wording::pull_request_end(notice.state);
            view! { <Notice tone=tone><p>{text}" "<a href=state.app.link(Some(notice.url))>"See the pull request"</a></p></Notice> }
        })}
    }
}
