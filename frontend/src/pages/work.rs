//! Work on many rows, a few at a time, as the page of these rows shows it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::App;
use crate::model::bulk::{Stage, Stages, Tally, tally};

/// How many rows are worked on at once.
const AT_ONCE: usize = 3;

/// The rows that are worked on.
#[derive(Clone, Copy)]
pub struct Batch {
    /// Where each row is, by its key.
    pub stages: RwSignal<Stages>,
    /// Whether work is under way.
    pub busy: RwSignal<bool>,
    stopping: RwSignal<bool>,
    app: App,
}

impl Batch {
    /// None yet.
    pub fn new(app: App) -> Self {
        Self {
            stages: RwSignal::new(Stages::new()),
            busy: RwSignal::new(false),
            stopping: RwSignal::new(false),
            app,
        }
    }

    /// How far the work is.
    pub fn tally(self) -> Tally {
        self.stages.with(tally)
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

    /// Begins no other row; those under way go on.
    pub fn stop(self) {
        self.stopping.try_set(true);
    }

    /// Does `each` for every row and its key, in their order, until the person stops it or leaves the page; what was begun
    /// goes on. It belongs to no part of the page, so it goes on as well when the part that began it is drawn anew.
    pub fn run<T, F>(self, rows: Vec<(String, T)>, each: impl Fn(String, T) -> F + Copy + 'static)
    where
        T: 'static,
        F: Future<Output = Stage> + 'static,
    {
        self.busy.set(true);
        self.stopping.set(false);
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
                    let stage = match self.stopping.try_get_untracked() {
                        Some(false) => each(key.clone(), row).await,
                        _ => Stage::Closed("stopped before its turn".to_owned()),
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

    fn ended(self) {
        self.busy.try_set(false);
        if let Some(tally) = self.stages.try_with_untracked(tally) {
            self.app.say(tally.words());
        }
    }
}

/// Ends the work after the rows that are under way.
#[component]
pub fn Stop(batch: Batch) -> impl IntoView {
    let stopping = batch.stopping;
    view! {
        <button type="button" class="button small" aria-disabled=move || stopping.get().then_some("true") on:click=move |_| stopping.set(true)>
            {move || if stopping.get() { "Stopping after this one…" } else { "Stop" }}
        </button>
    }
}
