//! Committing what is previewed, and what follows.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{CreateFabric, WriteMode};

use super::state::State;
use crate::model::failure::{Failure, Refusal};
use crate::model::preview::Preview;
use crate::model::reading::Read;
use crate::model::wording;
use crate::{api, browser};

impl State {
    /// Commits what is previewed.
    pub fn commit(self) {
        if self.busy.get_untracked().is_some() || untrack(|| self.closed()).is_some() {
            return;
        }
        let (mode, _) = untrack(|| self.way());
        let Some(before) = self.preview.get_untracked() else {
            return;
        };
        let Some(body) = before.create(mode) else {
            return;
        };
        self.busy.set(Some(browser::now_ms()));
        self.failure.set(None);
        self.changed.set(None);
        self.app.say("Committing");
        spawn_local(async move {
            match self.app.later.get().await {
                Ok(parts) => (parts.create.carry_out)(self, body, before).await,
                Err(failure) => {
                    self.busy.set(None);
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    /// Sends the commit, and says what came of it.
    pub async fn carry_out(self, body: CreateFabric, before: Preview) {
        let answer = api::create(&body).await;
        self.busy.set(None);
        match answer {
            Ok(answer) => {
                let (word, _) = wording::status(answer.record.gitops_directory_status);
                self.app.say(format!("{word}: {}", answer.record.name));
                self.done.set(Some(answer));
                set_timeout(
                    || browser::focus("result-heading"),
                    std::time::Duration::ZERO,
                );
            }
            Err(failure) => self.refused(failure, &before),
        }
    }

    /// A change in the directory comes with the new snapshot: it is compared at once, and what changed is said.
    fn refused(self, failure: Failure, before: &Preview) {
        let problem = failure.problem();
        let code = problem
            .map(|problem| problem.code.as_str())
            .unwrap_or_default();
        if code == "directory_changed" {
            let fresh = problem.and_then(Refusal::snapshot);
            match fresh.map(|answer| (api::verified(&answer), answer)) {
                Some((Ok(snapshot), answer)) => {
                    self.branch
                        .take(Read::new(before.spec.clone(), answer, snapshot));
                }
                _ => self.branch.read_again(),
            }
            if let Some(after) = self.preview.get_untracked() {
                self.changed
                    .set(Some(wording::what_changed(before, &after)));
            }
        }
        if code == "branch_protected" {
            self.mode.set(WriteMode::PullRequest);
        }
        if problem.is_some_and(|problem| problem.status == 401) {
            self.app.ask_session();
        }
        self.failure.set(Some(failure));
    }
}
