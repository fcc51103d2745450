//! Committing what is previewed, and what follows.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::CreateFabric;

use super::state::State;
use crate::model::failure::{Failure, Refusal};
use crate::model::preview::Preview;
use crate::model::reading::Read;
use crate::model::wording;
use crate::{api, browser};

impl State {
    /// Commits what is previewed.
    pub fn commit(self) {
        if self.settle() {
            // Nobody has seen yet what this would approve.
            self.app
                .say("The tree has followed; commit once you have seen it");
            return;
        }
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
        let run = browser::now_ms();
        self.busy.set(Some(run));
        self.sent.set(false);
        self.failure.set(None);
        self.changed.set(None);
        self.app.say("Committing");
        spawn_local(async move {
            match self.app.later.get().await {
                Ok(parts) => (parts.create.carry_out)(self, run, body, before).await,
                Err(failure) => {
                    self.busy.set(None);
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    /// Gives the commit up, while nothing was sent. The draft stays.
    pub fn cancel(self) {
        if self.busy.with_untracked(Option::is_some) && !self.sent.get_untracked() {
            self.busy.set(None);
            self.app.remark("Cancelled; nothing was sent");
            set_timeout(|| browser::focus("commit"), std::time::Duration::ZERO);
        }
    }

    /// Sends the commit, and says what came of it.
    pub async fn carry_out(self, run: i64, body: CreateFabric, before: Preview) {
        if !self.goes_on(run) || (self.branch.is_old() && !self.still_applies(run, &before).await) {
            return;
        }
        self.sent.set(true);
        let answer = api::create(&body).await;
        if !self.goes_on(run) {
            return;
        }
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

    /// Tells whether the page is still there and this commit was not given up.
    fn goes_on(self, run: i64) -> bool {
        self.busy.try_get_untracked().flatten() == Some(run)
    }

    /// Reads a branch again that was read long ago. Where its directory changed, that is shown and nothing is sent, as
    /// where the person gave up meanwhile.
    async fn still_applies(self, run: i64, before: &Preview) -> bool {
        let found = api::snapshot(&before.spec).await;
        if !self.goes_on(run) {
            return false;
        }
        let directory = &before.spec.gitops_directory;
        let seen = self.branch.read_of(&before.spec);
        let seen = seen.map(|read| read.snapshot.directory_id(directory));
        match found {
            Ok((_, snapshot)) if seen == Some(snapshot.directory_id(directory)) => return true,
            Ok((answer, snapshot)) => {
                self.compare_again(before, Read::new(before.spec.clone(), answer, snapshot));
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
        self.busy.set(None);
        false
    }

    fn compare_again(self, before: &Preview, fresh: Read) {
        self.branch.take(fresh);
        if let Some(after) = self.preview.get_untracked() {
            self.changed
                .set(Some(wording::what_changed(before, &after)));
        }
    }

    /// A change in the directory comes with the new snapshot: it is compared at once, and what changed is said.
    fn refused(self, failure: Failure, before: &Preview) {
        if failure.code() == "directory_changed" {
            let fresh = failure.problem().and_then(Refusal::snapshot);
            match fresh.map(|answer| (api::verified(&answer), answer)) {
                Some((Ok(snapshot), answer)) => {
                    self.compare_again(before, Read::new(before.spec.clone(), answer, snapshot));
                }
                _ => self.branch.read_again(),
            }
        }
        if failure.is_signed_out() {
            self.app.ask_session();
        }
        self.failure.set(Some(failure));
    }
}
