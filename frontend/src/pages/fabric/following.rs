//! Keeps what the page says to what it has read of the branch: where the record is behind, it is validated, or shown as this
//! browser has seen it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::check::{CheckResult, SelfCheck, is_other};
use shared::git::ObjectId;
use shared::problem::Code;
use shared::record::FabricRecord;
use shared::status::Verdict;
use shared::timestamp::readable;

use super::state::State;
use crate::components::notice::{FailureNotice, Notice};
use crate::{api, browser};
use model::age::again;
use model::failure::Failure;
use model::wording::Tone;

/// Follows the branch, and says where the record is behind it. Each reading is compared once with the record that was there before
/// it; a record that changes has the branch read again.
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
        let is_wanted =
            state.branch.with(Option::is_none) && state.branch_failure.with(Option::is_none);
        if state.is_followed.get() && is_wanted {
            untrack(|| state.read_branch());
        }
    });
    // Somebody told of a push: what was read of the branch is from before it.
    let unread = Memo::new(move |_| {
        state.record.with(|record| {
            let check = &record.as_ref()?.check;
            let is_unread = check.code == Some(Code::DirectoryChanged);
            is_unread.then(|| check.message.clone())
        })
    });
    Effect::new(move || {
        let was_read = || state.branch.with_untracked(Option::is_some);
        if unread.with(Option::is_some) && was_read() {
            state.read_again();
        }
    });
    Effect::new(move || {
        state.branch.track();
        let signed_in = state.app.signed_in();
        if busy.get() {
            return;
        }
        untrack(|| {
            let is_wanted = state.is_behind() || (signed_in && state.is_ahead());
            if !is_wanted {
                failure.set(None);
                // The record tells what was read. A head that comes back later, by a push with force, is another matter.
                if state.branch.with(Option::is_some) {
                    state.followed.update_value(Vec::clear);
                }
                return;
            }
            let now = (signed_in, head(state).flatten());
            if !state
                .followed
                .with_value(|followed| followed.contains(&now))
            {
                state.followed.update_value(|followed| followed.push(now));
                follow();
            }
        });
    });
    let again = Callback::new(move |()| follow());
    let moved = move || {
        let shown = state.record.with(|record| record.as_ref()?.tree);
        let is_other = |kept: &FabricRecord| kept.tree != shown;
        let kept = state.kept;
        state.moved.get() || kept.with(|kept| kept.as_ref().is_some_and(|(kept, _)| is_other(kept)))
    };
    let title = move || match moved() {
        true => "The branch has moved since this was checked",
        false => "This page knows more than Hedgerow's record",
    };
    let text = move || {
        let at = head(state)
            .flatten()
            .map(|head| format!(" at {}", head.short()));
        let at = at.unwrap_or_default();
        match state.kept.get() {
            Some((kept, _)) => format!(
                "This page shows what your browser has read. The list, the badge and status.json say “{}”, as of {}, until somebody validates the fabric; what was deleted since is told then, too.",
                Verdict::of(&kept).word(),
                readable(kept.checked_at.as_deref().unwrap_or_default()),
            ),
            None if busy.get() => format!("It was read{at}, and is being looked into."),
            None => format!("It was read{at}; what is below is from before."),
        }
    };
    move || {
        let notice = state.is_ahead().then(|| {
            view! {
                <div role="status"><Notice tone=Tone::Attention>
                    <p class="strong">{title}</p>
                    <p>{text}</p>
                </Notice></div>
            }
        });
        view! {
            {notice}
            {move || failure.get().map(|failure| view! { <FailureNotice failure=failure retry=again/> })}
        }
    }
}

fn head(state: State) -> Option<Option<ObjectId>> {
    let head = state
        .branch
        .try_with_untracked(|read| Some(read.as_ref()?.answer.head));
    head.flatten()
}

impl State {
    /// Tells whether the branch was read, and tells more than the record.
    fn is_behind(self) -> bool {
        let tells_more = self.branch.try_with(|read| {
            let read = read.as_ref()?;
            let tells_more = |record: &FabricRecord| read.tells_more(record);
            self.record
                .try_with(|record| record.as_ref().map(tells_more))?
        });
        tells_more.flatten().unwrap_or_default()
    }

    /// Has the page say what the branch holds now: by a validation, which tells everybody, or else as this browser sees it.
    async fn follow_branch(self) -> Result<(), Failure> {
        match untrack(|| self.app.signed_in()) {
            true => self.validate_if_behind().await,
            false => match self.look().await {
                Some(CheckResult::Unknown { mut failure, until }) => {
                    if let Some(until) = until {
                        let when = again(until, browser::now_ms());
                        failure.hint = format!("GitHub answers again {when}; {}", failure.hint);
                    }
                    Err(Failure::Summary(Box::new(failure.into())))
                }
                _ => Ok(()),
            },
        }
    }

    async fn validate_if_behind(self) -> Result<(), Failure> {
        let Some(id) = self.id.try_get_value() else {
            return Ok(());
        };
        let before = self.version();
        self.accept(api::fabric(&id).await?);
        // Another tab may have done it by now.
        if self.version() == before || untrack(|| self.is_behind()) {
            api::validate(&id).await?;
            self.accept(api::fabric(&id).await?);
        }
        Ok(())
    }

    /// Checks with GitHub, from this browser, what the page says. What it saw is what the page shows; for people who are signed in
    /// it is validated besides where others see something else.
    pub async fn check(self) -> Option<CheckResult> {
        let found = self.look().await;
        let kept = self.kept.try_get_untracked().flatten();
        if matches!(kept, Some((_, true))) && untrack(|| self.app.signed_in()) {
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
            // The second look is compared with what others see, too, not with the first.
            let kept = self.kept.try_get_untracked().flatten();
            let kept = kept.map_or(record, |(kept, _)| kept);
            let is_other = is_other(&kept, &shown);
            self.learn(shown, kept, is_other);
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
            self.read_again();
        }
    }
}
