//! Keeps what the page says to what it has read of the branch: where the record is behind, it is validated, or shown as this
//! browser has seen it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::check::{CheckResult, SelfCheck};
use shared::git::ObjectId;
use shared::status::Verdict;
use shared::timestamp::readable;

use super::state::State;
use crate::components::notice::{FailureNotice, Notice};
use crate::{api, browser};
use model::failure::Failure;
use model::wording::Tone;

/// Follows the branch, and says where the record is behind it.
#[component]
pub fn Following(state: State) -> impl IntoView {
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let follow = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let followed = state.follow_branch().await;
            busy.try_set(false);
            failure.try_set(followed.err());
        });
    };
    Effect::new(move || {
        if state.is_followed.get() && untrack(|| state.branch.with(Option::is_none)) {
            untrack(|| state.read_branch());
        }
    });
    let followed = StoredValue::new(None::<Option<ObjectId>>);
    Effect::new(move || {
        if !state.moved.get() {
            failure.set(None);
            return;
        }
        // Once for each head: where GitHub tells now this and now that, asking again and again does not help.
        let head = head(state);
        if followed.get_value() != head {
            followed.set_value(head);
            untrack(follow);
        }
    });
    let again = Callback::new(move |()| follow());
    let text = move || {
        let at = head(state)
            .flatten()
            .map(|head| format!(" at {}", head.short()));
        let at = at.unwrap_or_default();
        match state.others_say.get() {
            Some(others) => format!("This page shows what your browser has read. {others}"),
            None if busy.get() => format!("It was read{at}, and is being looked into."),
            None => format!("It was read{at}; what is below is from before."),
        }
    };
    move || {
        state.is_ahead().then(|| view! {
            <div role="status"><Notice tone=Tone::Attention>
                <p class="strong">"The branch has moved since this was checked"</p>
                <p>{text}</p>
            </Notice></div>
            {move || failure.get().map(|failure| view! { <FailureNotice failure=failure retry=again/> })}
        })
    }
}

fn head(state: State) -> Option<Option<ObjectId>> {
    let head = state
        .branch
        .try_with_untracked(|read| Some(read.as_ref()?.answer.head));
    head.flatten()
}

impl State {
    /// Has the page say what the branch holds now: by a validation, which tells everybody, or else as this browser sees it.
    async fn follow_branch(self) -> Result<(), Failure> {
        match untrack(|| self.app.signed_in()) {
            true => self.validate_if_behind().await,
            false => {
                self.look().await;
                Ok(())
            }
        }
    }

    async fn validate_if_behind(self) -> Result<(), Failure> {
        let Some(id) = self.id.try_get_value() else {
            return Ok(());
        };
        let before = self.version();
        self.accept(api::fabric(&id).await?);
        // Another tab may have done it by now.
        if self.version() == before || self.moved.try_get_untracked() == Some(true) {
            api::validate(&id).await?;
            self.accept(api::fabric(&id).await?);
        }
        Ok(())
    }

    /// Checks with GitHub, from this browser, what the page says. What it saw is what the page shows; for people who are signed in
    /// it is validated besides where it is something else.
    pub async fn check(self) -> Option<CheckResult> {
        let found = self.look().await;
        let is_other = matches!(
            found,
            Some(CheckResult::Changed(_) | CheckResult::False { .. })
        );
        if is_other && untrack(|| self.app.signed_in()) {
            spawn_local(async move {
                // What this browser has seen stays where that fails.
                let _ = self.validate_if_behind().await;
            });
        }
        found
    }

    async fn look(self) -> Option<CheckResult> {
        let record = self.record.try_get_untracked().flatten()?;
        let github = untrack(|| self.app.github_api_url());
        let found = api::github::check(&github, SelfCheck::new(&record)).await?;
        let shown = found.shown(&record, &browser::now());
        // A newer version, which came in the meantime, counts more.
        if let Some(shown) = shown.filter(|shown| self.version() == Some(shown.version)) {
            let is_other = shown.tree != record.tree || shown.drift != record.drift;
            let known = self.others_say.get_untracked().unwrap_or_default();
            let others = match is_other {
                true => format!(
                    "The list, the badge and status.json say “{}”, as of {}, until somebody validates the fabric; what was deleted since is told then, too.",
                    Verdict::of(&record).word(),
                    readable(record.checked_at.as_deref().unwrap_or_default()),
                ),
                false => known,
            };
            self.learn(shown, others);
        }
        Some(found)
    }

    fn version(self) -> Option<u64> {
        let version = self
            .record
            .try_with_untracked(|record| Some(record.as_ref()?.version));
        version.flatten()
    }

    /// The branch was seen at another head than the page knows of: its directory is compared with the record.
    pub fn saw_head(self, seen: Option<ObjectId>) {
        let of_record = self
            .record
            .try_with_untracked(|record| Some(record.as_ref()?.head));
        if ![of_record.flatten(), head(self)].contains(&Some(seen)) && !self.id.is_disposed() {
            self.forget_branch();
            self.read_branch();
        }
    }
}
