//! What a row goes through: it is compared, written, and, where the answer was lost, sent again under the same key.
//!
//! All of it may go on after the page was left; then it only keeps what came of it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FabricAnswer, WriteMode};
use shared::fabric::FabricSpec;
use shared::plan::Overwrites;
use shared::problem::Code;
use shared::record::DirectoryStatus;

use super::lazy::{Fine, Work};
use super::state::{Compared, State};
use super::stored_rows;
use crate::api::{self, Answered, repeatable};
use crate::browser;
use model::bulk::{Extent, Stage};
use model::decisions::with_info;
use model::failure::{Failure, FailureSummary, Refusal};
use model::gate;
use model::import::recorded;
use model::import::stored_row::{RowOutcome, StoredRow};
use model::preview::Preview;
use model::sent_write::SentWrite;

/// What a commit in a branch of its own and a pull request count as.
const PROPOSAL: usize = 3;

impl State {
    /// Does some work with rows, a few at a time.
    pub fn work_on(self, work: Work, rows: Vec<Fine>) {
        spawn_local(async move {
            if work == Work::Compare {
                self.list_fabrics().await;
            }
            self.batch.run(rows, move |key, spec| async move {
                match work {
                    Work::Compare => self.compare_row(key, spec).await,
                    Work::Write => self.write(key, spec).await,
                    Work::Repeat => self.repeat(key, spec).await,
                }
            });
        });
    }

    /// Learns which fabrics there are.
    async fn list_fabrics(self) {
        // What is not known here, the Worker refuses when it is sent.
        if let Ok(all) = api::all_fabrics().await {
            self.known.try_set_value(all);
        }
    }

    /// Compares a row with its branch.
    async fn compare_row(self, key: String, spec: FabricSpec) -> Stage {
        self.batch.set(&key, Stage::Comparing);
        let stage = match self.known_as(&key, &spec) {
            Some(state) if !is_left(state) => Stage::Recorded,
            _ => self.compared(&key, spec).await,
        };
        // That nothing could be read just now is not stored.
        let passes = matches!(&stage, Stage::Failed(failure) if failure.concerns_all());
        if self.batch.is_here() && !passes {
            self.keep(&key, &stage);
        }
        stage
    }

    async fn compared(self, key: &str, spec: FabricSpec) -> Stage {
        let (answer, snapshot) = match api::snapshot(&spec).await {
            Ok(read) => read,
            Err(failure) => {
                self.halt_if_all(&failure);
                return Stage::Failed(failure);
            }
        };
        // Its own fabric may be there already, without a commit.
        let own = self.fabric(key);
        if let Some(claim) = &answer.claim
            && own.as_deref() != Some(claim.fabric.as_str())
        {
            return Stage::Failed(FailureSummary::taken(claim).into());
        }
        self.near.try_update_value(|near| {
            near.remove(key);
            if !answer.near_branches.is_empty() {
                near.insert(key.to_owned(), answer.near_branches.clone());
            }
        });
        let decided = with_info(&spec, Overwrites::default(), false);
        let preview = Preview::new(spec, Some(&snapshot), decided);
        let preview = preview.beginning(answer.base.as_ref());
        if let Some(reason) = gate::refused(&answer).or_else(|| gate::in_the_way(&preview)) {
            return Stage::Blocked(reason);
        }
        let is_proposed = self
            .proposed
            .try_with_value(|proposed| proposed.iter().any(|proposed| proposed == key));
        let chosen = match is_proposed {
            Some(true) => WriteMode::PullRequest,
            _ => WriteMode::Commit,
        };
        let (mode, _) = gate::mode(&preview, &answer, chosen);
        if let Some(reason) = gate::no_pull_request(&answer, mode) {
            return Stage::Blocked(reason);
        }
        let write = match own {
            Some(id) => preview
                .approved(mode)
                .map(|body| repeatable::initialise(&id, &body)),
            None => preview.create(mode).map(|body| repeatable::create(&body)),
        };
        let Some((route, body)) = write else {
            return Stage::Blocked("something is in the way".to_owned());
        };
        let (stage, changes) = match mode {
            WriteMode::Commit => (Stage::Ready(Extent::of(&preview, 0, false)), 1),
            WriteMode::PullRequest => (Stage::Proposing(Extent::of(&preview, 0, false)), PROPOSAL),
        };
        let compared = Compared {
            route,
            body,
            changes,
            stage: stage.clone(),
        };
        self.writes
            .try_update_value(|writes| writes.insert(key.to_owned(), compared));
        stage
    }

    /// Writes a row as it was compared, when its turn has come.
    async fn write(self, key: String, spec: FabricSpec) -> Stage {
        let compared = self
            .writes
            .try_with_value(|writes| writes.get(&key).cloned());
        let Some(compared) = compared.flatten() else {
            return Stage::Blocked("it was not compared".to_owned());
        };
        if !self.app.online.get_untracked() {
            self.batch.stop();
            return compared.stage;
        }
        while let Some(Err(wait_ms)) = self
            .pace
            .try_update_value(|pace| pace.try_acquire(compared.changes, browser::now_ms()))
        {
            self.batch.set(&key, Stage::Waiting);
            // Stopping it does not take the whole minute.
            browser::sleep(Duration::from_millis(wait_ms.clamp(0, 500) as u64)).await;
            if self.batch.is_ending() {
                return compared.stage;
            }
        }
        let login = untrack(|| self.login());
        let sent = SentWrite {
            route: compared.route,
            body: compared.body,
            key: browser::random_key(),
            by: login.unwrap_or_default(),
            at_ms: browser::now_ms(),
        };
        let before = stored_rows::row(&key);
        // Before it is sent: somebody who leaves now finds it on coming back.
        let stored = StoredRow {
            fabric: self.fabric(&key),
            end: RowOutcome::Sent(sent.clone()),
        };
        stored_rows::store_row(&key, Some(&stored));
        match self.sent(&key, &spec, &sent, false).await {
            Some(stage) => stage,
            None => {
                stored_rows::store_row(&key, before.as_ref());
                compared.stage
            }
        }
    }

    /// Sends again what was sent without an answer.
    async fn repeat(self, key: String, spec: FabricSpec) -> Stage {
        let stored = stored_rows::row(&key);
        let Some(sent) = stored.as_ref().and_then(StoredRow::sent) else {
            // The answer came after all.
            return stored.map_or(Stage::Waiting, |stored| stored.stage());
        };
        let stage = self.sent(&key, &spec, sent, true).await;
        stage.unwrap_or_else(|| Stage::Unconfirmed(open("Signed out before the answer came")))
    }

    /// Follows a write to its end; none if signed out and nothing was done this time.
    async fn sent(
        self,
        key: &str,
        spec: &FabricSpec,
        sent: &SentWrite,
        again: bool,
    ) -> Option<Stage> {
        self.batch.set(key, Stage::Running);
        let failure = match repeatable::follow(sent, &|| self.batch.is_here()).await {
            Ok(answered) => return Some(self.answered(key, answered)),
            Err(failure) => failure,
        };
        self.halt_if_all(&failure);
        if failure.is_signed_out() {
            return None;
        }
        let left_nothing = failure.problem().is_some_and(Refusal::left_nothing);
        let is_open =
            failure.may_have_happened() || failure.is_under_way() || failure.concerns_all();
        if is_open && !left_nothing {
            return Some(Stage::Unconfirmed(open(&failure.title())));
        }
        // What is in the way may be what the lost answer told of.
        if again || matches!(failure.code(), Code::NameTaken | Code::FabricExists) {
            self.list_fabrics().await;
            let state = self.known_as(key, spec);
            if state.is_some_and(|state| !is_left(state)) {
                self.keep(key, &Stage::Recorded);
                return Some(Stage::Recorded);
            }
        }
        // What GitHub says of a write is the reason; what is in the way has a name of its own.
        let summary = FailureSummary::from(&failure);
        let stage = match failure.existing().is_none() && !failure.is_outdated() {
            true => Stage::Failed(
                FailureSummary {
                    title: failure.detail(),
                    ..summary
                }
                .into(),
            ),
            false => Stage::Failed(failure),
        };
        self.keep(key, &stage);
        Some(stage)
    }

    /// Where a row is whose write was answered.
    fn answered(self, key: &str, answered: Answered<FabricAnswer>) -> Stage {
        let Answered { body, request_id } = answered;
        let stage = match Stage::of_write(&body) {
            Stage::Failed(failure) => {
                self.halt_if_all(&failure);
                Stage::Failed(failure.with_request_id(request_id))
            }
            stage => stage,
        };
        let id = body.record.id.to_string();
        if let Some(stored) = StoredRow::of(&stage, Some(id.clone())) {
            stored_rows::store_row(key, Some(&stored));
        }
        self.found(key, id);
        stage
    }

    /// Stops what would fail in the same way, and asks who is signed in if the session seems to have ended.
    fn halt_if_all(self, failure: &Failure) {
        if !failure.concerns_all() {
            return;
        }
        if *failure.code() == Code::SignedOut && self.batch.is_here() {
            self.app.on_auth_failure(failure);
        }
        self.batch.halt(failure.clone());
    }

    /// The state of the row's fabric, where Hedgerow has it already.
    fn known_as(self, key: &str, spec: &FabricSpec) -> Option<DirectoryStatus> {
        let found = self
            .known
            .try_with_value(|known| recorded(known, spec).cloned())??;
        self.found(key, found.id.to_string());
        Some(match found.pull_request_url {
            // What is proposed is not written yet, and there is nothing to do.
            Some(_) => DirectoryStatus::Initializing,
            None => found.gitops_directory_status,
        })
    }

    fn found(self, key: &str, id: String) {
        self.fabrics.try_update(|fabrics| {
            fabrics.retain(|(known, _)| known != key);
            fabrics.push((key.to_owned(), id));
        });
    }

    fn keep(self, key: &str, stage: &Stage) {
        let fabric = self
            .fabric(key)
            .or_else(|| stored_rows::row(key).and_then(|stored| stored.fabric));
        if let Some(stored) = StoredRow::of(stage, fabric) {
            stored_rows::store_row(key, Some(&stored));
        }
    }
}

/// Tells whether a fabric that is recorded still has to be written.
fn is_left(state: DirectoryStatus) -> bool {
    matches!(
        state,
        DirectoryStatus::Error | DirectoryStatus::NotInitialized
    )
}

fn open(why: &str) -> String {
    format!("{why}, so it is not known whether it was created")
}
