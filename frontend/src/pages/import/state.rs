//! What the import page knows and does.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::api::{CreateFabric, WriteMode};
use shared::fabric::FabricSpec;
use shared::plan::Overwrite;

use crate::app::App;
use crate::model::bulk::{Stage, Stages};
use crate::model::gate;
use crate::model::import::{self, Row};
use crate::model::preview::Preview;
use crate::pages::work::Batch;
use crate::{api, browser};

/// Where this tab keeps the list across reloads.
const KEPT: &str = "hedgerow-import";

/// Everything that the page holds.
#[derive(Clone, Copy)]
pub struct State {
    /// The page's surroundings.
    pub app: App,
    /// The list as typed.
    pub text: RwSignal<String>,
    /// The rows as read.
    pub rows: Memo<Vec<Row>>,
    /// What is wrong with the list as a whole.
    pub refusal: Memo<Option<String>>,
    /// The rows that are being worked on, by their lines.
    pub batch: Batch,
    /// The pages of the fabrics that were created, by their lines.
    pub pages: RwSignal<BTreeMap<String, String>>,
    bodies: StoredValue<BTreeMap<String, CreateFabric>>,
}

impl State {
    /// The list that this tab kept.
    pub fn new(app: App) -> Self {
        let text = RwSignal::new(browser::tab_kept(KEPT).unwrap_or_default());
        let read = Memo::new(move |_| text.with(|text| import::read(text)));
        Self {
            app,
            text,
            rows: Memo::new(move |_| read.get().unwrap_or_default()),
            refusal: Memo::new(move |_| read.get().err()),
            batch: Batch::new(app),
            pages: RwSignal::new(BTreeMap::new()),
            bodies: StoredValue::new(BTreeMap::new()),
        }
    }

    /// Takes another list.
    pub fn type_in(self, text: String) {
        browser::tab_keep(KEPT, (!text.is_empty()).then_some(text.as_str()));
        self.batch.stages.set(Stages::new());
        self.pages.set(BTreeMap::new());
        self.text.set(text);
    }

    /// How many rows can be compared.
    pub fn fine(self) -> usize {
        self.rows
            .with(|rows| rows.iter().filter(|row| row.fabric.is_ok()).count())
    }

    /// How many of these are not recorded yet.
    pub fn left(self) -> usize {
        self.fine().saturating_sub(self.pages.with(BTreeMap::len))
    }

    /// Reads the branches of the rows that are not done.
    pub fn compare(self) {
        let done = self.batch.stages.get_untracked();
        // A fabric that is recorded goes on on its own page, even where its write failed.
        let recorded = self.pages.get_untracked();
        let left =
            |line: &str| done.get(line).is_none_or(Stage::is_left) && !recorded.contains_key(line);
        let rows = self.rows.with_untracked(|rows| {
            let fine = rows
                .iter()
                .filter_map(|row| Some((row.line.to_string(), row.fabric.clone().ok()?)));
            fine.filter(|(line, _)| left(line)).collect::<Vec<_>>()
        });
        self.batch.stages.update(|stages| {
            stages.extend(rows.iter().map(|(line, _)| (line.clone(), Stage::Waiting)))
        });
        self.batch.run(rows, move |line, spec| async move {
            match self.app.later.get().await {
                Ok(parts) => (parts.compare_row)(self, line, spec).await,
                Err(failure) => Stage::Failed(failure),
            }
        });
    }

    /// Creates the fabrics of the rows that were compared.
    pub fn create(self) {
        let stages = self.batch.stages.get_untracked();
        let rows = self.rows.with_untracked(|rows| {
            let fine = rows
                .iter()
                .filter_map(|row| Some((row.line.to_string(), row.fabric.clone().ok()?)));
            fine.filter(|(line, _)| matches!(stages.get(line), Some(Stage::Ready(_))))
                .collect::<Vec<_>>()
        });
        self.batch.run(rows, move |line, _| async move {
            match self.app.later.get().await {
                Ok(parts) => (parts.create_row)(self, line).await,
                Err(failure) => Stage::Failed(failure),
            }
        });
    }

    /// Reads a row's branch and compares it.
    pub async fn preview(self, line: String, spec: FabricSpec) -> Stage {
        self.batch.set(&line, Stage::Reading);
        let (answer, snapshot) = match api::snapshot(&spec).await {
            Ok(read) => read,
            Err(failure) => return Stage::Failed(failure),
        };
        let preview = Preview::new(spec, Some(&snapshot), Overwrite::No);
        if let Some(reason) = gate::refused(&answer).or_else(|| gate::in_the_way(&preview)) {
            return Stage::Closed(reason);
        }
        let (mode, _) = gate::mode(&preview, &answer, WriteMode::Commit);
        let Some(body) = preview.create(mode) else {
            return Stage::Closed("something is in the way".to_owned());
        };
        self.bodies.update_value(|bodies| {
            bodies.insert(line, body);
        });
        Stage::Ready(preview.writes())
    }

    /// Creates a row's fabric as it was compared.
    pub async fn send(self, line: String) -> Stage {
        self.batch.set(&line, Stage::Running);
        let Some(body) = self.bodies.with_value(|bodies| bodies.get(&line).cloned()) else {
            return Stage::Closed("it was not compared".to_owned());
        };
        match api::create(&body).await {
            Ok(answer) => {
                let page = format!("/f/{}", answer.record.id);
                self.pages.update(|pages| {
                    pages.insert(line, page);
                });
                Stage::of_write(&answer)
            }
            Err(failure) => Stage::Failed(failure),
        }
    }
}
