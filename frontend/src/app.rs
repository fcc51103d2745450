//! The whole page: routes, who is signed in, and what every page shares.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::Session;

use crate::components::header::Header;
use crate::model::failure::Failure;
use crate::model::route::Route;
use crate::pages::{create::Create, fabric::Fabric, not_found::NotFound};
use crate::{api, browser};

/// What every page shares.
#[derive(Clone, Copy)]
pub struct App {
    /// The page that the address names.
    pub route: RwSignal<Route>,
    /// Who is signed in; none while nobody was asked.
    pub session: RwSignal<Option<Result<Session, Failure>>>,
    /// What a screen reader says next.
    pub announcement: RwSignal<String>,
}

impl App {
    /// The page's one.
    pub fn get() -> Self {
        expect_context()
    }

    /// Tells whether somebody is signed in.
    pub fn signed_in(self) -> bool {
        self.session
            .with(|session| matches!(session, Some(Ok(Session { user: Some(_), .. }))))
    }

    /// GitHub's web address.
    pub fn github_url(self) -> String {
        let url = self.session.with(|session| match session {
            Some(Ok(session)) => session.github_url.trim_end_matches('/').to_owned(),
            _ => String::new(),
        });
        if url.is_empty() {
            "https://github.com".to_owned()
        } else {
            url
        }
    }

    /// Goes to another page of this site.
    pub fn go(self, address: &str) {
        browser::push(address);
        self.read_address();
    }

    /// Says something to a screen reader.
    pub fn say(self, text: impl Into<String>) {
        self.announcement.set(text.into());
    }

    /// Asks who is signed in.
    pub fn ask_session(self) {
        self.session.set(None);
        spawn_local(async move { self.session.set(Some(api::session().await)) });
    }

    /// Forgets who is signed in.
    pub async fn sign_out(self) -> Result<(), Failure> {
        api::sign_out().await?;
        self.session.set(Some(api::session().await));
        Ok(())
    }

    /// Signs in with a token.
    pub async fn sign_in(self, token: String) -> Result<(), Failure> {
        let session = api::sign_in(token).await?;
        self.session.set(Some(Ok(session)));
        Ok(())
    }

    fn read_address(self) {
        let path = browser::path();
        let route = Route::parse(path.as_str());
        if self.route.with_untracked(|before| *before != route) {
            self.route.set(route);
            set_timeout(|| browser::focus("heading"), std::time::Duration::ZERO);
        }
    }
}

/// The whole page.
#[component]
pub fn Page() -> impl IntoView {
    let app = App {
        route: RwSignal::new(Route::parse(&browser::path())),
        session: RwSignal::new(None),
        announcement: RwSignal::new(String::new()),
    };
    provide_context(app);
    browser::remove("loading");
    app.ask_session();
    let listener = window_event_listener(leptos::ev::popstate, move |_| app.read_address());
    on_cleanup(move || listener.remove());
    Effect::new(move || document().set_title(app.route.get().title()));
    view! {
        <a class="skip" href="#main" on:click=move |event| {
            event.prevent_default();
            browser::focus("heading");
        }>"Skip to the content"</a>
        <Header/>
        <main id="main" class="column">
            {move || match app.route.get() {
                Route::Create => view! { <Create/> }.into_any(),
                Route::Fabric(id) => view! { <Fabric id=id/> }.into_any(),
                Route::NotFound => view! { <NotFound/> }.into_any(),
            }}
        </main>
        <footer class="column footer">
            "Hedgerow writes one commit, and only the tree that you approved."
        </footer>
        <div class="visually-hidden" role="status" aria-live="polite">{app.announcement}</div>
    }
}
