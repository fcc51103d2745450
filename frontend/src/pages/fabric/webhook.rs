//! The webhook of one repository, which its administrators set up by hand where there is no App.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{LooksAnswer, RepositoryWebhook};

use super::state::State;
use crate::api;
use crate::components::copy::Copyable;
use crate::components::notice::FailureNotice;
use model::failure::Failure;
use model::looks::{in_webhook_form, missing_app};

/// What such a hook is good for, and what to type into GitHub's form once somebody asks. Nothing where the App does it.
#[component]
pub fn WebhookByHand(state: State, looks: RwSignal<Option<LooksAnswer>>) -> impl IntoView {
    let why = Memo::new(move |_| looks.with(|looks| missing_app(looks.as_ref()?)));
    move || why.get().map(|why| view! { <ByHand state=state why=why/> })
}

#[component]
fn ByHand(state: State, why: &'static str) -> impl IntoView {
    let app = state.app;
    let busy = RwSignal::new(false);
    // Kept nowhere but here, and only while the tab is open.
    let found = RwSignal::new(None::<Result<RepositoryWebhook, Failure>>);
    let ask = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let answer = api::webhook(&state.id.get_value()).await;
            busy.try_set(false);
            if let Err(failure) = &answer {
                app.on_auth_failure(failure);
            }
            found.try_set(Some(answer));
        });
    };
    let refused = Memo::new(move |_| state.refused());
    let offer = move || {
        match refused.get() {
        Some(_) => view! { <p class="muted">"Only people who administer the repository on GitHub can set one up."</p> }.into_any(),
        None => view! {
            <p><button type="button" class="button" disabled=busy on:click=move |_| ask()>
                {move || if busy.get() { "Asking GitHub who you are…" } else { "Show address and secret" }}
            </button></p>
            <p class="hint">"Only people who administer the repository on GitHub see them."</p>
        }
        .into_any(),
    }
    };
    view! {
        <section class="card" aria-labelledby="webhook-heading">
            <h2 id="webhook-heading" tabindex="-1">"Webhook by hand"</h2>
            <p class="muted">
                {why}" So Hedgerow reads this fabric’s branch only when somebody opens the page or validates. A webhook of the repository at least tells it of pushes: \
                the fabric is then shown as changed and not read yet, and the next person who may read the branch has it read. \
                Checks by schedule and of pull requests need the App."
            </p>
            {move || match found.get() {
                Some(Ok(webhook)) => shown(state, webhook),
                Some(Err(failure)) => view! { <FailureNotice failure=failure dismiss=Callback::new(move |()| found.set(None))/> {offer()} }.into_any(),
                None => offer(),
            }}
        </section>
    }
}

/// The fields of GitHub's form, in its order and words.
fn shown(state: State, webhook: RepositoryWebhook) -> AnyView {
    let repo = state.record.with_untracked(|record| {
        let record = record.as_ref();
        record.map(|record| record.git_repository.to_string())
    });
    let form = move || {
        let form = [repo.as_deref()?, "settings", "hooks", "new"];
        state.app.below_github(&form)
    };
    let events: Vec<&str> = webhook
        .events
        .iter()
        .map(|event| in_webhook_form(event))
        .collect();
    let events = events.join(", ");
    view! {
        <p>{move || form().map(|form| view! { <a href=form target="_blank" rel="noopener">"Open GitHub’s form for a new webhook"</a>" and fill in:" })}</p>
        <dl class="fact-list">
            <dt>"Payload URL"</dt>
            <dd><Copyable text=Signal::stored(webhook.url) what="payload URL"/></dd>
            <dt>"Content type"</dt>
            <dd><code>{webhook.content_type}</code></dd>
            <dt>"Secret"</dt>
            <dd>
                <Copyable text=Signal::stored(webhook.secret) what="secret"/>
                <p class="hint">"Good for this repository alone. It is kept nowhere but at GitHub; whoever administers the repository can have it shown again."</p>
            </dd>
            <dt>"Events"</dt>
            <dd>"Let me select individual events: "{events}</dd>
        </dl>
    }
    .into_any()
}
