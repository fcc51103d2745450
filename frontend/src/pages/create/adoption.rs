//! What a person decided about what is there; has the Worker plan what the page cannot, where whole folders move.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::PlanAnswer;
use shared::plan::{Overwrite, Overwrites};

use super::server_plan::Asked;
use super::state::State;
use crate::api;
use model::decisions::info_path;
use model::failure::Failure;
use model::preview::Preview;

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
            let (Some(read), Ok(spec)) = (self.loaded_branch(), self.spec.get()) else {
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
                .server_plan
                .asked
                .with_untracked(|before| before.as_ref() == Some(&asked))
            {
                return;
            }
            self.server_plan.failure.set(None);
            self.server_plan.asked.set(Some(asked.clone()));
            spawn_local(async move {
                let answer = api::plan(&asked.body()).await;
                // The person may have gone on to something else, or to another page.
                if self
                    .server_plan
                    .asked
                    .try_get_untracked()
                    .flatten()
                    .as_ref()
                    == Some(&asked)
                {
                    self.planned(asked, answer);
                }
            });
        });
    }

    /// Takes what a person decided to overwrite.
    pub fn decide(self, decided: Overwrites) {
        let keeps_info = self.preview.with_untracked(|preview| {
            let preview = preview.as_ref()?;
            preview.foreign_info()?;
            Some(decided.of(&info_path(&preview.spec)) == Overwrite::No)
        });
        batch(move || {
            self.keep_info.set(keeps_info.unwrap_or_default());
            self.overwrites.set(decided);
        });
    }

    fn planned(self, asked: Asked, answer: Result<PlanAnswer, Failure>) {
        match answer {
            // The branch has moved since it was read: what the tree shows is compared again first.
            Ok(plan) if plan.approval.head != asked.head() => self.branch.read_again(),
            Ok(plan) => {
                self.app.announce("Read the folders that would move");
                self.server_plan.answer.set(Some((asked, plan)));
            }
            Err(failure) => {
                self.app.announce(failure.title());
                self.server_plan.failure.set(Some(failure));
            }
        }
    }
}
