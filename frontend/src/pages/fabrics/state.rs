//! What the list of fabrics knows: the rows, the query in the address, the selection.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FabricSummary, InitGitops};

use crate::app::App;
use crate::model::fabric_list::{Query, counts, searched, shown, sorted};
use crate::model::failure::Failure;
use crate::pages::work::Batch;
use crate::{api, browser};

/// How far the list is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Loading {
    /// Pages are on their way.
    Reading,
    /// All were read.
    Done,
    /// They could not be read.
    Failed(Failure),
}

/// Everything that the page holds.
#[derive(Clone, Copy)]
pub struct State {
    /// The page's surroundings.
    pub app: App,
    /// How far the list is read.
    pub loading: RwSignal<Loading>,
    /// What is asked for.
    pub query: RwSignal<Query>,
    /// The places of the rows that are shown, in their order.
    pub shown: Memo<Vec<usize>>,
    /// How many fabrics each filter holds.
    pub counts: Memo<[usize; 8]>,
    /// The ids of the selected fabrics.
    pub selected: RwSignal<BTreeSet<String>>,
    /// The row that keys act on.
    pub active: RwSignal<usize>,
    /// The rows that are being worked on.
    pub batch: Batch,
    /// What was previewed for the rows that are ready.
    pub plans: StoredValue<BTreeMap<String, InitGitops>>,
    fabrics: RwSignal<Vec<FabricSummary>>,
    turn: RwSignal<u32>,
}

impl State {
    /// The state that the address describes; the rows are read once somebody is signed in.
    pub fn new(app: App) -> Self {
        let query = RwSignal::new(Query::from_address(&browser::query()));
        let fabrics = RwSignal::new(Vec::<FabricSummary>::new());
        let texts = Memo::new(move |_| {
            fabrics.with(|fabrics| fabrics.iter().map(searched).collect::<Vec<_>>())
        });
        let sorting = Memo::new(move |_| query.with(|query| (query.column, query.reversed)));
        let order = Memo::new(move |_| {
            let (column, reversed) = sorting.get();
            fabrics.with(|fabrics| sorted(fabrics, column, reversed))
        });
        let shown = Memo::new(move |_| {
            query.with(|query| {
                fabrics.with(|fabrics| {
                    texts.with(|texts| {
                        order
                            .with(|order| shown(fabrics, texts, order, &query.search, query.filter))
                    })
                })
            })
        });
        let state = Self {
            app,
            loading: RwSignal::new(Loading::Reading),
            query,
            shown,
            counts: Memo::new(move |_| fabrics.with(|fabrics| counts(fabrics))),
            selected: RwSignal::new(BTreeSet::new()),
            active: RwSignal::new(0),
            batch: Batch::new(app),
            plans: StoredValue::new(BTreeMap::new()),
            fabrics,
            turn: RwSignal::new(0),
        };
        let signed_in = Memo::new(move |_| app.signed_in());
        Effect::new(move || {
            if signed_in.get() {
                state.load();
            } else {
                state.fabrics.set(Vec::new());
            }
        });
        let session_failed = Memo::new(move |_| app.session.get().and_then(Result::err));
        Effect::new(move || {
            if let Some(failure) = session_failed.get() {
                state.loading.set(Loading::Failed(failure));
            }
        });
        app.when_back(move || {
            if state.loading.get() == Loading::Failed(Failure::Network) {
                state.load();
            }
        });
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            state.query.set(Query::from_address(&browser::query()));
        });
        on_cleanup(move || back.remove());
        state
    }

    /// How many fabrics there are.
    pub fn total(self) -> usize {
        self.fabrics.with(Vec::len)
    }

    /// The fabric at a place.
    pub fn fabric(self, place: usize) -> Option<FabricSummary> {
        self.fabrics.with(|fabrics| fabrics.get(place).cloned())
    }

    /// The name of a fabric.
    pub fn name_of(self, id: &str) -> Option<String> {
        self.fabrics.with(|fabrics| {
            let found = fabrics.iter().find(|fabric| fabric.id.as_str() == id)?;
            Some(found.name.to_string())
        })
    }

    /// The ids of the rows that are shown.
    pub fn shown_ids(self) -> Vec<String> {
        self.fabrics.with_untracked(|fabrics| {
            self.shown.with_untracked(|shown| {
                shown
                    .iter()
                    .map(|place| fabrics[*place].id.to_string())
                    .collect()
            })
        })
    }

    /// The selected fabrics, in the order of the list.
    pub fn chosen(self) -> Vec<FabricSummary> {
        self.selected.with_untracked(|selected| {
            self.fabrics.with_untracked(|fabrics| {
                fabrics
                    .iter()
                    .filter(|fabric| selected.contains(fabric.id.as_str()))
                    .cloned()
                    .collect()
            })
        })
    }

    /// Changes the query, and the address with it.
    pub fn ask(self, change: impl FnOnce(&mut Query)) {
        self.query.update(change);
        self.active.set(0);
        let query = self.query.with_untracked(Query::to_address);
        browser::replace(&format!("{}{query}", browser::path()));
    }

    /// Selects or deselects a fabric.
    pub fn toggle(self, id: &str) {
        self.selected.update(|selected| {
            if !selected.remove(id) {
                selected.insert(id.to_owned());
            }
        });
    }

    /// Takes a newer row in place of the old one.
    pub fn replace(self, fabric: FabricSummary) {
        self.fabrics.update(|fabrics| {
            if let Some(old) = fabrics.iter_mut().find(|old| old.id == fabric.id) {
                *old = fabric;
            }
        });
    }

    /// Reads the list from its beginning, page after page.
    pub fn load(self) {
        self.turn.update(|turn| *turn += 1);
        let turn = self.turn.get_untracked();
        let is_current = move || self.turn.try_get_untracked() == Some(turn);
        self.loading.set(Loading::Reading);
        if self
            .app
            .session
            .with_untracked(|session| matches!(session, Some(Err(_))))
        {
            self.app.ask_session();
            return;
        }
        spawn_local(async move {
            let mut cursor = None;
            let mut all = Vec::new();
            loop {
                let page = api::fabrics(cursor.as_deref()).await;
                if !is_current() {
                    return;
                }
                match page {
                    Ok(page) => {
                        all.extend(page.fabrics);
                        // The first page is shown at once; the others when all are there, so that rows do not jump.
                        if cursor.is_none() {
                            self.fabrics.set(all.clone());
                        }
                        cursor = page.next_cursor;
                        if cursor.is_none() {
                            break;
                        }
                    }
                    Err(failure) => {
                        self.loading.set(Loading::Failed(failure));
                        return;
                    }
                }
            }
            self.fabrics.set(all);
            self.loading.set(Loading::Done);
        });
    }
}
