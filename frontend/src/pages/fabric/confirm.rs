//! A write that is confirmed on this page: whether it is under way, and what came of it. One that did not happen is said
//! where it was asked for, and nothing that was chosen goes.

use leptos::prelude::*;
use shared::api::{FabricAnswer, WriteMode};
use shared::problem::{Code, Explanation};
use shared::record::OperationOutcome;

use super::state::{State, keep_focus};
use crate::api::Answered;
use crate::components::notice::{FailureNotice, Notice, WriteFailure};
use crate::model::failure::Failure;
use crate::model::routes;
use crate::model::wording::Tone;

/// Why a write did not happen, as the record keeps it.
#[derive(Clone, Debug, PartialEq)]
struct Unwritten {
    failure: Explanation,
    /// What its request is called in the Worker's log.
    request: String,
}

impl Unwritten {
    /// Takes from an answer that the write did not happen, or that its outcome is not known.
    fn of(found: &FabricAnswer, request: String) -> Option<Self> {
        let ended = found.operation.as_ref()?.outcome;
        let is_unwritten = matches!(
            ended,
            OperationOutcome::Failed | OperationOutcome::Unconfirmed | OperationOutcome::Refused
        );
        let failure = found.record.directory_init_error.clone();
        failure
            .filter(|_| is_unwritten)
            .map(|failure| Self { failure, request })
    }

    /// Tells whether a pull request would be taken instead.
    fn wants_pull_request(&self) -> bool {
        self.failure.code == Code::BranchProtected
    }
}

/// A write from its confirmation to what came of it.
#[derive(Clone, Copy)]
pub struct Confirmation {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    /// Why it was refused, or why there is nothing to confirm.
    pub failure: RwSignal<Option<Failure>>,
    /// What changed while the person looked.
    pub change_notice: RwSignal<Option<String>>,
    /// The mode that the person chose.
    pub chosen_mode: RwSignal<WriteMode>,
    unwritten: RwSignal<Option<Unwritten>>,
    state: State,
    focus: &'static str,
}

/// How a write ended.
pub enum Ended {
    /// It is done, or waits in a pull request.
    Written(Box<FabricAnswer>),
    /// It was answered and did not happen, which is said already.
    Unwritten,
    /// It was refused; the caller says so.
    Refused(Failure),
}

impl Confirmation {
    /// Nothing was confirmed yet. Where a write does not happen, the element `focus` takes the focus.
    pub fn new(state: State, focus: &'static str) -> Self {
        Self {
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            change_notice: RwSignal::new(None),
            chosen_mode: RwSignal::new(WriteMode::Commit),
            unwritten: RwSignal::new(None),
            state,
            focus,
        }
    }

    /// Forgets what was said of the last write.
    pub fn clear(self) {
        self.failure.set(None);
        self.unwritten.set(None);
        self.change_notice.set(None);
    }

    /// A write is sent.
    pub fn begin(self) {
        self.clear();
        self.busy.set(true);
    }

    /// The answer came. `words` say what was done.
    pub fn end(
        self,
        answer: Result<Answered<FabricAnswer>, Failure>,
        words: impl FnOnce(&FabricAnswer) -> String,
    ) -> Ended {
        let ended = match answer {
            Ok(Answered { body, request_id }) => {
                self.state.app.toast(words(&body));
                let Some(why) = Unwritten::of(&body, request_id) else {
                    return Ended::Written(Box::new(body));
                };
                if why.wants_pull_request() {
                    self.chosen_mode.try_set(WriteMode::PullRequest);
                }
                self.unwritten.try_set(Some(why));
                self.state.accept(body);
                Ended::Unwritten
            }
            Err(failure) => {
                self.state.app.on_auth_failure(&failure);
                Ended::Refused(failure)
            }
        };
        self.busy.try_set(false);
        keep_focus(self.focus);
        ended
    }

    /// Makes the failure go away.
    pub fn dismiss(self) -> Callback<()> {
        Callback::new(move |()| {
            self.failure.set(None);
            keep_focus(self.focus);
        })
    }
}

/// What changed in the meantime, and why the last write did not happen.
#[component]
pub fn ConfirmNotices(
    confirmation: Confirmation,
    /// What to do to try again, if that makes sense here.
    #[prop(optional)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let Confirmation {
        failure,
        change_notice,
        ..
    } = confirmation;
    let dismiss = confirmation.dismiss();
    view! {
        {move || change_notice.get().map(|what| view! { <div role="status"><Notice tone=Tone::Attention>{what}</Notice></div> })}
        {move || failure.get().map(|failure| match retry {
            Some(retry) => view! { <FailureNotice failure=failure retry=retry dismiss=dismiss/> }.into_any(),
            None => view! { <FailureNotice failure=failure dismiss=dismiss/> }.into_any(),
        })}
        <NotWritten state=confirmation.state found=confirmation.unwritten/>
    }
}

/// Says it, with the request and what is to be copied; while it stands here, the state's card is silent about it.
#[component]
fn NotWritten(state: State, found: RwSignal<Option<Unwritten>>) -> impl IntoView {
    Effect::new(move |before: Option<bool>| {
        let shown = found.with(|found| found.as_ref().map(|found| found.failure.clone()));
        let is_shown = shown.is_some();
        if shown
            .as_ref()
            .is_some_and(|shown| shown.code == Code::GithubUnauthorized)
        {
            state.app.mark_signed_out();
        }
        if is_shown || before == Some(true) {
            state.shown_elsewhere.set(shown.map(|shown| shown.message));
        }
        is_shown
    });
    on_cleanup(move || {
        state.shown_elsewhere.try_set(None);
    });
    let page = routes::fabric(&state.id.get_value());
    move || {
        found.get().map(|Unwritten { failure, request }| view! {
            <div role="alert"><WriteFailure failure=failure page=page.clone() request=request/></div>
        })
    }
}
