//! The branch that the draft names, read again whenever it names another.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::fabric::{FabricInput, FabricSpec, LayoutOptions};

use crate::browser;
use crate::context::AppContext;
use crate::latest::Latest;
use crate::lazy::Lazy;
use crate::pages::lazy::RepositoryLazy;
use model::branch_state::LoadedBranch;
use model::failure::Failure;

/// How long typing has to pause before anything is asked.
const PAUSE: Duration = Duration::from_millis(350);
/// The same without signing in, where GitHub answers only 60 requests an hour.
const PUBLIC_PAUSE: Duration = Duration::from_millis(900);

/// A snapshot older than this, in milliseconds, is read again before anything is written.
const OLD_MS: i64 = 60_000;

/// What is known of the branch, and of reading it.
#[derive(Clone, Copy)]
pub struct Branch {
    /// Why it could not be read.
    pub failure: RwSignal<Option<Failure>>,
    /// Whether it is read without signing in.
    pub public: Memo<bool>,
    app: AppContext,
    lazy: Lazy<RepositoryLazy>,
    read: RwSignal<Option<LoadedBranch>>,
    latest: Latest,
    read_at: StoredValue<i64>,
    target: Memo<Option<FabricSpec>>,
    /// The question that was given up, and the place that it was about.
    stopped: StoredValue<Option<(u32, Option<FabricSpec>)>>,
}

impl Branch {
    pub fn new(app: AppContext, draft: RwSignal<FabricInput>, typing: RwSignal<bool>) -> Self {
        // The name is not part of this, so typing one asks nothing; a directory that follows it waits for its end.
        let target = Memo::new(move |_| {
            let mut input = draft.get();
            input.name = "fabric".to_owned();
            input.layout = LayoutOptions::default();
            FabricSpec::parse_typed(&input).ok()
        });
        let branch = Self {
            failure: RwSignal::new(None),
            public: Memo::new(move |_| app.signed_out()),
            app,
            lazy: Lazy::get(),
            read: RwSignal::new(None),
            latest: Latest::new(),
            read_at: StoredValue::new(0),
            target,
            stopped: StoredValue::new(None),
        };
        branch.follow(typing);
        branch
    }

    /// The snapshot of the directory that a fabric names, if it was read.
    pub fn read_of(self, spec: &FabricSpec) -> Option<LoadedBranch> {
        self.read.get().filter(|read| read.is_of(spec))
    }

    /// Takes a snapshot that came with another answer.
    pub fn accept(self, read: LoadedBranch) {
        self.read_at.set_value(browser::now_ms());
        self.read.set(Some(read));
        self.failure.set(None);
    }

    /// Tells whether much may have happened since the branch was read.
    pub fn is_old(self) -> bool {
        browser::now_ms() - self.read_at.get_value() > OLD_MS
    }

    /// Reads the branch again.
    pub fn read_again(self) {
        self.read.set(None);
        self.failure.set(None);
        self.latest.ask_again();
    }

    /// Stops waiting for an answer; what comes later is not taken. Until the person wants it read again, or names another
    /// place, nothing is asked, whatever else becomes known in the meantime.
    pub fn give_up(self) {
        let number = self.latest.next();
        let target = self.target.get_untracked();
        self.stopped.set_value(Some((number, target)));
        self.failure.set(Some(Failure::Stopped));
    }

    fn follow(self, typing: RwSignal<bool>) {
        let target = self.target;
        Effect::new(move |_| {
            let number = self.latest.follow();
            let is_known = self
                .app
                .session
                .with(|session| matches!(session, Some(Ok(_))));
            let (public, typing) = (self.public.get(), typing.get());
            let online = self.app.online.get();
            let Some(spec) = target.get().filter(|_| is_known && online && !typing) else {
                return;
            };
            if self
                .read
                .with_untracked(|read| read.as_ref().is_some_and(|read| read.is_of(&spec)))
            {
                return;
            }
            let is_stopped = self.stopped.with_value(|stopped| {
                matches!(stopped, Some((of, target)) if *of == number && target.as_ref() == Some(&spec))
            });
            if is_stopped {
                return;
            }
            self.stopped.set_value(None);
            self.failure.set(None);
            let wanted = move |spec: &FabricSpec| {
                self.latest.is_current(number)
                    && target.try_get_untracked().flatten().as_ref() == Some(spec)
            };
            let ask = move || {
                if !wanted(&spec) {
                    return;
                }
                spawn_local(async move {
                    let github = public.then(|| self.app.github_api_url());
                    let answer = self
                        .lazy
                        .call(|lazy| (lazy.branch)(github, spec.clone()))
                        .await;
                    if wanted(&spec) {
                        self.answered(answer);
                    }
                });
            };
            set_timeout(ask, if public { PUBLIC_PAUSE } else { PAUSE });
        });
        // Signing in or out reads the branch again; learning who is signed in does not.
        Effect::new(move |before: Option<Option<bool>>| {
            let before = before.flatten();
            let public = self.public.get();
            let session = self.app.session;
            let now = match session.with(|session| matches!(session, Some(Ok(_)))) {
                true => Some(public),
                false => before,
            };
            if before.is_some() && before != now {
                self.read_again();
            }
            now
        });
    }

    fn answered(self, answer: Result<LoadedBranch, Failure>) {
        match answer {
            Ok(read) => {
                self.app.announce("Compared with the branch");
                self.accept(read);
            }
            Err(failure) => {
                self.app.announce(failure.title());
                self.failure.set(Some(failure));
            }
        }
    }
}
