//! The frame around every page, and which page stands in it.

use leptos::prelude::*;

use crate::app::App;
use crate::browser;
use crate::components::header::Header;
use crate::components::notice::Offline;
use crate::components::shortcuts::listen_to_keys;
use crate::later::{Part, draw};
use crate::model::route::Route;
#[cfg(feature = "create")]
use crate::pages::create::Create;
use crate::pages::not_found::NotFound;
#[cfg(feature = "console")]
use crate::pages::{fabric::Fabric, fabrics::Fabrics, import::Import, settings::Settings};

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    browser::remove("loading");
    app.ask_session();
    let listeners = [
        window_event_listener(leptos::ev::popstate, move |_| app.read_address()),
        window_event_listener(leptos::ev::online, move |_| app.online.set(true)),
        window_event_listener(leptos::ev::offline, move |_| app.online.set(false)),
    ];
    app.when_back(move || {
        if app.session.with(|session| matches!(session, Some(Err(_)))) {
            app.ask_session();
        }
    });
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    listen_to_keys(app);
    // Whoever begins to do something will soon need the rest.
    let hints = [
        window_event_listener_untyped("pointerdown", move |_| app.later.want()),
        window_event_listener_untyped("keydown", move |_| app.later.want()),
    ];
    on_cleanup(move || hints.into_iter().for_each(|hint| hint.remove()));
    // Once it was opened it stays, closed, so that the browser knows where the focus was before.
    let is_opened =
        Memo::new(move |before| before == Some(&true) || app.overlay.with(Option::is_some));
    Effect::new(move || document().set_title(app.route.get().title()));
    view! {
        <a class="skip" href="#main" on:click=move |event| {
            event.prevent_default();
            browser::focus("heading");
        }>"Skip to the content"</a>
        <Header/>
        <main id="main" class="column">
            <Offline/>
            {move || match app.route.get() {
                #[cfg(feature = "create")]
                Route::Create => view! { <Create/> }.into_any(),
                #[cfg(feature = "console")]
                Route::Fabric(id) => view! { <Fabric id=id/> }.into_any(),
                #[cfg(feature = "console")]
                Route::Fabrics => view! { <Fabrics/> }.into_any(),
                #[cfg(feature = "console")]
                Route::Import => view! { <Import/> }.into_any(),
                #[cfg(feature = "console")]
                Route::Settings => view! { <Settings/> }.into_any(),
                _ => view! { <NotFound/> }.into_any(),
            }}
        </main>
        <footer class="column footer">
            "Hedgerow writes one commit, and only the tree that you approved."
        </footer>
        {move || is_opened.get().then(|| view! { <Part draw=draw(|parts| (parts.overlays)())/> })}
        <div class="visually-hidden" role="status" aria-live="polite">{app.announcement}</div>
    }
}
