//! What the list of fabrics knows: the rows, the query in the address, the selection.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{ApprovedChange, FabricSummary};
use shared::problem::Explanation;

use crate::context::AppContext;
use crate::latest::Latest;
use crate::pages::batch::Batch;
use crate::storage::{self, Key};
use crate::{api, browser};
use model::bulk::{Tally, tally};
use model::fabric_list::{Filter, Query, counts, searched, shown, sorted};
use model::failure::Failure;
use model::grid;
use model::selection::{self, Selected, without_dropped};

/// How far the list is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Loading {
    /// Pages are on their way.
    InProgress,
    Done,
    /// They could not be read.
    Failed(Failure),
}

/// Everything that the page holds.
#[derive(Clone, Copy)]
pub struct State {
    pub app: AppContext,
    /// How far the list is read.
    pub loading: RwSignal<Loading>,
    /// Why fabrics may be missing.
    pub left_out: RwSignal<Vec<Explanation>>,
    /// What is asked for.
    pub query: RwSignal<Query>,
    /// The positions of the rows that are shown, in their order.
    pub shown: Memo<Vec<usize>>,
    /// How many fabrics each filter holds.
    pub counts: Memo<[usize; 8]>,
    /// The ids of the selected fabrics.
    pub selected: RwSignal<Selected>,
    /// How many of them are not shown.
    pub hidden: Memo<usize>,
    /// The only rows that are looked at, whatever is searched: those that were selected when somebody asked for them.
    pub only: RwSignal<Option<Selected>>,
    /// Whether the session ended while the list was open.
    pub lost: RwSignal<bool>,
    /// The row that keys act on.
    pub active: RwSignal<usize>,
    /// The row where selecting several began.
    pub anchor: StoredValue<Option<usize>>,
    /// The rows that are being worked on.
    pub batch: Batch,
    /// What was previewed for the rows that are ready.
    pub plans: StoredValue<BTreeMap<String, ApprovedChange>>,
    /// The fabrics whose commit was refused, and that are to get a pull request.
    pub proposed: StoredValue<Vec<String>>,
    fabrics: RwSignal<Vec<FabricSummary>>,
    latest: Latest,
    whose: StoredValue<Option<String>>,
}

impl State {
    /// The state that the address describes; the rows are read once somebody is signed in.
    pub fn new(app: AppContext) -> Self {
        let query = RwSignal::new(Query::from_address(&browser::query()));
        let fabrics = RwSignal::new(Vec::<FabricSummary>::new());
        let texts = Memo::new(move |_| {
            let text = |fabric: &FabricSummary| browser::lower_case(&searched(fabric));
            fabrics.with(|fabrics| fabrics.iter().map(text).collect::<Vec<_>>())
        });
        let sorting = Memo::new(move |_| query.with(|query| (query.column, query.reversed)));
        let order = Memo::new(move |_| {
            let (column, reversed) = sorting.get();
            fabrics.with(|fabrics| sorted(fabrics, column, reversed))
        });
        let only = RwSignal::new(None::<Selected>);
        let shown = Memo::new(move |_| {
            let positions = query.with(|query| {
                let search = browser::lower_case(&query.search);
                fabrics.with(|fabrics| {
                    texts.with(|texts| {
                        order.with(|order| shown(fabrics, texts, order, &search, query.filter))
                    })
                })
            });
            only.with(|only| match only {
                Some(only) => fabrics.with(|fabrics| {
                    let is_one = |position: &usize| only.contains(fabrics[*position].id.as_str());
                    positions.into_iter().filter(is_one).collect()
                }),
                None => positions,
            })
        });
        let selected = RwSignal::new(Selected::new());
        let hidden = Memo::new(move |_| {
            selected.with(|selected| {
                if selected.is_empty() {
                    return 0;
                }
                let seen = fabrics.with(|fabrics| {
                    shown.with(|shown| {
                        let is_seen =
                            |position: &&usize| selected.contains(fabrics[**position].id.as_str());
                        shown.iter().filter(is_seen).count()
                    })
                });
                selected.len().saturating_sub(seen)
            })
        });
        let state = Self {
            app,
            loading: RwSignal::new(Loading::InProgress),
            left_out: RwSignal::new(Vec::new()),
            query,
            shown,
            counts: Memo::new(move |_| fabrics.with(|fabrics| counts(fabrics))),
            selected,
            hidden,
            only,
            lost: RwSignal::new(false),
            active: RwSignal::new(0),
            anchor: StoredValue::new(None),
            batch: Batch::new(app),
            plans: StoredValue::new(BTreeMap::new()),
            proposed: StoredValue::new(Vec::new()),
            fabrics,
            latest: Latest::new(),
            whose: StoredValue::new(None),
        };
        // The same person may still be signed in: until that is known, nothing changes.
        let who = Memo::new(move |_| {
            app.session.with(|session| match session {
                Some(Ok(session)) => Some(session.user.as_ref().map(|user| user.login.clone())),
                _ => None,
            })
        });
        Effect::new(move || match who.get() {
            Some(Some(login)) => state.begin(login),
            Some(None) => {
                state.fabrics.set(Vec::new());
                state.loading.set(Loading::InProgress);
            }
            None => {}
        });
        Effect::new(move || {
            let stored = state.selected.with(selection::to_text);
            if let Some(login) = state.whose.get_value() {
                storage::write(Key::SelectedFabrics(&login), stored.as_deref());
            }
        });
        let session_failed = Memo::new(move |_| app.session.get().and_then(Result::err));
        Effect::new(move || {
            if let Some(failure) = session_failed.get() {
                state.loading.set(Loading::Failed(failure));
            }
        });
        app.on_reconnect(move || {
            if state.loading.get() == Loading::Failed(Failure::Network) {
                state.load();
            }
        });
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            state.only.set(None);
            state.query.set(Query::from_address(&browser::query()));
        });
        on_cleanup(move || back.remove());
        state
    }

    /// Begins with a person's fabrics, and with what this tab keeps as selected; the selection of the person before stays stored.
    fn begin(self, login: String) {
        self.lost.set(false);
        if self.whose.get_value().as_ref() != Some(&login) {
            let stored = storage::read(Key::SelectedFabrics(&login)).unwrap_or_default();
            self.whose.set_value(Some(login));
            self.batch.stages.set(Default::default());
            self.only.set(None);
            self.selected.set(selection::read(&stored));
        }
        self.load();
    }

    /// Takes from a row's failure that the session has ended: no other row begins, and the page asks for signing in.
    pub fn on_auth_failure(self, failure: &Failure) {
        // Rows that are under way at the same time fail alike.
        if !failure.is_signed_out() || self.lost.try_get_untracked() != Some(false) {
            return;
        }
        self.lost.set(true);
        self.batch.stop();
        self.app.on_auth_failure(failure);
    }

    /// How far the work is, without what was previewed for rows that are no longer selected.
    pub fn tally(self) -> Tally {
        self.selected.with(|selected| {
            self.batch
                .stages
                .with(|stages| tally(&without_dropped(stages, selected)))
        })
    }

    /// Tells whether a row is no longer selected; one whose page was left is.
    pub fn is_dropped(self, id: &str) -> bool {
        let is_selected = self.selected.try_with_untracked(|ids| ids.contains(id));
        is_selected == Some(false)
    }

    /// Deselects a row that is done, also where the page was left in the meantime.
    pub fn finish(self, id: &str) {
        let left = self.selected.try_update(|ids| ids.remove(id));
        if left.is_none()
            && let Some(login) = self.app.login()
        {
            let slot = Key::SelectedFabrics(&login);
            let stored = storage::read(slot).unwrap_or_default();
            let mut stored = selection::read(&stored);
            stored.remove(id);
            storage::write(slot, selection::to_text(&stored).as_deref());
        }
    }

    /// Shows all that is selected, and nothing else, until something is searched or filtered.
    pub fn show_selected(self) {
        self.ask(|query| {
            query.search.clear();
            query.filter = Filter::All;
        });
        self.only.set(Some(self.selected.get_untracked()));
    }

    /// Deselects what is not shown.
    pub fn drop_hidden(self) {
        let shown: Selected = self.shown_ids().into_iter().collect();
        self.selected
            .update(|selected| selected.retain(|id| shown.contains(id)));
    }

    /// The names of all fabrics, by id.
    pub fn names(self) -> BTreeMap<String, String> {
        let name = |fabric: &FabricSummary| (fabric.id.to_string(), fabric.name.to_string());
        self.fabrics
            .with_untracked(|fabrics| fabrics.iter().map(name).collect())
    }

    /// How many fabrics there are.
    pub fn total(self) -> usize {
        self.fabrics.with(Vec::len)
    }

    /// The fabric at a place.
    pub fn fabric(self, position: usize) -> Option<FabricSummary> {
        self.fabrics.with(|fabrics| fabrics.get(position).cloned())
    }

    /// The ids of the rows that are shown.
    pub fn shown_ids(self) -> Vec<String> {
        self.ids_of(|_| true)
    }

    /// Those of them that the person may write to.
    pub fn writable_ids(self) -> Vec<String> {
        self.ids_of(|fabric| !fabric.is_read_only())
    }

    fn ids_of(self, is_one: fn(&FabricSummary) -> bool) -> Vec<String> {
        self.fabrics.with_untracked(|fabrics| {
            self.shown.with_untracked(|shown| {
                let rows = shown.iter().map(|position| &fabrics[*position]);
                rows.filter(|fabric| is_one(fabric))
                    .map(|fabric| fabric.id.to_string())
                    .collect()
            })
        })
    }

    /// Changes what is selected; what may only be read never is.
    pub fn select(self, change: impl FnOnce(&mut Selected)) {
        self.selected.update(|selected| {
            change(selected);
            self.fabrics.with_untracked(|fabrics| {
                let read_only = fabrics.iter().filter(|fabric| fabric.is_read_only());
                read_only.for_each(|fabric| {
                    selected.remove(fabric.id.as_str());
                });
            });
        });
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
        let before = self.query.get_untracked();
        self.query.update(change);
        let is_other = self
            .query
            .with_untracked(|query| query.search != before.search || query.filter != before.filter);
        // Sorting alone goes on looking at the same rows.
        if is_other {
            self.only.set(None);
        }
        self.active.set(0);
        self.anchor.set_value(None);
        let query = self.query.with_untracked(Query::to_address);
        browser::replace(&format!("{}{query}", browser::path()));
    }

    /// Selects or deselects a fabric.
    pub fn toggle(self, id: &str) {
        self.select(|selected| {
            if !selected.remove(id) {
                selected.insert(id.to_owned());
            }
        });
    }

    /// What pressing a row's box does: selects or deselects it, or with Shift selects all from the last one on.
    pub fn press_box(self, index: usize, shift: bool) {
        let ids = self.shown_ids();
        let Some(id) = ids.get(index) else { return };
        match self.anchor.get_value() {
            Some(anchor) if shift => {
                self.select(|selected| grid::extend(selected, &ids, anchor, anchor, index));
            }
            _ => {
                self.anchor.set_value(Some(index));
                self.toggle(id);
            }
        }
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
        let number = self.latest.next();
        let is_current = move || self.latest.is_current(number);
        self.loading.set(Loading::InProgress);
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
                        if self
                            .left_out
                            .with_untracked(|known| *known != page.left_out)
                        {
                            self.left_out.set(page.left_out);
                        }
                        // The first page is shown at once; the others when all are there, so that rows do not jump.
                        if cursor.is_none() && self.fabrics.with_untracked(Vec::is_empty) {
                            self.fabrics.set(all.clone());
                        }
                        cursor = page.next_cursor;
                        if cursor.is_none() {
                            break;
                        }
                    }
                    Err(failure) => {
                        self.on_auth_failure(&failure);
                        self.loading.set(Loading::Failed(failure));
                        return;
                    }
                }
            }
            let writable = all.iter().filter(|fabric| !fabric.is_read_only());
            let names: Selected = writable.map(|fabric| fabric.id.to_string()).collect();
            self.fabrics.set(all);
            self.loading.set(Loading::Done);
            // What is there no more, or not for this person to write, is not selected either.
            if self
                .selected
                .with_untracked(|selected| !selected.is_subset(&names))
            {
                self.selected
                    .update(|selected| selected.retain(|id| names.contains(id)));
            }
        });
    }
}
