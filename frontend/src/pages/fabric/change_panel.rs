//! Renaming, moving and forgetting a fabric, and its branch: each is planned first, and carried out only as planned. And how its pull
//! requests are checked, which writes nothing.

use leptos::prelude::*;

use super::follow_branch::FollowBranch;
use super::forget::Forget;
use super::pull_request_checks::PullRequestChecking;
use super::rename::Rename;
use super::state::State;
use crate::components::sign_in::SignIn;

/// The changes of a fabric itself.
#[component]
pub fn ChangePanel(state: State) -> impl IntoView {
    let app = state.app;
    view! {
        {move || app.signed_out().then(|| view! { <p class="muted">"Sign in to rename or move the fabric, to change its branch or how its pull requests are checked, or to delete it."</p><SignIn/> })}
        {move || app.signed_in().then(|| view! { <Rename state=state/><FollowBranch state=state/><PullRequestChecking state=state/><Forget state=state/> })}
    }
}
