//! What the page of a fabric knows: the record, kept up to date, and the branch, once somebody looks at it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FabricAnswer, PermissionAnswer};
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::record::{CheckState, DirectoryStatus, FabricRecord};
use shared::status::{Action, FabricState, NO_FABRIC, Verdict};

use super::lazy::FabricLazy;
use crate::components::contents::Contents;
use crate::context::AppContext;
use crate::latest::Latest;
use crate::lazy::Lazy;
use crate::pages::lazy::RepositoryLazy;
use crate::{api, browser};
use model::branch_state::LoadedBranch;
use model::failure::Failure;
use model::gate;

/// What the plan of a write depends on, as far as the record knows it: where the directory is, and what it is known to hold.
pub type Basis = (FabricSpec, Option<ObjectId>, Option<ObjectId>);

/// What is said of a fabric whose branch holds something else than its record knows.
const MOVED: &str = "The branch has moved since this was checked.";

/// What can be asked of a fabric from anywhere on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Validate,
    /// To see what a repair would do.
    Repair,
    /// To see what initialising again would do.
    Initialise,
    /// To see what the branch holds that is there instead, where the fabric's own is gone; under Settings.
    Follow,
}

/// Everything that the parts of the page share.
#[derive(Clone, Copy)]
pub struct State {
    pub app: AppContext,
    lazy: Lazy<RepositoryLazy>,
    fabric_lazy: Lazy<FabricLazy>,
    pub id: StoredValue<String>,
    /// The record, or why it could not be read.
    pub answer: RwSignal<Option<Result<FabricAnswer, Failure>>>,
    /// The record, where there is one; as this browser has seen it to be, where that is newer.
    pub record: Memo<Option<FabricRecord>>,
    /// Where the record is shown as this browser has seen it: the record as it is kept, and whether that says something else.
    pub kept: RwSignal<Option<(FabricRecord, bool)>>,
    /// What is to be said of it, and to be done about it.
    pub fabric_state: Memo<Option<FabricState>>,
    /// Why the record could not be read again, while the last known one is shown.
    pub stale: RwSignal<Option<Failure>>,
    /// What plans of writes depend on.
    pub basis: Memo<Option<Basis>>,
    /// What was asked for in the palette.
    pub asked: RwSignal<Option<Act>>,
    /// How often this page has written something.
    pub writes: RwSignal<u32>,
    /// What the record says too, and a part of the page says already, with the request that it came of.
    pub shown_elsewhere: RwSignal<Option<String>>,
    /// Whether a validation on this page found anything.
    pub has_findings: RwSignal<bool>,
    /// At which head and when a validation on this page found it. The record of everybody is not written for each look.
    pub validated: RwSignal<Option<(Option<ObjectId>, String)>>,
    /// What the person may do in the repository, once GitHub has said so.
    pub permission: RwSignal<Option<PermissionAnswer>>,
    /// The branch as it was read for this page.
    pub branch: RwSignal<Option<LoadedBranch>>,
    /// Whether the branch, as it was read for this page, holds another directory than the record knows.
    pub moved: Memo<bool>,
    /// Whether the branch is read by itself: somebody is signed in, and there is something to compare it with.
    pub is_followed: Memo<bool>,
    /// The heads that were followed since the record told what was read, and whether somebody was signed in. Each is once: where
    /// GitHub tells now this and now that, asking again and again does not help.
    pub followed: StoredValue<Vec<(bool, Option<ObjectId>)>>,
    /// Why the branch could not be read.
    pub branch_failure: RwSignal<Option<Failure>>,
    /// Whether the branch is being read.
    pub is_loading: RwSignal<bool>,
    latest: Latest,
    /// What the branch's files say.
    pub contents: Contents,
}

impl State {
    /// Begins to load a fabric.
    pub fn new(id: String) -> Self {
        let app = AppContext::get();
        let answer = RwSignal::new(None::<Result<FabricAnswer, Failure>>);
        let record = Memo::new(move |_| {
            answer.with(|answer| Some(answer.as_ref()?.as_ref().ok()?.record.clone()))
        });
        let repo =
            Memo::new(move |_| record.with(|record| Some(record.as_ref()?.git_repository.clone())));
        let basis = Memo::new(move |_| {
            record.with(|record| {
                let record = record.as_ref()?;
                Some((record.spec(), record.head, record.tree))
            })
        });
        let branch = RwSignal::new(None::<LoadedBranch>);
        let moved = Memo::new(move |_| {
            branch.with(|read| {
                record.with(|record| {
                    let (Some(read), Some(record)) = (read, record) else {
                        return false;
                    };
                    let is_writing =
                        record.gitops_directory_status == DirectoryStatus::Initializing;
                    let is_other = read.is_of(&record.spec()) && read.tree != record.tree;
                    is_other && !is_writing && record.checked_at.is_some()
                })
            })
        });
        let state = Self {
            app,
            moved,
            lazy: Lazy::get(),
            fabric_lazy: Lazy::get(),
            id: StoredValue::new(id),
            answer,
            asked: RwSignal::new(None),
            record,
            kept: RwSignal::new(None),
            followed: StoredValue::new(Vec::new()),
            is_followed: Memo::new(move |_| {
                let is_known = |record: &FabricRecord| {
                    record.checked_at.is_some()
                        && record.gitops_directory_status != DirectoryStatus::Initializing
                };
                record.with(|record| record.as_ref().is_some_and(is_known)) && app.signed_in()
            }),
            fabric_state: Memo::new(move |_| {
                let state = record.with(|record| record.as_ref().map(FabricState::of))?;
                Some(match moved.get() {
                    // The record is not what is there, and what is there was not looked into yet.
                    true => FabricState {
                        verdict: Verdict::NotKnown,
                        sentence: MOVED.to_owned(),
                        action: Some(Action::Check),
                    },
                    false => state,
                })
            }),
            stale: RwSignal::new(None),
            basis,
            writes: RwSignal::new(0),
            shown_elsewhere: RwSignal::new(None),
            has_findings: RwSignal::new(false),
            validated: RwSignal::new(None),
            permission: RwSignal::new(None),
            branch,
            branch_failure: RwSignal::new(None),
            is_loading: RwSignal::new(false),
            latest: Latest::new(),
            contents: Contents::of(repo),
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
        let repository = Memo::new(move |_| {
            record.with(|record| {
                let record = record.as_ref()?;
                signed_in.get().then(|| record.git_repository.clone())
            })
        });
        Effect::new(move || {
            let is_known = repository.with(Option::is_some);
            state.permission.set(None);
            if is_known {
                state.ask_permission();
            }
        });
        Effect::new(move || {
            if state.is_followed.get() {
                state.fabric_lazy.file.request();
            }
        });
        app.on_reconnect(move || {
            let is_lost = answer.with(|answer| matches!(answer, Some(Err(Failure::Network))));
            if is_lost || state.stale.with(Option::is_some) {
                if is_lost {
                    answer.set(None);
                }
                state.load();
            }
            if state.branch_failure.get() == Some(Failure::Network) {
                state.read_branch();
            }
        });
        let title = Memo::new(move |_| {
            answer.with(|answer| match answer.as_ref()? {
                Ok(found) => Some(found.record.name.to_string()),
                Err(failure) if failure.is_not_found() => Some(NO_FABRIC.to_owned()),
                Err(_) => Some("Fabric".to_owned()),
            })
        });
        Effect::new(move || {
            if let Some(title) = title.get() {
                document().set_title(&format!("{title} · Hedgerow"));
            }
        });
        state
    }

    /// Asks what the person may do. Where that cannot be learned nothing is kept back: the write decides.
    fn ask_permission(self) {
        let id = self.id.get_value();
        spawn_local(async move {
            if let Ok(found) = api::permission(&id).await {
                self.permission.try_set(Some(found));
            }
        });
    }

    /// Tells whether this is what to do about the fabric now.
    pub fn is_next(self, action: Action) -> bool {
        let fabric_state = self.fabric_state;
        fabric_state.with(|now| now.as_ref().and_then(|now| now.action) == Some(action))
    }

    /// Why nothing can be written by this person, if that is so.
    pub fn refused(self) -> Option<String> {
        let may = self.permission.get()?;
        let name = self.repository()?;
        gate::unwritable(&name, may.permission, may.archived)
    }

    /// The same for what changes only the record, which an archived repository does not keep anybody from.
    pub fn record_refused(self) -> Option<String> {
        let may = self.permission.get()?;
        let name = self.repository()?;
        gate::unwritable(&name, may.permission, false)
    }

    fn repository(self) -> Option<String> {
        self.record
            .with(|record| Some(record.as_ref()?.git_repository.to_string()))
    }

    /// Loads the record. A record that is there already stays, unless it is certainly gone.
    pub fn load(self) {
        // The caller may have waited for something, and the page may be gone by now.
        let Some(id) = self.id.try_get_value() else {
            return;
        };
        spawn_local(async move {
            match api::fabric(&id).await {
                Ok(found) => {
                    self.stale.try_set(None);
                    self.accept(found);
                }
                Err(failure) => {
                    let is_known = self.record.try_with_untracked(Option::is_some) == Some(true);
                    if is_known && !failure.is_not_found() {
                        self.stale.try_set(Some(failure));
                    } else {
                        self.answer.try_set(Some(Err(failure)));
                    }
                }
            }
            keep_focus("heading");
        });
    }

    /// Takes a record, unless a newer one is there, or the page has gone.
    pub fn accept(self, found: FabricAnswer) {
        let is_older = self.record.try_with_untracked(|record| {
            // A socket brings the record as it is kept, which does not say that it is stale, nor what this browser has seen.
            record.as_ref().is_some_and(|record| {
                let is_more = record.check.state == CheckState::Stale
                    || self.kept.with_untracked(Option::is_some);
                record.version > found.record.version
                    || (is_more && record.version == found.record.version)
            })
        });
        if is_older != Some(false) {
            return;
        }
        self.kept.set(None);
        match self.answer.get_untracked() {
            Some(Ok(known)) if known == found => {}
            Some(Ok(_)) => self.replace(|_| found),
            _ => self.answer.set(Some(Ok(found))),
        }
    }

    /// Shows why the record is gone, in its place.
    pub fn show_gone(self, failure: Failure) {
        self.answer.set(Some(Err(failure)));
        keep_focus("heading");
    }

    /// Takes the record that a write led to: what was read of the branch before is no longer what it holds.
    pub fn record_written(self, found: FabricAnswer) {
        self.forget_branch();
        self.writes.try_update(|writes| *writes += 1);
        self.accept(found);
    }

    /// Forgets what was read of the branch; it is read again where it is shown.
    pub fn forget_branch(self) {
        self.latest.next();
        self.is_loading.try_set(false);
        self.branch_failure.try_set(None);
        self.branch.try_set(None);
    }

    /// Tells whether the page has read something else than the record that others see knows.
    pub fn is_ahead(self) -> bool {
        let is_other = |kept: &Option<(FabricRecord, bool)>| matches!(kept, Some((_, true)));
        self.moved.get() || self.kept.with(is_other)
    }

    /// Shows the record as this browser has seen it until a newer version comes; `kept` is what others see meanwhile.
    pub fn learn(self, shown: FabricRecord, kept: FabricRecord, is_other: bool) {
        self.kept.set(Some((kept, is_other)));
        self.replace(|answer| FabricAnswer {
            record: shown,
            ..answer
        });
    }

    /// Puts another answer in place of the last. What was read of the branch is of no use once the record knows of another state
    /// of it, or has seen it since.
    fn replace(self, other: impl FnOnce(FabricAnswer) -> FabricAnswer) {
        let Some(Ok(answer)) = self.answer.get_untracked() else {
            return;
        };
        let seen = || {
            let at = |record: &FabricRecord| record.checked_at.clone();
            let at = self
                .record
                .with_untracked(|record| record.as_ref().and_then(at));
            (self.basis.get_untracked(), at)
        };
        let before = seen();
        self.answer.set(Some(Ok(other(answer))));
        if seen() == before {
            return;
        }
        let is_recorded = self.branch.with_untracked(|read| {
            self.record.with_untracked(|record| match (read, record) {
                (Some(read), Some(record)) => read.is_recorded(record),
                _ => false,
            })
        });
        if !is_recorded {
            self.forget_branch();
        }
    }

    /// Reads the branch again, whatever is being read; what was read before stays until the answer is there.
    pub fn read_again(self) {
        if !self.id.is_disposed() {
            self.latest.next();
            self.is_loading.set(false);
            self.read_branch();
        }
    }

    /// Reads the branch: through Hedgerow for people who are signed in, else straight from GitHub.
    pub fn read_branch(self) {
        let Some(record) = self
            .record
            .get_untracked()
            .filter(|_| !self.is_loading.get_untracked())
        else {
            return;
        };
        self.is_loading.set(true);
        self.branch_failure.set(None);
        let number = self.latest.next();
        let signed_in = untrack(|| self.app.signed_in());
        let github = (!signed_in).then(|| self.app.github_api_url());
        spawn_local(async move {
            let answer = self
                .lazy
                .call(|lazy| (lazy.branch)(github, record.spec()))
                .await;
            if !self.latest.is_current(number) {
                return;
            }
            self.is_loading.try_set(false);
            match answer {
                Ok(read) => self.branch.try_set(Some(read)),
                Err(failure) => {
                    self.branch_failure.try_set(Some(failure));
                    None
                }
            };
        });
    }
}

/// Gives the focus to the element of this id where it is nowhere, once the page is drawn as it is to be.
pub fn keep_focus(id: &'static str) {
    set_timeout(move || browser::focus_if_lost(id), Duration::ZERO);
}
