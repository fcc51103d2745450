//! Work on many rows, a few at a time, as the page of these rows shows it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::context::AppContext;
use model::bulk::{Stage, Stages, Tally, tally};
use model::failure::Failure;

/// How many rows are worked on at once.
const AT_ONCE: usize = 3;

/// The rows that are worked on.
#[derive(Clone, Copy)]
pub struct Batch {
    /// Where each row is, by its key.
    pub stages: RwSignal<Stages>,
    /// Whether work is under way.
    pub busy: RwSignal<bool>,
    /// Why the work was stopped, where it was not the person who did.
    pub halted: RwSignal<Option<Failure>>,
    /// How many rows there are, where there may be more than are worked on.
    pub total: RwSignal<usize>,
    stopping: RwSignal<bool>,
    app: AppContext,
}

impl Batch {
    pub fn new(app: AppContext) -> Self {
        let batch = Self {
            stages: RwSignal::new(Stages::new()),
            busy: RwSignal::new(false),
            halted: RwSignal::new(None),
            total: RwSignal::new(0),
            stopping: RwSignal::new(false),
            app,
        };
        on_cleanup(move || batch.left());
        batch
    }

    /// Says what was done when the page is left in the middle.
    fn left(self) {
        if self.busy.try_get_untracked() == Some(true)
            && let Some(tally) = self.stages.try_with_untracked(tally)
        {
            self.app.toast(format!(
                "You left before it was finished: {}",
                tally.words()
            ));
        }
    }

    /// How far the work is.
    pub fn tally(self) -> Tally {
        let tally = self.stages.with(tally);
        tally.out_of(self.total.get())
    }

    /// Where a row is, if it is one of them.
    pub fn stage(self, key: String) -> Memo<Option<Stage>> {
        Memo::new(move |_| self.stages.with(|stages| stages.get(&key).cloned()))
    }

    /// Says where a row is now.
    pub fn set(self, key: &str, stage: Stage) {
        self.stages.update(|stages| {
            stages.insert(key.to_owned(), stage);
        });
    }

    /// Ends the work after the rows that are under way, because the others would fail in the same way.
    pub fn halt(self, failure: Failure) {
        self.stop();
        self.halted.try_set(Some(failure));
    }

    /// Begins no other row; those under way go on.
    pub fn stop(self) {
        self.stopping.try_set(true);
    }

    /// Tells whether no further row begins: the work was stopped, or its page was left.
    pub fn is_ending(self) -> bool {
        self.stopping.try_get_untracked() != Some(false)
    }

    /// Tells whether the page is still there.
    pub fn is_here(self) -> bool {
        !self.stages.is_disposed()
    }

    /// Does `each` for every row and its key, in their order, until the person stops it or leaves the page; what was begun
    /// goes on. It belongs to no part of the page, so it goes on as well when the part that began it is redrawn.
    pub fn run<T, F>(self, rows: Vec<(String, T)>, each: impl Fn(String, T) -> F + Copy + 'static)
    where
        T: 'static,
        F: Future<Output = Stage> + 'static,
    {
        self.busy.set(true);
        self.stopping.set(false);
        self.halted.set(None);
        let queue: Vec<(String, T)> = rows.into_iter().rev().collect();
        let queue = Rc::new(RefCell::new(queue));
        let left = Rc::new(Cell::new(AT_ONCE));
        for _ in 0..AT_ONCE {
            let (queue, left) = (Rc::clone(&queue), Rc::clone(&left));
            spawn_local(async move {
                loop {
                    let next = queue.borrow_mut().pop();
                    let Some((key, row)) = next else { break };
                    // A page that was left has nothing to ask.
                    let stage = match self.is_ending() {
                        false => each(key.clone(), row).await,
                        true => self.not_begun(&key),
                    };
                    self.set(&key, stage);
                }
                left.set(left.get() - 1);
                if left.get() == 0 {
                    self.ended();
                }
            });
        }
    }

    /// Where a row is whose turn did not come: what was compared can still be written.
    fn not_begun(self, key: &str) -> Stage {
        let before = self
            .stages
            .try_with_untracked(|stages| stages.get(key).cloned());
        before
            .flatten()
            .filter(Stage::is_ready)
            .unwrap_or_else(|| Stage::Blocked("stopped before its turn".to_owned()))
    }

    fn ended(self) {
        self.busy.try_set(false);
        if self.is_here() {
            self.app.announce(untrack(|| self.tally()).words());
        }
    }
}

/// Ends the work after the rows that are under way.
#[component]
pub fn Stop(batch: Batch) -> impl IntoView {
    let stopping = batch.stopping;
    view! {
        <button type="button" class="button button-small" aria-disabled=move || stopping.get().then_some("true") on:click=move |_| batch.stop()>
            {move || if stopping.get() { "Stopping after this one…" } else { "Stop" }}
        </button>
    }
}
