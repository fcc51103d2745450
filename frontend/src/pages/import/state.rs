//! What the import page knows, and what can be done with its rows.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::FabricSummary;

use super::lazy::{Fine, ImportLazy, Work};
use super::stored_rows;
use crate::browser;
use crate::context::AppContext;
use crate::lazy::Lazy;
use crate::pages::batch::Batch;
use crate::shown;
use model::bulk::{Stage, wants_pull_request};
use model::failure::Failure;
use model::import::pace::Pace;
use model::import::stored_row::StoredRow;
use model::import::{self, Row};
use model::sent_write::SentWrite;

/// Everything that the page holds. A row goes by its [`Row::key`].
#[derive(Clone, Copy)]
pub struct State {
    pub app: AppContext,
    pub(super) lazy: Lazy<ImportLazy>,
    /// The list as typed.
    pub text: RwSignal<String>,
    /// The rows as read.
    pub rows: Memo<Vec<Row>>,
    /// What is wrong with the list as a whole.
    pub refusal: Memo<Option<String>>,
    /// The rows that are being worked on.
    pub batch: Batch,
    /// The rows whose fabric is recorded, with its id.
    pub(super) fabrics: RwSignal<Vec<(String, String)>>,
    /// What was compared and can be sent.
    pub(super) writes: StoredValue<BTreeMap<String, Compared>>,
    /// The fabrics that Hedgerow has, as it said before the last comparison.
    pub(super) known: StoredValue<Vec<FabricSummary>>,
    /// Of rows whose branch does not exist: those that do, with near names.
    pub(super) near: StoredValue<BTreeMap<String, Vec<String>>>,
    /// The rows that are to be proposed, since a commit was refused, though it seemed possible.
    pub(super) proposed: StoredValue<Vec<String>>,
    /// When what was sent.
    pub(super) pace: StoredValue<Pace>,
}

/// A row that was compared.
#[derive(Clone)]
pub struct Compared {
    /// Where it is sent to.
    pub route: String,
    pub body: String,
    /// How many changes GitHub counts.
    pub changes: usize,
    /// What the row says.
    pub stage: Stage,
}

impl State {
    /// The list that this tab kept, and what became of its rows. What was being sent when the page was left goes on.
    pub fn new(app: AppContext) -> Self {
        let text = RwSignal::new(stored_rows::list());
        let read = Memo::new(move |_| text.with(|text| import::read(text)));
        let state = Self {
            app,
            lazy: Lazy::get(),
            text,
            rows: Memo::new(move |_| read.get().unwrap_or_default()),
            refusal: Memo::new(move |_| read.get().err()),
            batch: Batch::new(app),
            fabrics: RwSignal::new(Vec::new()),
            writes: StoredValue::new(BTreeMap::new()),
            known: StoredValue::new(Vec::new()),
            near: StoredValue::new(BTreeMap::new()),
            proposed: StoredValue::new(Vec::new()),
            pace: StoredValue::new(Pace::default()),
        };
        stored_rows::retain(&state.recall());
        let can_ask = Memo::new(move |_| app.online.get() && state.login().is_some());
        Effect::new(move || {
            if can_ask.get() {
                state.batch.halted.set(None);
                untrack(|| state.go_on());
            }
        });
        app.on_reconnect(move || state.go_on());
        state
    }

    /// Takes another list. Rows that say the same stay where they are.
    pub fn type_in(self, text: String) {
        stored_rows::store_list(&text);
        self.text.set(text);
        self.recall();
    }

    /// Empties the list, and forgets what became of its rows.
    pub fn clear(self) {
        stored_rows::retain(&[]);
        self.proposed.set_value(Vec::new());
        self.batch.halted.set(None);
        self.type_in(String::new());
    }

    /// Puts every row of the list where it was, and gives their keys.
    fn recall(self) -> Vec<String> {
        let keys: Vec<String> = self.fine().into_iter().map(|(key, _)| key).collect();
        let mut fabrics = self.fabrics.get_untracked();
        fabrics.retain(|(key, _)| keys.contains(key));
        let mut stages = self.batch.stages.get_untracked();
        stages.retain(|key, _| keys.contains(key));
        for key in &keys {
            if stages.contains_key(key) {
                continue;
            }
            if let Some(stored) = stored_rows::row(key) {
                stages.insert(key.clone(), stored.stage());
                fabrics.extend(stored.fabric.map(|id| (key.clone(), id)));
            }
        }
        self.batch.total.set(keys.len());
        self.fabrics.set(fabrics);
        self.batch.stages.set(stages);
        keys
    }

    /// The id of the fabric of a row, where it is recorded.
    pub fn fabric(self, key: &str) -> Option<String> {
        let of_row = |fabrics: &Vec<(String, String)>| {
            let found = fabrics.iter().find(|(known, _)| known == key);
            found.map(|(_, id)| id.clone())
        };
        self.fabrics.try_with_untracked(of_row)?
    }

    /// The rows that are well formed.
    fn fine(self) -> Vec<Fine> {
        self.rows.with_untracked(|rows| {
            rows.iter()
                .filter_map(|row| Some((row.key(), row.fabric.clone().ok()?)))
                .collect()
        })
    }

    /// Those of them that are in such a place.
    fn those(self, is_one: impl Fn(&str, Option<&Stage>) -> bool) -> Vec<Fine> {
        let mut rows = self.fine();
        self.batch
            .stages
            .with_untracked(|stages| rows.retain(|(key, _)| is_one(key, stages.get(key))));
        rows
    }

    /// How many rows are compared next.
    pub fn left(self) -> usize {
        self.rows.track();
        self.batch.stages.track();
        let login = self.login();
        self.those(|key, stage| is_left(key, stage, login.as_deref()))
            .len()
    }

    /// Who is signed in.
    pub(super) fn login(self) -> Option<String> {
        self.app.session.with(|session| {
            let user = session.as_ref()?.as_ref().ok()?.user.as_ref()?;
            Some(user.login.clone())
        })
    }

    /// Reads the branches of the rows that are not done.
    pub fn compare(self) {
        let login = untrack(|| self.login());
        let rows = self.those(|key, stage| is_left(key, stage, login.as_deref()));
        self.batch.stages.update(|stages| {
            stages.extend(rows.iter().map(|(key, _)| (key.clone(), Stage::Waiting)));
        });
        self.work(Work::Compare, rows);
    }

    /// How many rows a pull request would get past what refused their commit.
    pub fn refused(self) -> usize {
        self.batch.stages.track();
        self.those(|_, stage| stage.is_some_and(wants_pull_request))
            .len()
    }

    /// Compares again what was refused as a commit, to be proposed: these rows, or all of them.
    pub fn propose(self, only: Option<String>) {
        let rows = self.those(|key, stage| {
            only.as_deref().is_none_or(|only| only == key) && stage.is_some_and(wants_pull_request)
        });
        if rows.is_empty() || self.batch.busy.get_untracked() {
            return;
        }
        let keys = rows.iter().map(|(key, _)| key.clone());
        self.proposed.update_value(|proposed| proposed.extend(keys));
        self.work(Work::Compare, rows);
    }

    /// Gives a row another branch, in the list itself, and compares it again.
    pub fn put_branch(self, key: &str, branch: &str) {
        if self.batch.busy.get_untracked() {
            return;
        }
        let line = self.rows.with_untracked(|rows| {
            let row = rows.iter().find(|row| row.key() == key);
            row.map(|row| row.line)
        });
        let text = self
            .text
            .with_untracked(|text| import::with_branch(text, line?, branch));
        let Some(text) = text else { return };
        self.type_in(text);
        let rows = self.rows.with_untracked(|rows| {
            let fine = |row: &Row| Some((row.key(), row.fabric.clone().ok()?));
            let row = rows.iter().find(|row| Some(row.line) == line);
            row.and_then(fine).into_iter().collect()
        });
        self.work(Work::Compare, rows);
    }

    /// Writes the rows that were compared.
    pub fn create(self) {
        if let Err(failure) = shown::check() {
            self.batch.halted.set(Some(failure));
            return;
        }
        let rows = self.those(|_, stage| stage.is_some_and(Stage::is_ready));
        self.work(Work::Write, rows);
    }

    /// Repeats what was sent a short time ago without an answer, by itself: that was approved and cannot happen twice.
    fn go_on(self) {
        self.ask_again(|sent, login| sent.goes_on(login, browser::now_ms()));
    }

    /// Repeats what was sent without an answer.
    pub fn find_out(self) {
        self.ask_again(|sent, login| sent.by == login);
    }

    fn ask_again(self, is_one: impl Fn(&SentWrite, &str) -> bool) {
        let Some(login) = untrack(|| self.login()) else {
            return;
        };
        let rows = self.those(|key, stage| {
            matches!(stage, Some(Stage::Unconfirmed(_)))
                && stored_rows::row(key)
                    .as_ref()
                    .and_then(StoredRow::sent)
                    .is_some_and(|sent| is_one(sent, &login))
        });
        if rows.is_empty() || self.batch.busy.get_untracked() {
            return;
        }
        self.work(Work::Repeat, rows);
    }

    /// Does some work once its code is here.
    fn work(self, work: Work, rows: Vec<Fine>) {
        self.batch.busy.set(true);
        spawn_local(async move {
            match self.lazy.load().await {
                Ok(lazy) => (lazy.work)(self, work, rows),
                Err(failure) => self.not_begun(failure),
            }
        });
    }

    fn not_begun(self, failure: Failure) {
        self.batch
            .stages
            .update(|stages| stages.retain(|_, stage| *stage != Stage::Waiting));
        self.batch.halted.try_set(Some(failure));
        self.batch.busy.try_set(false);
    }
}

/// Tells whether a row is compared next: it is not done, and nothing of it is on its way that this person sent.
fn is_left(key: &str, stage: Option<&Stage>, login: Option<&str>) -> bool {
    match stage {
        None => true,
        Some(Stage::Unconfirmed(_)) => stored_rows::row(key)
            .as_ref()
            .and_then(StoredRow::sent)
            .is_none_or(|sent| login.is_some_and(|login| login != sent.by)),
        Some(stage) => stage.is_left(),
    }
}
