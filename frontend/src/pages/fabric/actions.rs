//! What can be done about a fabric: validate it, repair it, or initialise it again; each shows first what it would do.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::PullRequestNotice;
use shared::quote::url::is_web;
use shared::record::FabricRecord;
use shared::report::Report;
use shared::status::{Action, missing_branch};

use super::lazy::FabricLazy;
use super::state::{Act, Basis, State, keep_focus};
use crate::browser;
use crate::components::busy_indicator::BusyIndicator;
use crate::components::lazy_view::LazyView;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::sign_in::SignIn;
use crate::lazy::Lazy;
use model::failure::Failure;
use model::wording;

/// What is open below the buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OpenPanel {
    Nothing,
    Initialise,
    Repair,
}

#[component]
pub fn Actions(state: State) -> impl IntoView {
    let app = state.app;
    let lazy = Lazy::<FabricLazy>::get();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let report = RwSignal::new(None::<Report>);
    let notice = RwSignal::new(None::<PullRequestNotice>);
    let open = RwSignal::new(OpenPanel::Nothing);
    let validate = move || {
        if busy.get_untracked() || !untrack(|| app.signed_in()) {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = lazy
                .call(|lazy| (lazy.validate)(state.id.get_value()))
                .await;
            busy.try_set(false);
            match answer {
                Ok(found) => {
                    state.shown_elsewhere.try_set(None);
                    app.announce(if found.report.valid {
                        "Valid"
                    } else {
                        "Not valid"
                    });
                    notice.try_set(found.pull_request);
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
    };
    on_cleanup(move || {
        state.shown_elsewhere.try_set(None);
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
    // What is open stays as it is when it is asked for again.
    let begin = move |what: OpenPanel| {
        if open.get_untracked() == what {
            return;
        }
        if what == OpenPanel::Initialise {
            state.read_again();
        }
        open.set(what);
    };
    let initialise = move || begin(OpenPanel::Initialise);
    // Closing it leads back to where it was opened, or to the heading if that button is gone.
    let close_panel = Callback::new(move |()| {
        let opener = match open.get_untracked() {
            OpenPanel::Repair => "open-repair",
            _ => "open-initialise",
        };
        open.set(OpenPanel::Nothing);
        let back = move || {
            browser::focus(opener);
            browser::focus_if_lost("actions-heading");
        };
        set_timeout(back, std::time::Duration::ZERO);
    });
    let is_panel_closed = Memo::new(move |_| open.get() == OpenPanel::Nothing);
    let is_off = Signal::derive(move || busy.get() || !app.signed_in() || !app.online.get());
    let off = move || is_off.get().to_string();
    let refused = Memo::new(move |_| state.refused());
    let cannot_write = Signal::derive(move || is_off.get() || refused.with(Option::is_some));
    let write_off = move || cannot_write.get().to_string();
    // A button that is off keeps the focus, so it is not `disabled`, but does nothing.
    let press = move |off: Signal<bool>, act: &dyn Fn()| {
        if !off.get_untracked() {
            act();
        }
    };
    // One thing is the first to do; a validation lists what is to be reviewed. In an open panel it is the panel's own button.
    let is_next = move |actions: &'static [Action]| {
        move || is_panel_closed.get() && actions.iter().any(|action| state.is_next(*action))
    };
    // Where the branch is gone, the state above leads on.
    let is_gone = Memo::new(move |_| {
        let gone = |record: &FabricRecord| missing_branch(record).is_some();
        state
            .record
            .with(|record| record.as_ref().is_some_and(gone))
    });
    let is_damaged = Memo::new(move |_| {
        let of_report = report.with(|report| {
            report
                .as_ref()
                .is_some_and(|report| !report.findings.is_empty())
        });
        let drift = state.record.with(|record| {
            record.as_ref().map_or(0, |record| {
                record.drift.missing + record.drift.modified + record.drift.unexpected
            })
        });
        of_report || drift > 0 || state.is_next(Action::Repair)
    });
    Effect::new(move || {
        let act = state.asked.get().filter(|act| *act != Act::Follow);
        let Some(act) = act else { return };
        state.asked.set(None);
        untrack(|| match act {
            Act::Validate => press(is_off, &validate),
            Act::Initialise => press(cannot_write, &initialise),
            Act::Repair if is_damaged.get() => press(cannot_write, &|| begin(OpenPanel::Repair)),
            Act::Repair => app.toast("Nothing known needs repair"),
            Act::Follow => {}
        });
    });
    view! {
        <section class="card fabric-actions" aria-labelledby="actions-heading">
            <h2 id="actions-heading" tabindex="-1">"Actions"</h2>
            <div class="row">
                <button type="button" id="validate" class="button" class:button-primary=move || !is_gone.get() && is_next(&[Action::Check, Action::Review])() aria-disabled=off aria-busy=move || busy.get().to_string() aria-describedby="actions-reason"
                    on:click=move |_| press(is_off, &validate)>"Validate"</button>
                <button type="button" id="open-repair" class="button" class:button-primary=is_next(&[Action::Repair]) aria-disabled=write_off aria-describedby="actions-reason" class:hidden=move || !is_damaged.get()
                    on:click=move |_| press(cannot_write, &|| begin(OpenPanel::Repair))>"Repair…"</button>
                <button type="button" id="open-initialise" class="button" class:button-primary=is_next(&[Action::Initialise]) aria-disabled=write_off aria-describedby="actions-reason"
                    on:click=move |_| press(cannot_write, &initialise)>"Initialise again…"</button>
            </div>
            <p class="hint" id="actions-reason">
                {move || match refused.get() {
                    _ if !app.signed_in() => "Sign in to validate, to repair or to initialise again.".to_owned(),
                    Some(why) => format!("Validating only reads. {why}"),
                    None => "Validating only reads. Repairing and initialising show the exact commit first.".to_owned(),
                }}
            </p>
            <BusyIndicator busy=busy words="Validating…"/>
            {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=dismiss/> })}
            {move || report.get().map(|found| view! {
                <LazyView lazy=lazy view=Box::new(move |lazy| (lazy.report)(found.clone()))/>
            })}
            {move || notice.get().map(|notice| {
                let (tone, text) = wording::pull_request_end(notice.state);
                view! { <Notice tone=tone><p>{text}" "<a href=is_web(&notice.url).then_some(notice.url)>"See the pull request"</a></p></Notice> }
            })}
            {move || {
                let panel = move |lazy: &FabricLazy| match open.get() {
                    OpenPanel::Nothing => ().into_any(),
                    OpenPanel::Initialise => (lazy.initialise)(state, close_panel),
                    OpenPanel::Repair => (lazy.repair)(state, close_panel),
                };
                (!is_panel_closed.get()).then(|| view! { <LazyView lazy=lazy view=Box::new(panel)/> })
            }}
        </section>
        {move || app.signed_out().then(|| view! { <SignIn/> })}
    }
}
