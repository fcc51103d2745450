//! The frame around every page, and which page stands in it.

use std::time::Duration;

use leptos::prelude::*;

use crate::browser;
use crate::components::header::Header;
use crate::components::lazy_view::LazyView;
use crate::components::notice::Offline;
use crate::components::shortcuts::listen_to_keys;
use crate::context::AppContext;
#[cfg(feature = "create")]
use crate::pages::create::Create;
use crate::pages::not_found::NotFound;
use crate::split;
#[cfg(feature = "console")]
use crate::split::Pages;
use model::routes::Route;

#[component]
pub fn App() -> impl IntoView {
    let app = AppContext::new();
    provide_context(app);
    let lazy = split::provide_tables();
    #[cfg(feature = "console")]
    let pages = Pages::new();
    browser::remove("loading");
    app.ask_session();
    let listeners = [
        window_event_listener(leptos::ev::popstate, move |_| app.read_address()),
        window_event_listener(leptos::ev::online, move |_| app.online.set(true)),
        window_event_listener(leptos::ev::offline, move |_| app.online.set(false)),
    ];
    app.on_reconnect(move || {
        if app.session.with(|session| matches!(session, Some(Err(_)))) {
            app.ask_session();
        }
    });
    on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    listen_to_keys(app, lazy.file);
    // A first key or click means that the rest is needed soon.
    let hints = [
        window_event_listener_untyped("pointerdown", move |_| lazy.file.request()),
        window_event_listener_untyped("keydown", move |_| lazy.file.request()),
    ];
    on_cleanup(move || hints.into_iter().for_each(|hint| hint.remove()));
    Effect::new(move |was_here: Option<bool>| {
        let loaded = lazy.now();
        if let Some(loaded) = loaded.filter(|_| was_here != Some(true)) {
            (loaded.keep_focus)();
        }
        loaded.is_some()
    });
    // Once it was opened it stays, closed, so that the browser knows where the focus was before.
    let is_opened =
        Memo::new(move |before| before == Some(&true) || app.overlay.with(Option::is_some));
    Effect::new(move || document().set_title(app.route.get().title()));
    view! {
        <a class="skip-link" href="#main" on:click=move |event| {
            event.prevent_default();
            browser::focus("heading");
        }>"Skip to the content"</a>
        <Header/>
        <main id="main" class="page-column">
            <Offline/>
            // It stands above the page, wherever it is; what it says of not loading is read here.
            {move || is_opened.get().then(|| view! { <LazyView lazy=lazy view=Box::new(|lazy| (lazy.overlays)())/> })}
            {move || match app.route.get() {
                #[cfg(feature = "create")]
                Route::Create => shown(app, view! { <Create/> }.into_any()),
                #[cfg(feature = "console")]
                Route::Fabric(id) => view! {
                    <LazyView lazy=pages.fabric view=Box::new(move |page| shown(app, page(id.clone())))/>
                }.into_any(),
                #[cfg(feature = "console")]
                Route::Fabrics => view! {
                    <LazyView lazy=pages.fabrics view=Box::new(move |page| shown(app, page()))/>
                }.into_any(),
                #[cfg(feature = "console")]
                Route::Import => view! {
                    <LazyView lazy=pages.import view=Box::new(move |page| shown(app, page()))/>
                }.into_any(),
                #[cfg(feature = "console")]
                Route::Settings => view! {
                    <LazyView lazy=pages.settings view=Box::new(move |page| shown(app, page()))/>
                }.into_any(),
                _ => shown(app, view! { <NotFound/> }.into_any()),
            }}
        </main>
        <footer class="page-column page-footer">
            "Hedgerow writes one commit, and only the tree that you approved."
        </footer>
        <div class="visually-hidden" role="status" aria-live="polite">{app.announcement}</div>
    }
}

/// A page that is about to be shown; after following a link the focus is at its heading.
fn shown(app: AppContext, page: AnyView) -> AnyView {
    if app.followed.get_value() {
        app.followed.set_value(false);
        set_timeout(|| browser::focus("heading"), Duration::ZERO);
    }
    page
}
