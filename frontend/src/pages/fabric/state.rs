//! What the page of a fabric knows: the record, kept up to date, and the branch, once somebody looks at it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::FabricAnswer;
use shared::record::FabricRecord;

use crate::app::App;
use crate::components::preview_pane::Contents;
use crate::model::failure::Failure;
use crate::model::reading::Read;
use crate::pages::contents;
use crate::{api, browser};

/// Everything that the parts of the page share.
#[derive(Clone, Copy)]
pub struct State {
    /// The page's surroundings.
    pub app: App,
    /// The fabric's id.
    pub id: StoredValue<String>,
    /// The record, or why it could not be read.
    pub answer: RwSignal<Option<Result<FabricAnswer, Failure>>>,
    /// The record, where there is one.
    pub record: Memo<Option<FabricRecord>>,
    /// The branch as it was read for this page.
    pub read: RwSignal<Option<Read>>,
    /// Why the branch could not be read.
    pub read_failure: RwSignal<Option<Failure>>,
    /// Whether the branch is being read.
    pub reading: RwSignal<bool>,
    /// What the branch's files say.
    pub contents: Contents,
}

impl State {
    /// Begins to load a fabric.
    pub fn new(id: String) -> Self {
        let app = App::get();
        let answer = RwSignal::new(None::<Result<FabricAnswer, Failure>>);
        let record = Memo::new(move |_| {
            answer.with(|answer| Some(answer.as_ref()?.as_ref().ok()?.record.clone()))
        });
        let repo =
            Memo::new(move |_| record.with(|record| Some(record.as_ref()?.git_repository.clone())));
        let state = Self {
            app,
            id: StoredValue::new(id),
            answer,
            record,
            read: RwSignal::new(None),
            read_failure: RwSignal::new(None),
            reading: RwSignal::new(false),
            contents: contents::of(app, repo),
        };
        state.load();
        let signed_in = Memo::new(move |_| app.signed_in());
        Effect::new(move |before: Option<bool>| {
            let now = signed_in.get();
            if before.is_some_and(|before| before != now) {
                state.load();
            }
            now
        });
        app.when_back(move || {
            if matches!(answer.get(), Some(Err(Failure::Network))) {
                answer.set(None);
                state.load();
            }
            if state.read_failure.get() == Some(Failure::Network) {
                state.read_branch();
            }
        });
        let name = Memo::new(move |_| {
            record.with(|record| record.as_ref().map(|record| record.name.to_string()))
        });
        Effect::new(move || {
            if let Some(name) = name.get() {
                document().set_title(&format!("{name} · Hedgerow"));
            }
        });
        state
    }

    /// Loads the record.
    pub fn load(self) {
        // Whoever asks may have waited for something, and the page may have gone meanwhile.
        let Some(id) = self.id.try_get_value() else {
            return;
        };
        spawn_local(async move {
            let found = api::fabric(&id).await;
            self.answer.try_set(Some(found));
            set_timeout(
                || browser::focus_if_lost("heading"),
                std::time::Duration::ZERO,
            );
        });
    }

    /// Takes a record, unless a newer one is there, or the page has gone.
    pub fn take(self, found: FabricAnswer) {
        let is_older = self.record.try_with_untracked(|record| {
            record
                .as_ref()
                .is_some_and(|record| record.version > found.record.version)
        });
        if is_older != Some(false) {
            return;
        }
        let is_same = self
            .answer
            .with_untracked(|answer| matches!(answer, Some(Ok(known)) if *known == found));
        if !is_same {
            self.answer.set(Some(Ok(found)));
        }
    }

    /// Shows why there is no record any more, in place of the one that was there.
    pub fn lose(self, failure: Failure) {
        self.answer.set(Some(Err(failure)));
        set_timeout(
            || browser::focus_if_lost("heading"),
            std::time::Duration::ZERO,
        );
    }

    /// Reads the branch: through Hedgerow for whoever is signed in, else straight from GitHub.
    pub fn read_branch(self) {
        let Some(record) = self
            .record
            .get_untracked()
            .filter(|_| !self.reading.get_untracked())
        else {
            return;
        };
        self.reading.set(true);
        self.read_failure.set(None);
        let signed_in = untrack(|| self.app.signed_in());
        let github = (!signed_in).then(|| self.app.github_api_url());
        spawn_local(async move {
            let spec = record.spec();
            let answer = self
                .app
                .later
                .ask(|parts| (parts.read)(github, spec.clone()))
                .await;
            self.reading.try_set(false);
            match answer {
                Ok((answer, snapshot)) => {
                    self.read.try_set(Some(Read::new(spec, answer, snapshot)))
                }
                Err(failure) => {
                    self.read_failure.try_set(Some(failure));
                    None
                }
            };
        });
    }
}
