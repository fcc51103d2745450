//! The top of every page: the product, its pages, the palette, who is signed in, and passing remarks.

use leptos::prelude::*;

use super::icon::{Icon, Picture};
use super::link::Link;
use crate::context::{AppContext, Overlay};
use crate::model::failure::Failure;
use crate::model::route::Route;

/// The header.
#[component]
pub fn Header() -> impl IntoView {
    let app = AppContext::get();
    let entry = move |(address, word): (&'static str, &'static str)| {
        let current = Signal::derive(move || app.route.with(|route| route.main() == Some(address)));
        view! { <li><Link href=address.to_owned() class="nav-link" current=current>{word}</Link></li> }
    };
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
                    <span class="brand-word">"Hedgerow"</span>
                </Link>
                <nav aria-label="Pages"><ul class="nav">{Route::MAIN.map(entry).collect_view()}</ul></nav>
                // A place of its own, where nothing is that can be used; an empty one keeps the room.
                <div class="remark">{move || app.toast.get().map(|(_, text)| view! {
                    <div class="toast">
                        <Picture icon=Icon::Info/>
                        <span title=text.clone()>{text.clone()}</span>
                        <button type="button" class="button bare" aria-label="Close the remark" on:click=move |_| app.toast.set(None)>
                            <Picture icon=Icon::Cross/>
                        </button>
                    </div>
                })}</div>
                <div class="header-end">
                    <button type="button" class="button small find" title="Find a page or an action" aria-keyshortcuts="Control+K Meta+K"
                        on:click=move |_| app.overlay.set(Some(Overlay::Palette))>
                        <Picture icon=Icon::Search/>
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
        None => view! { <span class="muted small account">"…"</span> }.into_any(),
        Some(Err(failure)) => {
            view! { <span class="small tone-danger account">{session_word(&failure)}</span> }.into_any()
        }
        Some(Ok(session)) => match session.user {
            None => view! { <span class="muted small account">"Not signed in"</span> }.into_any(),
            Some(user) => view! {
                <span class="small who account" title=user.name.unwrap_or_default()>{user.login}</span>
                <button type="button" class="button small sign-out" on:click=move |_| app.sign_out()>"Sign out"</button>
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
