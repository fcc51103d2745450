//! What the create page knows and does: the draft in the address, the branch as last read, the commit.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FabricAnswer, SnapshotAnswer};
use shared::fabric::{FabricSpec, FieldError};
use shared::plan::Overwrite;
use shared::snapshot::Snapshot;

use crate::app::App;
use crate::model::draft::Draft;
use crate::model::failure::Failure;
use crate::model::gate::{self, Reading};
use crate::model::preview::Preview;
use crate::model::wording;
use crate::{api, browser};

const PAUSE: Duration = Duration::from_millis(350);

/// A branch as it was read.
#[derive(Clone, PartialEq)]
struct Read {
    asked: FabricSpec,
    answer: SnapshotAnswer,
    snapshot: Snapshot,
}

/// Everything that the page holds.
#[derive(Clone, Copy)]
pub struct State {
    /// The page's surroundings.
    pub app: App,
    /// The fields.
    pub draft: RwSignal<Draft>,
    /// What to do with changed files.
    pub overwrite: RwSignal<Overwrite>,
    /// Whether a name is being typed, on which no request depends.
    pub naming: RwSignal<bool>,
    /// Whether a repository was typed since the page opened.
    pub touched: RwSignal<bool>,
    /// Whether the commit is under way.
    pub busy: RwSignal<bool>,
    /// How the commit ended.
    pub done: RwSignal<Option<FabricAnswer>>,
    /// Why the commit failed.
    pub failure: RwSignal<Option<Failure>>,
    /// What changed while the person looked.
    pub changed: RwSignal<Option<String>>,
    /// Why the branch could not be read.
    pub read_failure: RwSignal<Option<Failure>>,
    /// The checked fields, or what is wrong with them.
    pub spec: Memo<Result<FabricSpec, Vec<FieldError>>>,
    /// The tree to approve.
    pub preview: Memo<Option<Preview>>,
    /// What is known of the branch.
    pub reading: Memo<Reading>,
    read: RwSignal<Option<Read>>,
    turn: RwSignal<u64>,
}

impl State {
    /// The state that the address describes.
    pub fn new() -> Self {
        let app = App::get();
        let draft = RwSignal::new(Draft::from_fragment(&browser::fragment()));
        let overwrite = RwSignal::new(Overwrite::No);
        let read = RwSignal::new(None::<Read>);
        let read_failure = RwSignal::new(None);
        let spec = Memo::new(move |_| draft.with(|draft| FabricSpec::parse(&draft.to_input())));
        let current = Memo::new(move |_| {
            spec.with(|spec| {
                let spec = spec.as_ref().ok()?;
                read.get().filter(|read| is_of(&read.asked, spec))
            })
        });
        let preview = Memo::new(move |_| {
            let spec = spec.get().ok().or_else(|| draft.with(Draft::drawable))?;
            current.with(|read| {
                Some(Preview::new(
                    spec,
                    read.as_ref().map(|read| &read.snapshot),
                    overwrite.get(),
                ))
            })
        });
        let reading =
            Memo::new(
                move |_| match (current.get(), read_failure.with(Option::is_some)) {
                    (Some(read), _) => Reading::Read(Box::new(read.answer)),
                    (None, true) => Reading::Failed,
                    (None, false) => Reading::Asking,
                },
            );
        let state = Self {
            app,
            draft,
            overwrite,
            naming: RwSignal::new(false),
            touched: RwSignal::new(false),
            busy: RwSignal::new(false),
            done: RwSignal::new(None),
            failure: RwSignal::new(None),
            changed: RwSignal::new(None),
            read_failure,
            spec,
            preview,
            reading,
            read,
            turn: RwSignal::new(0),
        };
        state.follow();
        state
    }

    /// Why the button is closed, if it is.
    pub fn closed(self) -> Option<String> {
        let is_complete = self.spec.with(Result::is_ok);
        self.preview.with(|preview| {
            let preview = preview.as_ref().filter(|_| is_complete);
            self.reading
                .with(|reading| gate::closed(preview, self.app.signed_in(), reading))
        })
    }

    /// What is wrong with a field; a repository that nobody named yet is missing, not wrong.
    pub fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.spec.with(|spec| {
                let errors = spec.as_ref().err()?;
                let is_untouched = field == "git_repository" && !self.touched.get();
                if is_untouched && self.draft.with(|draft| draft.repository.is_empty()) {
                    return None;
                }
                errors
                    .iter()
                    .find(|error| error.field == field)
                    .map(|error| error.message.clone())
            })
        })
    }

    /// Changes the draft, and the address with it.
    pub fn edit(self, change: impl FnOnce(&mut Draft)) {
        self.draft.update(change);
        self.done.set(None);
        self.draft
            .with_untracked(|draft| browser::replace_fragment(&draft.to_fragment()));
    }

    /// Reads the branch again.
    pub fn read_again(self) {
        self.read.set(None);
        self.read_failure.set(None);
        self.turn.update(|turn| *turn += 1);
    }

    /// Keeps the draft with the address and the branch with the draft.
    fn follow(self) {
        let back = window_event_listener(leptos::ev::hashchange, move |_| {
            let draft = Draft::from_fragment(&browser::fragment());
            if self.draft.with_untracked(|before| *before != draft) {
                self.draft.set(draft);
            }
        });
        on_cleanup(move || back.remove());
        // The name is no part of this, so typing one asks nothing; a directory that follows it waits for its end.
        let target = Memo::new(move |_| {
            let found = self.spec.with(|_| {
                self.draft.with(|draft| {
                    let mut input = draft.to_input();
                    input.name = "fabric".to_owned();
                    FabricSpec::parse(&input).ok()
                })
            });
            found.map(|mut spec| {
                spec.layout = shared::fabric::LayoutOptions::default();
                spec
            })
        });
        Effect::new(move |_| {
            let turn = self.turn.get();
            let (signed_in, naming) = (self.app.signed_in(), self.naming.get());
            let Some(spec) = target.get().filter(|_| signed_in && !naming) else {
                return;
            };
            if self
                .read
                .with_untracked(|read| read.as_ref().is_some_and(|read| is_of(&read.asked, &spec)))
            {
                return;
            }
            self.read_failure.set(None);
            let wanted = move |spec: &FabricSpec| {
                self.turn.try_get_untracked() == Some(turn)
                    && target.try_get_untracked().flatten().as_ref() == Some(spec)
            };
            set_timeout(
                move || {
                    if !wanted(&spec) {
                        return;
                    }
                    spawn_local(async move {
                        let answer = api::snapshot(&spec).await;
                        if wanted(&spec) {
                            self.take(spec, answer);
                        }
                    });
                },
                PAUSE,
            );
        });
        let user = Memo::new(move |_| self.app.signed_in());
        Effect::new(move |before: Option<bool>| {
            let now = user.get();
            if before.is_some_and(|before| before != now) {
                self.read_again();
            }
            now
        });
    }

    fn take(self, asked: FabricSpec, answer: Result<(SnapshotAnswer, Snapshot), Failure>) {
        match answer {
            Ok((answer, snapshot)) => {
                self.read.set(Some(Read {
                    asked,
                    answer,
                    snapshot,
                }));
                let counts = self
                    .preview
                    .with_untracked(|preview| preview.as_ref().map(wording::counts));
                let words = counts.unwrap_or_default().into_iter().map(|(word, _)| word);
                self.app.say(format!(
                    "Compared with the branch: {}",
                    words.collect::<Vec<_>>().join(", ")
                ));
            }
            Err(failure) => self.read_failure.set(Some(failure)),
        }
    }

    /// Commits what is previewed.
    pub fn commit(self) {
        if self.busy.get_untracked() || untrack(|| self.closed()).is_some() {
            return;
        }
        let before = self.preview.get_untracked();
        let Some(body) = before.as_ref().and_then(Preview::create) else {
            return;
        };
        self.busy.set(true);
        self.failure.set(None);
        self.changed.set(None);
        spawn_local(async move {
            let answer = api::create(&body).await;
            self.busy.set(false);
            match answer {
                Ok(answer) => {
                    let (word, _) = wording::status(answer.record.gitops_directory_status);
                    self.app.say(format!("{word}: {}", answer.record.name));
                    self.done.set(Some(answer));
                    browser::focus("result-heading");
                }
                Err(failure) => self.refused(failure, before),
            }
        });
    }

    /// A change in the directory comes with the new snapshot: it is compared at once, and what changed is said.
    fn refused(self, failure: Failure, before: Option<Preview>) {
        let problem = failure
            .problem()
            .filter(|problem| problem.code == "directory_changed");
        let fresh = problem.and_then(|problem| problem.snapshot.clone());
        let asked = before.as_ref().map(|before| before.spec.clone());
        if let (Some(answer), Some(asked)) = (fresh, asked) {
            match api::verified(&answer) {
                Ok(snapshot) => self.read.set(Some(Read {
                    asked,
                    answer: *answer,
                    snapshot,
                })),
                Err(_) => self.read_again(),
            }
            let after = self.preview.get_untracked();
            if let (Some(before), Some(after)) = (before, after) {
                self.changed
                    .set(Some(wording::what_changed(&before, &after)));
            }
        } else if problem.is_some() {
            self.read_again();
        }
        if failure
            .problem()
            .is_some_and(|problem| problem.status == 401)
        {
            self.app.ask_session();
        }
        self.failure.set(Some(failure));
    }
}

/// Tells whether a reading is of the place that a fabric names. What was asked counts, not the answer's spelling: a
/// renamed repository answers under its new name.
fn is_of(asked: &FabricSpec, spec: &FabricSpec) -> bool {
    asked.git_repository == spec.git_repository
        && asked.branch == spec.branch
        && asked.gitops_directory == spec.gitops_directory
}
