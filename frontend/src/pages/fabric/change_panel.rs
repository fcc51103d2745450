//! Renaming, moving and forgetting a fabric: each is planned first, and carried out only as planned.

use leptos::prelude::*;

use super::forget::Forget;
use super::rename::Rename;
use super::state::State;
use crate::components::sign_in::SignIn;

/// The two changes of a fabric itself.
#[component]
pub fn ChangePanel(state: State) -> impl IntoView {
    let app = state.app;
    view! {
        {move || app.signed_out().then(|| view! { <p class="muted">"Sign in to rename, move or delete the fabric."</p><SignIn/> })}
        {move || app.signed_in().then(|| view! { <Rename state=state/><Forget state=state/> })}
    }
}
