//! Renaming, moving and forgetting a fabric, and its branch: each is planned first, and carried out only as planned. And how its pull
//! requests are checked and pushes are told, which writes nothing.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::LooksAnswer;

use super::follow_branch::FollowBranch;
use super::forget::Forget;
use super::pull_request_checks::PullRequestChecking;
use super::rename::Rename;
use super::state::State;
use super::webhook::WebhookByHand;
use crate::api;
use crate::components::sign_in::SignIn;

/// The changes of a fabric itself.
#[component]
pub fn ChangePanel(state: State) -> impl IntoView {
    let app = state.app;
    // Where it cannot be told whether the App is there, nothing is said of it.
    let looks = RwSignal::new(None::<LooksAnswer>);
    spawn_local(async move {
        if let Ok(answer) = api::looks(&state.id.get_value()).await {
            looks.try_set(Some(answer));
        }
    });
    view! {
        {move || app.signed_out().then(|| view! { <p class="muted">"Sign in to rename or move the fabric, to change its branch or how its pull requests are checked, or to delete it."</p><SignIn/> })}
        {move || app.signed_in().then(|| view! {
            <Rename state=state/>
            <FollowBranch state=state/>
            <PullRequestChecking state=state looks=looks/>
            <WebhookByHand state=state looks=looks/>
            <Forget state=state/>
        })}
    }
}
