//! The panel in which a write is confirmed: what is chosen, why the last one did not happen, the exact plan, and the button.

use leptos::prelude::*;
use shared::api::WriteMode;
use shared::git::CommitFacts;
use shared::problem::Code;

use super::confirm::{Confirmation, Unwritten};
use crate::components::busy_indicator::BusyIndicator;
use crate::components::commit_line::CommitLine;
use crate::components::notice::{FailureNotice, Instead, Notice, WriteFailure};
use crate::components::prose::Prose;
use crate::components::write_mode_choice::WriteModeChoice;
use crate::shown::{self, Shown};
use model::failure::Failure;
use model::routes;
use model::wording::Tone;

/// What is said while a commit is made.
pub const COMMITTING: &str = "Hedgerow plans it again, GitHub makes the commit, and its tree is compared with what you approved. \
                              Closing this page does not stop it.";

/// Where a panel stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Below the buttons of the actions.
    BelowActions,
    /// On its own.
    Card,
    /// On its own, and what it does cannot be undone.
    DangerCard,
}

/// What a panel is called. Its parts have ids that follow from `id`: `<id>-heading`, `<id>-reason` and `confirm-<id>`.
#[derive(Clone, Copy)]
pub struct Title {
    pub id: &'static str,
    pub heading: &'static str,
    pub place: Place,
    /// What is under way once it is confirmed, and what is worth knowing in the meantime.
    pub busy: (&'static str, &'static str),
}

/// How the change reaches the branch, where a person can choose.
#[derive(Clone, Copy)]
pub struct ModeChoice {
    /// The group of the radio buttons.
    pub name: &'static str,
    /// The mode in force, and why it must be that one, if it must.
    pub mode: Memo<(WriteMode, Option<String>)>,
    /// Whether there is something to choose for.
    pub is_shown: Memo<bool>,
}

/// A write from its choices to its confirmation.
#[component]
pub fn ConfirmPanel(
    confirmation: Confirmation,
    title: Title,
    /// What the button does; without it there are no buttons.
    #[prop(into)]
    action: Signal<Option<String>>,
    /// Whether there is something to confirm, as it is shown. While it is compared with the branch again, that can be confirmed,
    /// too: what is no longer so is refused.
    #[prop(default = Signal::stored(true), into)]
    is_ready: Signal<bool>,
    /// Why it cannot be confirmed, where the person can clear that.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    confirm: Callback<()>,
    #[prop(optional)] cancel: Option<Callback<()>>,
    /// What to do to try again, where that makes sense.
    #[prop(optional, into)]
    retry: Signal<Option<Callback<()>>>,
    #[prop(optional)] mode: Option<ModeChoice>,
    /// Takes what a refusal offers instead.
    #[prop(optional)]
    choose: Option<Callback<String>>,
    /// What gets round a refusal.
    #[prop(optional, into)]
    instead: Signal<Option<Instead>>,
    /// What would be done.
    plan: AnyView,
    /// What is chosen, above what would be done.
    children: Children,
) -> impl IntoView {
    let busy = confirmation.busy;
    let reason = Memo::new(move |_| match busy.get() {
        true => None,
        false => confirmation.not_allowed().or_else(|| reason.get()),
    });
    let is_disabled = Memo::new(move |_| {
        confirmation.is_off() || !is_ready.get() || reason.with(Option::is_some)
    });
    let press = move |_| {
        if is_disabled.get_untracked() {
            return;
        }
        match shown::check() {
            Ok(()) => confirm.run(()),
            Err(failure) => confirmation.failure.set(Some(failure)),
        }
    };
    let (class, button) = match title.place {
        Place::BelowActions => ("confirm-panel", "button button-primary"),
        Place::Card => ("card", "button button-primary"),
        Place::DangerCard => ("card card-danger", "button button-danger"),
    };
    let label = Signal::derive(move || action.get().unwrap_or_default());
    let has_action = Memo::new(move |_| action.with(Option::is_some));
    view! {
        <section class=class aria-labelledby=format!("{}-heading", title.id) aria-busy=move || busy.get().to_string()>
            <Heading title=title/>
            {children()}
            <ConfirmNotices confirmation=confirmation retry=retry choose=choose instead=instead/>
            {plan}
            {mode.map(|choice| view! { <ModeRow confirmation=confirmation choice=choice/> })}
            <BusyIndicator busy=busy words=title.busy.0 hint=title.busy.1/>
            {move || has_action.get().then(|| view! {
                <div class="row">
                    <button type="button" id=format!("confirm-{}", title.id) class=button aria-describedby=format!("{}-reason", title.id)
                        aria-disabled=move || is_disabled.get().to_string() on:click=press><Shown text=label/></button>
                    {cancel.map(|cancel| view! {
                        <button type="button" class="button" disabled=busy on:click=move |_| cancel.run(())>"Cancel"</button>
                    })}
                </div>
            })}
            <p class="hint disabled-reason" id=format!("{}-reason", title.id) class:hidden=move || reason.with(Option::is_none)>
                {move || reason.get().map(|reason| view! { <Prose text=reason/> })}
            </p>
        </section>
    }
}

/// The heading, of the level that its place asks for; it can take the focus.
#[component]
fn Heading(title: Title) -> impl IntoView {
    let id = format!("{}-heading", title.id);
    match title.place {
        Place::BelowActions => view! { <h3 id=id tabindex="-1">{title.heading}</h3> }.into_any(),
        _ => view! { <h2 id=id tabindex="-1">{title.heading}</h2> }.into_any(),
    }
}

/// Direct commit or pull request, why it must be the latter, and that one waits already.
#[component]
fn ModeRow(confirmation: Confirmation, choice: ModeChoice) -> impl IntoView {
    let ModeChoice {
        name,
        mode,
        is_shown,
    } = choice;
    let Confirmation {
        busy,
        chosen_mode,
        waiting,
        state,
        ..
    } = confirmation;
    let app = state.app;
    let is_proposed = move || mode.with(|(mode, _)| *mode == WriteMode::PullRequest);
    move || {
        is_shown.get().then(|| view! {
            <div class="row">
                <WriteModeChoice name=name write_mode=mode chosen=chosen_mode locked=busy/>
                <p class="hint">{move || mode.get().1.map(|reason| view! { <Prose text=reason/> })}</p>
            </div>
            {move || waiting.get().filter(|_| is_proposed()).map(|url| view! {
                <p class="hint"><a href=app.link(Some(url))>"The open pull request"</a>" is updated: its branch gets one more commit. No second one is opened."</p>
            })}
        })
    }
}

/// What changed in the meantime, and why the last write did not happen.
#[component]
fn ConfirmNotices(
    confirmation: Confirmation,
    retry: Signal<Option<Callback<()>>>,
    choose: Option<Callback<String>>,
    instead: Signal<Option<Instead>>,
) -> impl IntoView {
    let Confirmation {
        failure,
        change_notice,
        unwritten,
        ..
    } = confirmation;
    say_once(confirmation);
    // Whose commit changed what was approved.
    let now_at = Memo::new(move |_| {
        let refusal = failure.with(|failure| failure.as_ref()?.problem().cloned())?;
        let read = refusal.snapshot()?;
        read.head_commit.filter(|_| read.head.is_some())
    });
    let dismiss = confirmation.dismiss();
    let page = routes::fabric(&confirmation.state.id.get_value());
    view! {
        {move || change_notice.get().map(|what| view! { <div role="status"><Notice tone=Tone::Attention>{what}</Notice></div> })}
        {move || failure.get().map(|failure| match retry.get() {
            Some(retry) => view! { <FailureNotice failure=failure retry=retry choose=choose instead=instead.get()/> }.into_any(),
            None => view! { <FailureNotice failure=failure dismiss=dismiss choose=choose instead=instead.get()/> }.into_any(),
        })}
        {move || now_at.get().map(|commit| view! { <p class="small muted">"The branch is now at " <CommitLine commit=commit/></p> })}
        {move || unwritten.get().map(|Unwritten { failure, request }| view! {
            <div role="alert"><WriteFailure failure=failure page=page.clone() request=request/></div>
        })}
    }
}

/// What is worth knowing of how a commit begins; with the commit that a new branch would begin from.
#[component]
pub fn Beginning(text: String, from: Option<CommitFacts>) -> impl IntoView {
    view! {
        <Notice tone=Tone::Attention>
            <p><Prose text=text/></p>
            {from.map(|commit| view! { <p>"The commit that it would begin from: " <CommitLine commit=commit/></p> })}
        </Notice>
    }
}

/// While the panel says why a write did not happen, the state's card is silent about it.
fn say_once(confirmation: Confirmation) {
    let Confirmation {
        state,
        failure,
        unwritten,
        ..
    } = confirmation;
    Effect::new(move |before: Option<bool>| {
        let unwritten = unwritten.with(|found| found.as_ref().map(|found| found.failure.clone()));
        if unwritten
            .as_ref()
            .is_some_and(|shown| shown.code == Code::GithubUnauthorized)
        {
            state.app.mark_signed_out();
        }
        let refused = || failure.with(|failure| failure.as_ref().map(Failure::detail));
        let shown = unwritten.map(|shown| shown.message).or_else(refused);
        let is_shown = shown.is_some();
        if is_shown || before == Some(true) {
            state.shown_elsewhere.set(shown);
        }
        is_shown
    });
    on_cleanup(move || {
        state.shown_elsewhere.try_set(None);
    });
}
