//! What the create page knows: the draft in the address, the branch as last read, and the tree that follows.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use shared::api::{DirectoryClaim, FabricAnswer, WriteMode};
use shared::fabric::{FabricInput, FabricSpec, FieldError};
use shared::plan::Adopt;
use shared::plan::Overwrites;
use shared::problem::Code;

use super::branch::Branch;
use super::lazy::CreateLazy;
use super::sent_commit;
use super::server_plan::ServerPlan;
use super::stored_draft;
use crate::api::Answered;
use crate::browser;
use crate::components::contents::Contents;
use crate::components::overwrite_choice::Decided;
use crate::context::AppContext;
use crate::lazy::Lazy;
use model::branch_state::{BranchState, LoadedBranch};
use model::decisions::Decisions;
use model::draft;
use model::failure::Failure;
use model::gate;
use model::plan_link::{LinkError, PlanLink};
use model::preview::Preview;

/// Everything that the page holds.
#[derive(Clone, Copy)]
pub struct State {
    pub app: AppContext,
    /// What is loaded once a repository is named, or a plan was opened.
    pub lazy: Lazy<CreateLazy>,
    /// The fields, as typed.
    pub draft: RwSignal<FabricInput>,
    /// The fields as the rest of the page follows them: what was typed is painted first, see [`State::edit`].
    pub settled: RwSignal<FabricInput>,
    /// What to do with changed files.
    pub overwrites: RwSignal<Overwrites>,
    /// Whether somebody else's `directory-info.json` stays.
    pub keep_info: RwSignal<bool>,
    /// What becomes of what the directory holds already.
    pub adopt: RwSignal<Adopt>,
    /// What the Worker plans where whole folders move.
    pub server_plan: ServerPlan,
    /// How a person wants the change to reach the branch.
    pub mode: RwSignal<WriteMode>,
    /// The plan that the page was opened with, or why its link could not be read.
    pub link: RwSignal<Option<Result<PlanLink, LinkError>>>,
    /// Whether the draft is the one that this tab was left with.
    pub restored: RwSignal<bool>,
    /// Whether something is being typed that nothing is asked about before its end.
    pub typing: RwSignal<bool>,
    /// Whether a repository was typed since the page opened.
    pub touched: RwSignal<bool>,
    /// Since when the commit is under way.
    pub busy: RwSignal<Option<i64>>,
    /// Whether it was sent, after which it cannot be taken back.
    pub sent: RwSignal<bool>,
    /// How the commit ended.
    pub done: RwSignal<Option<Arc<Answered<FabricAnswer>>>>,
    /// Why the commit failed.
    pub failure: RwSignal<Option<Failure>>,
    /// What changed while the person looked.
    pub changed: RwSignal<Option<String>>,
    /// The checked fields, or what is wrong with them.
    pub spec: Memo<Result<FabricSpec, Vec<FieldError>>>,
    /// The tree to approve; the last one that could be drawn, while the fields are wrong.
    pub preview: Memo<Option<Preview>>,
    /// Whether the fields no longer say what the tree shows.
    pub stale: Memo<bool>,
    pub branch: Branch,
    /// What is known of the branch.
    pub branch_state: Memo<BranchState>,
    /// Whether the branch was read.
    pub is_read: Memo<bool>,
    /// What the branch's files say.
    pub contents: Contents,
}

impl State {
    /// The state that the address describes.
    pub fn new() -> Self {
        let app = AppContext::get();
        let lazy = Lazy::<CreateLazy>::get();
        let (fragment, restored) = stored_draft::fragment();
        let (draft, decided, link) = opened(&fragment);
        let (adopt, mode) = (decided.adopt, RwSignal::new(decided.mode));
        let (draft, overwrites) = (RwSignal::new(draft), RwSignal::new(decided.overwrites));
        let keep_info = RwSignal::new(decided.keep_info);
        let settled = RwSignal::new(draft.get_untracked());
        let typing = RwSignal::new(false);
        let done = RwSignal::new(None);
        let adopt = RwSignal::new(adopt);
        let server_plan = ServerPlan::new();
        let spec = Memo::new(move |_| settled.with(FabricSpec::parse_typed));
        let branch = Branch::new(app, settled, typing);
        let current = Memo::new(move |_| spec.with(|spec| branch.read_of(spec.as_ref().ok()?)));
        let drawn = Memo::new(move |_| spec.get().ok().or_else(|| settled.with(draft::drawable)));
        let preview = Memo::new(move |before: Option<&Option<Preview>>| match drawn.get() {
            // What was approved stays as it was seen, whatever the branch holds since.
            _ if done.with(Option::is_some) && was_compared(before) => before.cloned().flatten(),
            Some(spec) => {
                let (read, overwrites, adopt) = (current.get(), overwrites.get(), adopt.get());
                let keep_info = keep_info.get();
                Some(match lazy.now() {
                    Some(lazy) => {
                        (lazy.preview)(server_plan, spec, read, overwrites, keep_info, adopt)
                    }
                    // What reads the branch is loaded with it.
                    None => Preview::alone(spec, overwrites),
                })
            }
            None => before.cloned().flatten(),
        });
        let branch_state =
            Memo::new(
                move |_| match (current.get(), branch.failure.with(Option::is_some)) {
                    (Some(read), _) => BranchState::Loaded(read),
                    (None, true) => BranchState::Failed,
                    (None, false) => BranchState::Loading,
                },
            );
        let repo =
            Memo::new(move |_| spec.with(|spec| Some(spec.as_ref().ok()?.git_repository.clone())));
        let state = Self {
            app,
            lazy,
            draft,
            settled,
            overwrites,
            keep_info,
            adopt,
            server_plan,
            mode,
            link: RwSignal::new(link),
            restored: RwSignal::new(restored),
            typing,
            touched: RwSignal::new(false),
            busy: RwSignal::new(None),
            sent: RwSignal::new(false),
            done,
            failure: RwSignal::new(None),
            changed: RwSignal::new(None),
            spec,
            preview,
            stale: Memo::new(move |_| drawn.with(Option::is_none)),
            branch,
            branch_state,
            is_read: Memo::new(move |_| matches!(branch_state.get(), BranchState::Loaded(_))),
            contents: Contents::of(repo),
        };
        state.follow_address();
        state.follow_session();
        state
    }

    /// Tells whether every field is well formed.
    pub fn is_complete(self) -> bool {
        self.spec.with(Result::is_ok)
    }

    /// The snapshot, if there is one.
    pub fn loaded_branch(self) -> Option<LoadedBranch> {
        match self.branch_state.get() {
            BranchState::Loaded(read) => Some(read),
            _ => None,
        }
    }

    /// The fabric that has the directory already.
    pub fn claim(self) -> Option<DirectoryClaim> {
        self.loaded_branch()?.answer.claim.clone()
    }

    /// What the commit overwrites, and how a person decides otherwise.
    pub fn decided(self) -> Decided {
        let effective = move |preview: &Option<Preview>| {
            let preview = preview.as_ref();
            preview.map(|preview| preview.overwrites.clone())
        };
        let now = move || self.preview.with(effective);
        Decided {
            now: Signal::derive(move || now().unwrap_or_default()),
            decide: Callback::new(move |decided| {
                if let Some(lazy) = untrack(|| self.lazy.now()) {
                    (lazy.decide)(self, decided);
                }
            }),
        }
    }

    /// Why the button is closed, if it is.
    pub fn disabled_reason(self) -> Option<String> {
        let is_complete = self.is_complete();
        let disabled_reason = self.preview.with(|preview| {
            let preview = preview.as_ref().filter(|_| is_complete);
            self.branch_state.with(|branch_state| {
                gate::disabled_reason(preview, self.app.signed_in(), branch_state)
            })
        });
        let taken = || {
            self.claim()?;
            Some("Open that fabric, or name another directory for a new one.".to_owned())
        };
        let no_pull_request =
            || gate::no_pull_request(&self.loaded_branch()?.answer, self.write_mode().0);
        let disabled_reason = disabled_reason.or_else(taken).or_else(no_pull_request);
        disabled_reason.or_else(|| {
            self.lacks_plan()
                .then(|| match self.server_plan.failure.get() {
                    Some(_) => "The folders that would move could not be read.".to_owned(),
                    None => "The folders that would move are being read.".to_owned(),
                })
        })
    }

    /// The refusal that what changed while the person looked led to, where it was told by one.
    pub fn refusal(self) -> Option<Failure> {
        let failure = self.failure.get()?;
        let is_shown = *failure.code() == Code::DirectoryChanged;
        (is_shown && self.changed.with(Option::is_some)).then_some(failure)
    }

    /// How the change reaches the branch, and why it must be that way, if it must.
    pub fn write_mode(self) -> (WriteMode, Option<String>) {
        let chosen = self.mode.get();
        let read = self.loaded_branch();
        self.preview.with(|preview| match (preview, read) {
            (Some(preview), Some(read)) => gate::mode(preview, &read.answer, chosen),
            _ => (chosen, None),
        })
    }

    /// What is wrong with a field; a repository that was not named yet is missing, not wrong.
    pub fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.spec.with(|spec| {
                let errors = spec.as_ref().err()?;
                let is_untouched = field == "git_repository" && !self.touched.get();
                if is_untouched && self.settled.with(|draft| draft.git_repository.is_empty()) {
                    return None;
                }
                errors
                    .iter()
                    .find(|error| error.field == field)
                    .map(|error| error.message.clone())
            })
        })
    }

    /// Changes the draft, and the address with it. A plan that the page was opened with is left behind. The tree, which
    /// may have thousands of entries, follows after the next frame, so that no key waits for it.
    pub fn edit(self, change: impl FnOnce(&mut FabricInput)) {
        let before = self.draft.get_untracked();
        self.draft.update(change);
        if self.draft.with_untracked(|draft| *draft == before) {
            return;
        }
        self.done.set(None);
        self.leave_plan();
        self.restored.set(false);
        // What was decided was about the files that were there.
        let is_same_place = self.draft.with_untracked(|draft| {
            draft.git_repository == before.git_repository
                && draft.branch == before.branch
                && draft.gitops_directory == before.gitops_directory
        });
        if !is_same_place {
            // Setting what is so already would draw the tree at once.
            if untrack(|| self.decisions()) != Decisions::default() {
                self.overwrites.set(Overwrites::default());
                self.keep_info.set(false);
                self.adopt.set(Adopt::Keep);
                self.mode.set(WriteMode::Commit);
            }
        }
        let follow = move || {
            self.settle();
        };
        request_animation_frame(move || set_timeout(follow, Duration::ZERO));
        self.keep();
    }

    /// What is edited is no longer the plan that was opened; Back opens that again.
    fn leave_plan(self) {
        if self.link.with_untracked(|link| matches!(link, Some(Ok(_)))) {
            browser::step_on();
            self.app.toast("You left the plan; Back opens it again");
        }
        if self.link.with_untracked(Option::is_some) {
            self.link.set(None);
        }
    }

    /// What was decided besides the fields.
    fn decisions(self) -> Decisions {
        Decisions {
            overwrites: self.overwrites.get(),
            adopt: self.adopt.get(),
            mode: self.mode.get(),
            keep_info: self.keep_info.get(),
        }
    }

    /// Has the address hold the fields and what was decided, so that a reload loses neither.
    fn keep(self) {
        let decided = untrack(|| self.decisions()).to_fragment();
        let fragment = self
            .draft
            .with_untracked(|draft| format!("{}{decided}", draft::to_fragment(draft)));
        browser::replace_fragment(&fragment);
        stored_draft::store(Some(&fragment));
    }

    pub fn discard_draft(self) {
        self.edit(|draft| *draft = draft::initial());
        stored_draft::store(None);
    }

    /// Lets the page follow the fields now, and tells whether it had to.
    pub fn settle(self) -> bool {
        let Some(draft) = self.draft.try_get_untracked() else {
            return false;
        };
        let is_behind = self.settled.with_untracked(|settled| *settled != draft);
        if is_behind {
            self.settled.set(draft);
        }
        is_behind
    }

    /// Tells whether what the page shows now is a plan that can be sent to somebody.
    pub fn has_plan(self) -> bool {
        let is_planned = self.preview.with(|preview| {
            let outcome = preview.as_ref().map(|preview| &preview.outcome);
            outcome.is_some_and(Result::is_ok)
        });
        is_planned && self.is_read.get() && self.is_complete() && self.claim().is_none()
    }

    pub fn plan_address(self) -> Option<String> {
        if !self.has_plan() {
            return None;
        }
        let link = self.preview.with(|preview| {
            let preview = preview.as_ref()?;
            self.settled
                .with(|draft| PlanLink::of(draft, preview, self.mode.get()))
        })?;
        Some(format!("{}/#{}", browser::origin(), link.to_fragment()))
    }

    /// Signing in again clears the failure that asked for it, and tells what became of a commit that was sent
    /// before the page was loaded.
    fn follow_session(self) {
        Effect::new(move |was_out: Option<bool>| {
            let is_out = self.app.signed_out();
            let is_in = self.app.signed_in();
            if was_out == Some(true) && is_in {
                self.failure.update(|failure| {
                    failure.take_if(|failure| failure.is_signed_out());
                });
            }
            if is_in && was_out != Some(false) && sent_commit::is_stored() {
                self.resume();
            }
            if is_in || is_out {
                is_out
            } else {
                was_out.unwrap_or(true)
            }
        });
    }

    fn follow_address(self) {
        let back = window_event_listener(leptos::ev::hashchange, move |_| {
            let (draft, decided, link) = opened(&browser::fragment());
            self.overwrites.set(decided.overwrites);
            self.keep_info.set(decided.keep_info);
            self.adopt.set(decided.adopt);
            self.mode.set(decided.mode);
            self.link.set(link);
            if self.draft.with_untracked(|before| *before != draft) {
                self.done.set(None);
                self.draft.set(draft);
                self.settle();
            }
        });
        on_cleanup(move || back.remove());
        Effect::new(move |before: Option<Decisions>| {
            let now = self.decisions();
            // What the address brought stands in it already, and a plan's address stays the plan's until then.
            let brought = || Decisions::from_fragment(&browser::fragment()).unwrap_or_default();
            if before.is_some_and(|before| before != now) && brought() != now {
                self.leave_plan();
                self.keep();
            }
            now
        });
    }
}

fn was_compared(preview: Option<&Option<Preview>>) -> bool {
    matches!(preview, Some(Some(preview)) if preview.compared)
}

/// The draft of a fragment, what was decided, and the plan, where the fragment is a plan's.
fn opened(fragment: &str) -> (FabricInput, Decisions, Option<Result<PlanLink, LinkError>>) {
    let draft = draft::from_fragment(fragment);
    let link = PlanLink::from_fragment(fragment);
    // What a damaged link decides may not have been meant.
    let decided = match &link {
        Some(Err(_)) => None,
        _ => Decisions::from_fragment(fragment),
    };
    (draft, decided.unwrap_or_default(), link)
}
