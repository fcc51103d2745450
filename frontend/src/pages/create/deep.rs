//! Adopting whole folders: what is in them is not read here, so the Worker, which reads everything, makes the plan.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{PlanAnswer, PlanRequest};
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::plan::Overwrites;
use shared::plan::{Adopt, OnUnexpected};

use super::state::State;
use crate::api;
use crate::model::failure::Failure;
use crate::model::preview::Preview;
use crate::model::reading::Read;

/// What the Worker plans where the page cannot.
#[derive(Clone, Copy)]
pub struct Deep {
    /// Why it could not plan.
    pub failure: RwSignal<Option<Failure>>,
    asked: RwSignal<Option<Asked>>,
    answer: RwSignal<Option<(Asked, PlanAnswer)>>,
}

/// What a plan depends on.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    spec: FabricSpec,
    overwrites: Overwrites,
    adopt: Adopt,
    read: Read,
}

impl Asked {
    /// The commit that the plan builds on.
    fn head(&self) -> Option<ObjectId> {
        self.read.snapshot.head().map(|head| head.commit)
    }

    fn body(&self) -> PlanRequest {
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

impl Deep {
    /// Nothing was asked yet.
    pub fn new() -> Self {
        Self {
            failure: RwSignal::new(None),
            asked: RwSignal::new(None),
            answer: RwSignal::new(None),
        }
    }

    /// The tree to approve where something moves: planned here or, where more would have to be read, by the Worker.
    pub fn adopting(
        self,
        spec: FabricSpec,
        read: Option<Read>,
        overwrites: Overwrites,
        adopt: Adopt,
    ) -> Preview {
        let snapshot = read.as_ref().map(|read| &read.snapshot);
        let preview = Preview::adopting(spec, snapshot, overwrites, adopt);
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

impl State {
    /// Tells whether the tree does not yet show what was chosen for what is there.
    pub fn lacks_plan(self) -> bool {
        let chosen = self.adopt.get();
        let is_another = |preview: &Preview| preview.compared && preview.adopt != chosen;
        self.preview
            .with(|preview| preview.as_ref().is_some_and(is_another))
    }

    /// Lets the Worker plan whatever the page cannot.
    pub(super) fn follow_adoption(self) {
        Effect::new(move |_| {
            if !self.lacks_plan() || !self.app.signed_in() {
                return;
            }
            let (Some(read), Ok(spec)) = (self.read(), self.spec.get()) else {
                return;
            };
            let overwrites = self
                .preview
                .with(|preview| preview.as_ref().map(|preview| preview.overwrites.clone()));
            let asked = Asked {
                spec,
                overwrites: overwrites.unwrap_or_default(),
                adopt: self.adopt.get(),
                read,
            };
            if self
                .deep
                .asked
                .with_untracked(|before| before.as_ref() == Some(&asked))
            {
                return;
            }
            self.deep.failure.set(None);
            self.deep.asked.set(Some(asked.clone()));
            spawn_local(async move {
                let answer = api::plan(&asked.body()).await;
                // The person may have gone on to something else, or to another page.
                if self.deep.asked.try_get_untracked().flatten().as_ref() == Some(&asked) {
                    self.planned(asked, answer);
                }
            });
        });
    }

    fn planned(self, asked: Asked, answer: Result<PlanAnswer, Failure>) {
        match answer {
            // The branch has moved since it was read: what the tree shows is compared anew first.
            Ok(plan) if plan.approval.head != asked.head() => self.branch.read_again(),
            Ok(plan) => {
                self.app.say("Read the folders that would move");
                self.deep.answer.set(Some((asked, plan)));
            }
            Err(failure) => {
                self.app.say(failure.title());
                self.deep.failure.set(Some(failure));
            }
        }
    }
}
