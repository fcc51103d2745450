//! The plan of a change of the fabric itself: asked for, shown, and asked for again where the branch is another one now.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{FabricChange, PlanAnswer, PlanRequest};
use shared::plan::Overwrites;
use shared::plan::{Adopt, OnUnexpected};
use shared::record::FabricRecord;

use crate::api;
use crate::components::notice::Notice;
use crate::latest::Latest;
use crate::model::failure::Failure;
use crate::model::wording::{self, Tone};

/// A plan, and what became of asking for it.
#[derive(Clone, Copy)]
pub struct Planning {
    /// The plan that is shown.
    pub plan: RwSignal<Option<PlanAnswer>>,
    /// Why there is none, or why what was approved did not happen.
    pub failure: RwSignal<Option<Failure>>,
    /// Whether the branch is being compared.
    pub is_loading: RwSignal<bool>,
    /// Why it was made again, and what differs.
    change_notice: RwSignal<Option<String>>,
    latest: Latest,
}

impl Planning {
    /// Nothing was planned yet.
    pub fn new() -> Self {
        Self {
            plan: RwSignal::new(None),
            failure: RwSignal::new(None),
            is_loading: RwSignal::new(false),
            change_notice: RwSignal::new(None),
            latest: Latest::new(),
        }
    }

    /// Asks for a plan.
    pub fn ask(self, request: PlanRequest) {
        self.clear();
        self.begin(request, |_, _| None);
    }

    /// Asks again, because the record tells of something that was not done here.
    pub fn follow(self, request: PlanRequest) {
        self.failure.set(None);
        self.begin(request, |_, _| Some(wording::ELSEWHERE.to_owned()));
    }

    /// Takes that what was approved did not happen. If the branch has changed, the plan is also made again.
    pub fn refused(self, failure: Failure, request: PlanRequest) {
        let is_outdated = failure.is_outdated();
        if self.failure.try_set(Some(failure)).is_none() && is_outdated {
            self.begin(request, |before, after| {
                Some(wording::what_changed_in(before?, after))
            });
        }
    }

    pub fn clear(self) {
        self.latest.next();
        self.is_loading.try_set(false);
        self.plan.try_set(None);
        self.failure.try_set(None);
        self.change_notice.try_set(None);
    }

    /// The plan that is there stays in sight until the new one comes.
    fn begin(
        self,
        request: PlanRequest,
        change_notice: fn(Option<&PlanAnswer>, &PlanAnswer) -> Option<String>,
    ) {
        let number = self.latest.next();
        self.is_loading.set(true);
        spawn_local(async move {
            let answer = api::plan(&request).await;
            if !self.latest.is_current(number) {
                return;
            }
            self.is_loading.set(false);
            match answer {
                Ok(found) => {
                    let said = self
                        .plan
                        .with_untracked(|before| change_notice(before.as_ref(), &found));
                    self.change_notice.set(said);
                    self.plan.set(Some(found));
                }
                Err(failure) => {
                    self.plan.set(None);
                    self.failure.set(Some(failure));
                }
            }
        });
    }
}

/// Says that the branch is being compared, and why a plan was made again.
#[component]
pub fn ChangeNotice(planning: Planning) -> impl IntoView {
    view! {
        {move || planning.is_loading.get().then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Comparing with the branch…"</p> })}
        {move || planning.change_notice.get().map(|what| view! { <div role="status"><Notice tone=Tone::Attention>{what}</Notice></div> })}
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
