//! The plan of a change that the Worker makes: asked for, shown, and asked for again if the branch has changed.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FabricChange, ModeOffer, PlanAnswer, PlanRequest, WriteMode};
use shared::plan::Overwrites;
use shared::plan::{Adopt, OnUnexpected};
use shared::record::FabricRecord;

use super::confirm::Confirmation;
use super::state::{Basis, State, keep_focus};
use crate::api;
use crate::latest::Latest;
use model::failure::Failure;
use model::wording;

/// A plan, and what became of asking for it.
#[derive(Clone, Copy)]
pub struct Planning {
    /// The plan that is shown.
    pub plan: RwSignal<Option<PlanAnswer>>,
    /// Whether the branch is being compared.
    pub is_loading: RwSignal<bool>,
    /// Where is said why there is none, why it was made again, and why it was not carried out.
    confirmation: Confirmation,
    latest: Latest,
}

impl Planning {
    /// Nothing was planned yet.
    pub fn new(confirmation: Confirmation) -> Self {
        Self {
            plan: RwSignal::new(None),
            is_loading: RwSignal::new(false),
            confirmation,
            latest: Latest::new(),
        }
    }

    /// Asks for a plan.
    pub fn ask(self, request: PlanRequest) {
        self.clear();
        self.begin(request, |_, _| None);
    }

    /// Asks again whenever the record tells of something that was not done here; `wanted` is what is asked then.
    pub fn keep_up(self, wanted: impl Fn() -> Option<PlanRequest> + 'static) {
        let Confirmation { state, busy, .. } = self.confirmation;
        Effect::new(move |before: Option<Option<Basis>>| {
            let now = state.basis.get();
            let is_changed = before.is_some_and(|before| before.is_some() && before != now);
            // What changes in the meantime is this page's own write.
            if is_changed && !busy.get_untracked() && self.is_asked() {
                match wanted() {
                    Some(request) => self.follow(request),
                    None => self.clear(),
                }
            }
            now
        });
    }

    /// Takes that what was approved was refused. If the branch has changed, the plan is made again.
    pub fn refused(self, failure: &Failure, wanted: impl FnOnce() -> Option<PlanRequest>) {
        if self.plan.is_disposed() || !failure.is_outdated() {
            return;
        }
        if let Some(request) = wanted() {
            self.begin(request, |before, after| {
                Some(wording::what_changed_in(before?, after))
            });
        }
    }

    pub fn clear(self) {
        self.latest.next();
        self.is_loading.try_set(false);
        self.plan.try_set(None);
        self.confirmation.failure.try_set(None);
        self.confirmation.change_notice.try_set(None);
    }

    /// Asks once more where there is no plan because of a failure; the element `focus` takes the focus.
    pub fn retry(
        self,
        wanted: impl Fn() -> Option<PlanRequest> + Copy + Send + Sync + 'static,
        focus: &'static str,
    ) -> Signal<Option<Callback<()>>> {
        let again = Callback::new(move |()| {
            if let Some(request) = wanted() {
                self.ask(request);
            }
            keep_focus(focus);
        });
        Signal::derive(move || {
            let is_missing = self.plan.with(Option::is_none);
            (is_missing && untrack(wanted).is_some()).then_some(again)
        })
    }

    /// Tells whether somebody wants to see a plan.
    fn is_asked(self) -> bool {
        self.is_loading.get_untracked()
            || self.plan.with_untracked(Option::is_some)
            || self.confirmation.failure.with_untracked(Option::is_some)
    }

    /// What is shown stays until the new plan is there, and so does why the last write was refused.
    fn follow(self, request: PlanRequest) {
        if self.plan.with_untracked(Option::is_none) {
            self.confirmation.failure.set(None);
        }
        self.begin(request, |_, _| Some(wording::ELSEWHERE.to_owned()));
    }

    /// The plan that is there stays in sight until the new one comes.
    fn begin(
        self,
        request: PlanRequest,
        change_notice: fn(Option<&PlanAnswer>, &PlanAnswer) -> Option<String>,
    ) {
        let Confirmation {
            failure,
            change_notice: said,
            chosen_mode,
            state,
            ..
        } = self.confirmation;
        let chosen = chosen_mode.get_untracked();
        let number = self.latest.next();
        self.is_loading.set(true);
        spawn_local(async move {
            let answer = planned(state, request, chosen).await;
            if !self.latest.is_current(number) {
                return;
            }
            self.is_loading.set(false);
            match answer {
                Ok(found) => {
                    said.set(
                        self.plan
                            .with_untracked(|before| change_notice(before.as_ref(), &found)),
                    );
                    self.plan.set(Some(found));
                }
                Err(problem) => {
                    self.plan.set(None);
                    failure.set(Some(problem));
                }
            }
        });
    }
}

/// Says that the branch is being compared.
#[component]
pub fn Comparing(planning: Planning) -> impl IntoView {
    move || {
        planning.is_loading.get().then(|| view! {
            <p class="muted row" role="status"><span class="spinner"></span>"Comparing with the branch…"</p>
        })
    }
}

/// What is asked for a plan of a rename, a move or a removal.
pub fn request(record: &FabricRecord, to: Option<FabricChange>, remove_files: bool) -> PlanRequest {
    PlanRequest {
        fabric: record.spec().to_input(),
        overwrites: Overwrites::default(),
        adopt: Adopt::default(),
        unexpected: OnUnexpected::default(),
        repair: false,
        to,
        remove_files,
        proposal: None,
    }
}

/// Plans on the fabric's branch; where a pull request waits (`proposal`) and the change is proposed, on that one's branch.
async fn planned(
    state: State,
    request: PlanRequest,
    chosen: WriteMode,
) -> Result<PlanAnswer, Failure> {
    let on_branch = PlanRequest {
        proposal: None,
        ..request.clone()
    };
    let found = api::plan(&on_branch).await?;
    let to = request.to.as_ref();
    // Of a branch that begins anew, or of another one, the head says nothing.
    if found.approval.base.is_none() && to.is_none_or(|to| to.branch.is_none()) {
        state.saw_head(found.approval.head);
    }
    let is_proposed = [chosen, found.mode.mode].contains(&WriteMode::PullRequest);
    if request.proposal.is_none() || !is_proposed {
        return Ok(found);
    }
    let plan = api::plan(&request).await?;
    // How the fabric's own branch is reached is what is offered; the pull request's branch has rules of its own.
    let said = [plan.mode.reason, plan.mode.signing];
    let said: Vec<String> = said.into_iter().flatten().collect();
    Ok(PlanAnswer {
        mode: ModeOffer {
            signing: (!said.is_empty()).then(|| said.join("; ")),
            ..found.mode
        },
        // What is proposed on is another branch.
        deleted: found.deleted,
        ..plan
    })
}
