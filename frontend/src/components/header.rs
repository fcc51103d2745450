//! The top of every page: the product, its pages, the palette, and who is signed in.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::link::Link;
use super::toast::Toast;
use crate::context::{AppContext, Overlay};
use model::failure::Failure;
use model::routes;
use model::routes::Route;

#[component]
pub fn Header() -> impl IntoView {
    let app = AppContext::get();
    let entry = move |(address, word): (&'static str, &'static str)| {
        let current = Signal::derive(move || app.route.with(|route| route.main() == Some(address)));
        view! { <li><Link href=address.to_owned() class="nav-link" current=current>{word}</Link></li> }
    };
    view! {
        <header class="page-header">
            <div class="page-column header-row">
                <Link href=routes::CREATE.to_owned() class="header-brand">
                    <svg class="brand-mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
                        <path d="M2 20h20M5 20v-6M12 20V9M19 20v-6"/>
                        <circle cx="5" cy="11" r="3"/>
                        <circle cx="12" cy="6" r="3.4"/>
                        <circle cx="19" cy="11" r="3"/>
                    </svg>
                    <span class="brand-word">"Hedgerow"</span>
                </Link>
                <nav aria-label="Pages"><ul class="nav-list">{Route::MAIN.map(entry).collect_view()}</ul></nav>
                <Toast/>
                <div class="header-end">
                    <button type="button" class="button button-small find-button" title="Find a page or an action" aria-keyshortcuts="Control+K Meta+K"
                        on:click=move |_| app.overlay.set(Some(Overlay::Palette))>
                        <Icon name=IconName::Search/>
                        <span class="find-word">"Find"</span>
                        <kbd class="find-keys" aria-hidden="true">"Ctrl K"</kbd>
                    </button>
                    <Account/>
                </div>
            </div>
        </header>
    }
}

#[component]
fn Account() -> impl IntoView {
    let app = AppContext::get();
    move || {
        match app.session.get() {
        None => view! { <span class="muted small header-account">"…"</span> }.into_any(),
        Some(Err(failure)) => {
            view! { <span class="small tone-danger header-account">{session_word(&failure)}</span> }.into_any()
        }
        Some(Ok(session)) => match session.user {
            None => view! { <span class="muted small header-account">"Not signed in"</span> }.into_any(),
            Some(user) => view! {
                <span class="small account-login header-account" title=user.name.unwrap_or_default()>{user.login}</span>
                <button type="button" class="button button-small sign-out" on:click=move |_| app.sign_out()>"Sign out"</button>
            }
            .into_any(),
        },
    }
    }
}

fn session_word(failure: &Failure) -> &'static str {
    match failure {
        Failure::Network => "Offline",
        _ => "Sign-in unknown",
    }
}
