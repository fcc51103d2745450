//! A write that is confirmed on this page: whether it is under way, and what came of it. One that did not happen is said
//! where it was asked for, and nothing that was chosen goes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FabricAnswer, WriteMode};
use shared::problem::{Code, Explanation};
use shared::record::OperationOutcome;

use super::state::{State, keep_focus};
use crate::api::Answered;
use crate::lazy::BoxFuture;
use model::failure::{Failure, other_way};

/// The answer to a write, and what is said of it in passing.
pub type Write = BoxFuture<Result<Answered<(FabricAnswer, String)>, Failure>>;

/// Why a write did not happen, as the record keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Unwritten {
    pub failure: Explanation,
    /// What its request is called in the Worker's log.
    pub request: String,
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
}

/// A write from its confirmation to what came of it.
#[derive(Clone, Copy)]
pub struct Confirmation {
    pub state: State,
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    /// Why it was refused, or why there is nothing to confirm.
    pub failure: RwSignal<Option<Failure>>,
    /// What changed while the person looked.
    pub change_notice: RwSignal<Option<String>>,
    /// The mode that the person chose.
    pub chosen_mode: RwSignal<WriteMode>,
    /// The pull request that waits already.
    pub waiting: Memo<Option<String>>,
    /// Why it was answered and did not happen.
    pub unwritten: RwSignal<Option<Unwritten>>,
    focus: &'static str,
    /// Whether nothing is written to git.
    only_record: Signal<bool>,
}

impl Confirmation {
    /// Nothing was confirmed yet. Where a write does not happen, the element `focus` takes the focus.
    pub fn new(state: State, focus: &'static str) -> Self {
        // What the last write was refused for stands on the page.
        let refused = state.record.with_untracked(|record| {
            let failure = record.as_ref()?.directory_init_error.as_ref()?;
            other_way(&failure.code, WriteMode::Commit)
        });
        let waiting = move || {
            state
                .record
                .with(|record| record.as_ref()?.pull_request_url.clone())
        };
        Self {
            state,
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            change_notice: RwSignal::new(None),
            chosen_mode: RwSignal::new(refused.unwrap_or_default()),
            waiting: Memo::new(move |_| waiting()),
            unwritten: RwSignal::new(None),
            focus,
            only_record: Signal::stored(false),
        }
    }

    /// The same for what changes only the record, whenever `is_so`.
    pub fn only_record(self, is_so: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            only_record: Signal::derive(is_so),
            ..self
        }
    }

    /// Why this person cannot confirm it, if that is so.
    pub fn not_allowed(self) -> Option<String> {
        match self.only_record.get() {
            true => self.state.record_refused(),
            false => self.state.refused(),
        }
    }

    /// Tells whether nothing can be asked for or confirmed now, whatever it is.
    pub fn is_off(self) -> bool {
        let app = self.state.app;
        self.busy.get() || !app.signed_in() || !app.online.get() || self.not_allowed().is_some()
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

    /// Sends a write and says what came of it. Where it is done, waits in a pull request or was refused, `then` follows;
    /// where it was answered and did not happen, all is said.
    pub fn send(self, write: Write, then: impl FnOnce(Result<FabricAnswer, Failure>) + 'static) {
        self.begin();
        spawn_local(async move {
            match write.await {
                Ok(Answered {
                    body: (found, said),
                    request_id,
                }) => {
                    self.state.app.toast(said);
                    let unwritten = Unwritten::of(&found, request_id);
                    self.ended();
                    match unwritten {
                        None => then(Ok(found)),
                        Some(why) => self.not_written(found, why),
                    }
                }
                Err(failure) => {
                    self.refused(failure.clone());
                    then(Err(failure));
                }
            }
        });
    }

    /// The write was refused: nothing is known to have happened.
    pub fn refused(self, failure: Failure) {
        self.state.app.on_auth_failure(&failure);
        self.turn(failure.code());
        self.failure.try_set(Some(failure));
        self.ended();
    }

    fn not_written(self, found: FabricAnswer, why: Unwritten) {
        self.turn(&why.failure.code);
        self.unwritten.try_set(Some(why));
        self.state.accept(found);
    }

    /// Lets the button do it the other way, where that gets round a refusal.
    fn turn(self, code: &Code) {
        let tried = self.chosen_mode.try_get_untracked();
        if let Some(mode) = tried.and_then(|tried| other_way(code, tried)) {
            self.chosen_mode.try_set(mode);
        }
    }

    fn ended(self) {
        self.busy.try_set(false);
        keep_focus(self.focus);
    }

    /// Makes the failure go away.
    pub fn dismiss(self) -> Callback<()> {
        Callback::new(move |()| {
            self.failure.set(None);
            keep_focus(self.focus);
        })
    }
}
