//! The account, what it may do and why, and how the page looks.

mod access;

use leptos::prelude::*;

use crate::components::notice::FailureNotice;
use crate::components::segmented::Segmented;
use crate::components::sign_in::SignIn;
use crate::context::AppContext;
use crate::preferences::Preference;
use access::Access;

#[component]
pub fn Settings() -> impl IntoView {
    let app = AppContext::get();
    view! {
        <div class="page-intro"><h1 id="heading" tabindex="-1">"Settings"</h1></div>
        <div class="card-stack">
            {move || match app.session.get() {
                None => view! { <p class="muted row page-loading"><span class="spinner"></span>"Asking who is signed in…"</p> }.into_any(),
                Some(Err(failure)) => view! {
                    <FailureNotice failure=failure retry=Callback::new(move |()| app.ask_session())/>
                }.into_any(),
                Some(Ok(session)) => match session.user {
                    None => view! { <SignIn/> }.into_any(),
                    Some(user) => view! { <Access user=user/> }.into_any(),
                },
            }}
            <Looks/>
        </div>
    }
}

#[component]
fn Looks() -> impl IntoView {
    let app = AppContext::get();
    let choice = |preference: Preference| {
        let kind = preference.kind();
        view! {
            <Segmented legend=kind.name name=kind.name options=kind.options.to_vec() value=preference.value
                on_choose=move |value| preference.choose(value)/>
        }
    };
    view! {
        <section class="card" aria-labelledby="looks-heading">
            <h2 id="looks-heading">"Appearance"</h2>
            <div class="preferences">{app.preferences.all().map(choice).collect_view()}</div>
            <p class="hint">"Kept in this browser. Single keys are " <kbd>"?"</kbd> ", " <kbd>"/"</kbd> " and " <kbd>"g"</kbd> " with another; turn them off if you use speech input."</p>
        </section>
    }
}
