//! Adopting whole folders: what is in them is not read here, so the Worker, which reads everything, makes the plan.

use leptos::prelude::*;
use shared::api::{PlanAnswer, PlanRequest};
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::plan::Overwrites;
use shared::plan::{Adopt, OnUnexpected};

use model::branch_state::LoadedBranch;
use model::decisions::with_info;
use model::failure::Failure;
use model::preview::Preview;

/// What the Worker plans where the page cannot.
#[derive(Clone, Copy)]
pub struct ServerPlan {
    /// Why it could not plan.
    pub failure: RwSignal<Option<Failure>>,
    pub(super) asked: RwSignal<Option<Asked>>,
    pub(super) answer: RwSignal<Option<(Asked, PlanAnswer)>>,
}

/// What a plan depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub(super) spec: FabricSpec,
    pub(super) overwrites: Overwrites,
    pub(super) adopt: Adopt,
    pub(super) read: LoadedBranch,
}

impl Asked {
    /// The commit that the plan builds on.
    pub(super) fn head(&self) -> Option<ObjectId> {
        self.read.snapshot.head().map(|head| head.commit)
    }

    pub(super) fn body(&self) -> PlanRequest {
        PlanRequest {
            fabric: self.spec.to_input(),
            overwrites: self.overwrites.clone(),
            adopt: self.adopt,
            unexpected: OnUnexpected::Leave,
            repair: false,
            to: None,
            remove_files: false,
            proposal: None,
        }
    }
}

impl ServerPlan {
    /// Nothing was asked yet.
    pub fn new() -> Self {
        Self {
            failure: RwSignal::new(None),
            asked: RwSignal::new(None),
            answer: RwSignal::new(None),
        }
    }

    /// The tree to approve: planned here or, where something moves and more would have to be read, by the Worker.
    pub fn preview(
        self,
        spec: FabricSpec,
        read: Option<LoadedBranch>,
        overwrites: Overwrites,
        keep_info: bool,
        adopt: Adopt,
    ) -> Preview {
        let overwrites = with_info(&spec, overwrites, keep_info);
        let snapshot = read.as_ref().map(|read| &read.snapshot);
        let base = read.as_ref().and_then(|read| read.answer.base.as_ref());
        if adopt == Adopt::Keep {
            return Preview::new(spec, snapshot, overwrites).beginning(base);
        }
        let preview = Preview::adopting(spec, snapshot, overwrites, adopt).beginning(base);
        let Some(read) = read.filter(|_| preview.adopt != adopt) else {
            return preview;
        };
        let asked = Asked {
            spec: preview.spec.clone(),
            overwrites: preview.overwrites.clone(),
            adopt,
            read,
        };
        let plan = self.answer.with(|answer| match answer {
            Some((of, plan)) if *of == asked => Some(plan.clone()),
            _ => None,
        });
        match plan {
            Some(plan) => preview.with_plan(adopt, plan),
            None => preview,
        }
    }
}
