//! Committing what is previewed, and what follows.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{CreateFabric, FabricAnswer, SnapshotAnswer};
use shared::fabric::FabricSpec;
use shared::problem::Code;
use shared::snapshot::Snapshot;

use super::sent_commit;
use super::state::State;
use super::stored_draft;
use crate::api::{Answered, repeatable};
use crate::components::notice::Instead;
use crate::{api, browser};
use crate::{sent_writes, shown};
use model::branch_state::LoadedBranch;
use model::failure::{Failure, Refusal, other_way, reads_again};
use model::preview::Preview;
use model::sent_write::SentWrite;
use model::wording;

impl State {
    /// Commits what is previewed.
    pub fn commit(self) {
        self.typing.set(false);
        if self.settle() {
            // What this would approve has not been on the screen yet.
            self.app
                .announce("The tree was updated; look at it, then commit");
            return;
        }
        if self.busy.get_untracked().is_some() || untrack(|| self.disabled_reason()).is_some() {
            return;
        }
        if let Err(failure) = shown::check() {
            self.failure.set(Some(failure));
            return;
        }
        let (mode, _) = untrack(|| self.write_mode());
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
        self.app.announce("Committing");
        spawn_local(async move {
            match self.lazy.load().await {
                Ok(lazy) => (lazy.carry_out)(self, run, body, before).await,
                Err(failure) => {
                    self.busy.set(None);
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    /// What gets round a refusal: the other way to write the same, or reading the branch again.
    pub fn instead(self, code: &Code) -> Option<Instead> {
        let (tried, forced) = self.write_mode();
        if let Some(mode) = other_way(code, tried).filter(|_| forced.is_none()) {
            let does = self
                .preview
                .with(|preview| wording::create_action(preview.as_ref(), mode));
            let act = move |()| {
                self.mode.set(mode);
                self.failure.set(None);
                self.commit();
            };
            return Some((does, Callback::new(act)));
        }
        reads_again(code).then(|| {
            let act = move |()| {
                self.failure.set(None);
                self.branch.read_again();
            };
            ("Read the branch again".to_owned(), Callback::new(act))
        })
    }

    /// Takes what a refusal offers instead: a name or a directory that is free, or a branch that exists.
    pub fn choose_free(self, free: String) {
        let code = self
            .failure
            .with_untracked(|failure| failure.as_ref().map(|failure| failure.code().clone()));
        self.failure.set(None);
        self.edit(|draft| match code {
            Some(Code::NameTaken) => draft.name = free,
            Some(Code::BranchMissing | Code::BranchBlocked) => draft.branch = free,
            _ => draft.gitops_directory = free,
        });
        browser::focus("commit");
    }

    /// Takes a branch in place of one that does not exist, or that git cannot have.
    pub fn choose_branch(self, name: String) {
        self.edit(|draft| draft.branch = name);
    }

    /// Learns what became of a commit that was sent before the page was loaded.
    pub fn resume(self) {
        spawn_local(async move {
            if let Ok(lazy) = self.lazy.load().await {
                (lazy.ask_again)(self).await;
            }
        });
    }

    /// Gives the commit up, while nothing was pending. The draft stays.
    pub fn cancel(self) {
        if self.busy.with_untracked(Option::is_some) && !self.sent.get_untracked() {
            self.busy.set(None);
            self.app.toast("Cancelled; nothing was sent");
            set_timeout(|| browser::focus("commit"), std::time::Duration::ZERO);
        }
    }

    /// Sends the commit, and says what came of it.
    pub async fn carry_out(self, run: i64, body: CreateFabric, before: Preview) {
        if !self.goes_on(run) || (self.branch.is_old() && !self.still_applies(run, &before).await) {
            return;
        }
        self.sent.set(true);
        let login = self.app.login().unwrap_or_default();
        let (route, body) = repeatable::create(&body);
        let sent = sent_writes::keep(route, body, login);
        sent_commit::store(Some(&sent));
        self.follow(run, sent, Some(&before)).await;
    }

    /// Learns what became of a commit that was sent before the page was loaded, by sending the same again: the Worker
    /// carries it out once. Another draft or another person has nothing to do with it.
    pub async fn ask_again(self) {
        let now_ms = browser::now_ms();
        let Some(sent) = sent_commit::load().filter(|sent| !sent.is_old(now_ms)) else {
            sent_commit::store(None);
            return;
        };
        let is_theirs = self
            .app
            .login()
            .is_some_and(|login| sent.goes_on(&login, now_ms));
        let body: Option<CreateFabric> = model::json::from_str(&sent.body).ok();
        let spec = body.and_then(|body| FabricSpec::parse(&body.fabric).ok());
        let is_this = spec.is_some()
            && self
                .spec
                .with_untracked(|now| now.as_ref().ok() == spec.as_ref());
        if !is_theirs || !is_this || self.busy.get_untracked().is_some() {
            return;
        }
        let run = sent.at_ms;
        self.busy.set(Some(run));
        self.sent.set(true);
        self.follow(run, sent, None).await;
    }

    /// Follows what was sent to its end.
    async fn follow(self, run: i64, sent: SentWrite, before: Option<&Preview>) {
        let answer = repeatable::follow(&sent, &|| self.goes_on(run)).await;
        if !matches!(&answer, Err(failure) if failure.may_have_left_something()) {
            sent_writes::forget(&sent);
            sent_commit::store(None);
        }
        if !self.goes_on(run) {
            return;
        }
        self.busy.set(None);
        match answer {
            Ok(created) => self.recorded(created),
            Err(failure) => self.refused(failure, before),
        }
    }

    fn recorded(self, created: Answered<FabricAnswer>) {
        let record = &created.body.record;
        let word = shared::status::Verdict::of(record).word();
        self.app.announce(format!("{word}: {}", record.name));
        // A token that GitHub took no longer is no longer there.
        let why = record.directory_init_error.as_ref();
        if why.is_some_and(|why| why.code == Code::GithubUnauthorized) {
            self.app.mark_signed_out();
        }
        stored_draft::store(None);
        self.restored.set(false);
        self.done.set(Some(Arc::new(created)));
        set_timeout(|| browser::focus("result-heading"), Duration::ZERO);
    }

    /// Tells whether the page is still there and this commit was not given up.
    fn goes_on(self, run: i64) -> bool {
        self.busy.try_get_untracked().flatten() == Some(run)
    }

    /// Reads a branch again that was read long ago. Where its directory changed, that is shown and nothing is sent, as
    /// where the person gave up in the meantime.
    async fn still_applies(self, run: i64, before: &Preview) -> bool {
        let found = api::snapshot(&before.spec).await;
        if !self.goes_on(run) {
            return false;
        }
        let directory = &before.spec.gitops_directory;
        // Another branch that holds the same is not what was seen.
        let of = |answer: &SnapshotAnswer, snapshot: &Snapshot| {
            let base = answer.base.as_ref().map(|base| base.branch.clone());
            (base, snapshot.directory_id(directory))
        };
        let seen = self.branch.read_of(&before.spec);
        let seen = seen.map(|read| of(&read.answer, &read.snapshot));
        match found {
            Ok((answer, snapshot)) if seen == Some(of(&answer, &snapshot)) => return true,
            Ok((answer, snapshot)) => {
                self.compare_again(
                    Some(before),
                    LoadedBranch::new(before.spec.clone(), answer, snapshot),
                );
            }
            Err(failure) => self.failure.set(Some(failure)),
        }
        self.busy.set(None);
        false
    }

    fn compare_again(self, before: Option<&Preview>, fresh: LoadedBranch) {
        self.branch.accept(fresh);
        if let Some(after) = self.preview.get_untracked() {
            let before = before.unwrap_or(&after);
            self.changed
                .set(Some(wording::what_changed(before, &after)));
        }
    }

    /// A change in the directory comes with the new snapshot: it is compared at once, and what changed is said.
    fn refused(self, failure: Failure, before: Option<&Preview>) {
        if *failure.code() == Code::DirectoryChanged {
            let fresh = failure.problem().and_then(Refusal::snapshot);
            let spec = before.map(|before| before.spec.clone());
            let spec = spec.or_else(|| self.spec.get_untracked().ok());
            match fresh
                .map(|answer| (api::verified(&answer), answer))
                .zip(spec)
            {
                Some(((Ok(snapshot), answer), spec)) => {
                    self.compare_again(before, LoadedBranch::new(spec, answer, snapshot));
                }
                _ => self.branch.read_again(),
            }
        }
        if *failure.code() == Code::BranchMissing {
            self.branch.read_again();
        }
        self.app.on_auth_failure(&failure);
        self.failure.set(Some(failure));
    }
}
