//! A write that was answered and did not happen: it is told where it was asked for, and nothing that was chosen goes.

use leptos::prelude::*;
use shared::api::FabricAnswer;
use shared::record::{Failure, OperationOutcome};

use super::state::State;
use crate::components::notice::WriteFailure;
use crate::context::TOKEN_REFUSED;
use crate::model::routes;

/// The code of a branch that takes only pull requests.
const PROTECTED: &str = "branch_protected";

/// Why a write did not happen, as the record keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unwritten {
    failure: Failure,
    /// What its request is called in the Worker's log.
    request: String,
}

impl Unwritten {
    /// Takes from an answer that the write did not happen, or that nobody knows.
    pub fn of(found: &FabricAnswer, request: String) -> Option<Self> {
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
    pub fn wants_pull_request(&self) -> bool {
        self.failure.code == PROTECTED
    }
}

/// Says it, with the request and what is to be copied; while it stands here, the state's card is silent about it.
#[component]
pub fn NotWritten(state: State, found: RwSignal<Option<Unwritten>>) -> impl IntoView {
    Effect::new(move |before: Option<bool>| {
        let shown = found.with(|found| found.as_ref().map(|found| found.failure.clone()));
        let is_shown = shown.is_some();
        if shown
            .as_ref()
            .is_some_and(|shown| shown.code == TOKEN_REFUSED)
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
