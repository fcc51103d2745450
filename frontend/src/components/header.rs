//! The top of every page: the product, who is signed in, the theme.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::link::Link;
use super::theme::ThemeSwitch;
use crate::app::App;
use crate::model::failure::Failure;

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    view! {
        <header class="header">
            <div class="column header-row">
                <Link href="/".to_owned() class="brand">
                    <svg class="brand-mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
                        <path d="M2 20h20M5 20v-6M12 20V9M19 20v-6"/>
                        <circle cx="5" cy="11" r="3"/>
                        <circle cx="12" cy="6" r="3.4"/>
                        <circle cx="19" cy="11" r="3"/>
                    </svg>
                    "Hedgerow"
                </Link>
                <div class="header-end">
                    <Account/>
                    <ThemeSwitch/>
                </div>
            </div>
        </header>
    }
}

#[component]
fn Account() -> impl IntoView {
    let app = App::get();
    let leave = move |_| {
        spawn_local(async move {
            match app.sign_out().await {
                Ok(()) => app.say("Signed out"),
                Err(failure) => app.say(failure.title()),
            }
        });
    };
    move || match app.session.get() {
        None => view! { <span class="muted small">"…"</span> }.into_any(),
        Some(Err(failure)) => {
            view! { <span class="small tone-danger">{session_word(&failure)}</span> }.into_any()
        }
        Some(Ok(session)) => match session.user {
            None => view! { <span class="muted small">"Not signed in"</span> }.into_any(),
            Some(user) => view! {
                <span class="small who" title=user.name.unwrap_or_default()>{user.login}</span>
                <button type="button" class="button small" on:click=leave>"Sign out"</button>
            }
            .into_any(),
        },
    }
}

fn session_word(failure: &Failure) -> &'static str {
    match failure {
        Failure::Network => "Offline",
        _ => "Sign-in unknown",
    }
}
