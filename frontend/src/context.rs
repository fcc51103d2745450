//! What every page shares: the address, who is signed in, what is announced, and what the palette offers.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Session, SignInOptions};
use shared::problem::Code;
use shared::quote::url;

use crate::command::Command;
use crate::preferences::Preferences;
use crate::{api, browser};
use model::failure::Failure;
use model::routes::Route;
use model::wording;

/// How long a toast is shown.
const TOAST: Duration = Duration::from_secs(6);

/// When is tried what waits for the connection, after it came back.
const BACK: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(5),
];

/// What every page shares.
#[derive(Clone, Copy)]
pub struct AppContext {
    /// The page that the address names.
    pub route: RwSignal<Route>,
    /// Who is signed in; none until the session was asked.
    pub session: RwSignal<Option<Result<Session, Failure>>>,
    /// What a screen reader says next.
    pub announcement: RwSignal<String>,
    /// What is said in passing, with its number.
    pub toast: RwSignal<Option<(u32, String)>>,
    /// Whether the browser has a connection.
    pub online: RwSignal<bool>,
    /// What stands above the page.
    pub overlay: RwSignal<Option<Overlay>>,
    /// What was typed into the palette before it was there.
    pub typed_early: StoredValue<String>,
    /// What the palette offers on this page, besides what it always offers.
    pub commands: RwSignal<Vec<Command>>,
    /// How a person wants the page.
    pub preferences: Preferences,
    /// Whether a link was followed to where the person is, so that the heading is read next.
    pub followed: StoredValue<bool>,
}

/// What stands above the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    Palette,
    /// The sheet of keys.
    Keys,
}

impl AppContext {
    pub fn new() -> Self {
        Self {
            route: RwSignal::new(Route::parse(&browser::path())),
            session: RwSignal::new(None),
            announcement: RwSignal::new(String::new()),
            toast: RwSignal::new(None),
            online: RwSignal::new(browser::is_online()),
            overlay: RwSignal::new(None),
            typed_early: StoredValue::new(String::new()),
            commands: RwSignal::new(Vec::new()),
            preferences: Preferences::stored(),
            followed: StoredValue::new(false),
        }
    }

    pub fn get() -> Self {
        expect_context()
    }

    /// Tells whether somebody is signed in.
    pub fn signed_in(self) -> bool {
        self.session
            .with(|session| matches!(session, Some(Ok(Session { user: Some(_), .. }))))
    }

    /// Who is signed in, by the login at GitHub.
    pub fn login(self) -> Option<String> {
        self.session.with_untracked(|session| match session {
            Some(Ok(session)) => Some(session.user.as_ref()?.login.clone()),
            _ => None,
        })
    }

    /// Tells whether it is known that the visitor is signed out.
    pub fn signed_out(self) -> bool {
        self.session
            .with(|session| matches!(session, Some(Ok(Session { user: None, .. }))))
    }

    /// GitHub's web address; empty until the session was asked, so that nothing leads to a GitHub that may be another.
    pub fn github_url(self) -> String {
        self.session.with(|session| match session {
            Some(Ok(session)) => session.github_url.clone(),
            _ => String::new(),
        })
    }

    /// What lies below GitHub's address, as [`url::below`].
    pub fn below_github(self, parts: &[&str]) -> Option<String> {
        url::below(&self.github_url(), parts)
    }

    /// An address that came as data, if it is GitHub's: every link to one is made here, so that a record leads nowhere else.
    pub fn link(self, address: Option<String>) -> Option<String> {
        let github = self.github_url();
        address.filter(|address| url::of_site(&github, address).is_some())
    }

    /// GitHub's REST address, for what this browser reads by itself.
    pub fn github_api_url(self) -> String {
        let url = self.session.with_untracked(|session| match session {
            Some(Ok(session)) => session.github_api_url.clone(),
            _ => String::new(),
        });
        if url.is_empty() {
            "https://api.github.com".to_owned()
        } else {
            url
        }
    }

    /// How a person can sign in here.
    pub fn sign_in_options(self) -> SignInOptions {
        self.session.with(|session| match session {
            Some(Ok(session)) => session.sign_in.clone(),
            _ => SignInOptions::default(),
        })
    }

    /// Goes to another page of this site.
    pub fn go(self, address: &str) {
        if !is_drawn_here(&Route::parse(
            address.split(['?', '#']).next().unwrap_or_default(),
        )) {
            browser::leave(address);
            return;
        }
        // Following a link to the page that is open keeps the fragment.
        if address == browser::address() {
            browser::focus("heading");
            return;
        }
        let before = self.route.get_untracked();
        browser::push(address);
        self.read_address();
        if self.route.get_untracked() == before {
            browser::tell_of_step();
        }
    }

    /// Says something to a screen reader; what is said twice is heard twice.
    pub fn announce(self, text: impl Into<String>) {
        let mut text = text.into();
        if self.announcement.with_untracked(|before| *before == text) {
            text.push('\u{a0}');
        }
        self.announcement.set(text);
    }

    /// Says something in passing, in sight and to screen readers.
    pub fn toast(self, text: impl Into<String>) {
        let text = text.into();
        self.announce(text.clone());
        let number = self
            .toast
            .with_untracked(|toast| toast.as_ref().map_or(0, |(number, _)| number + 1));
        self.toast.set(Some((number, text)));
        let fade = move || {
            let is_same = self
                .toast
                .with_untracked(|toast| toast.as_ref().is_some_and(|(shown, _)| *shown == number));
            if is_same {
                self.toast.set(None);
            }
        };
        set_timeout(fade, TOAST);
    }

    /// Offers commands in the palette while the caller's part of the page is there.
    pub fn offer(self, commands: Vec<Command>) {
        let titles: Vec<String> = commands
            .iter()
            .map(|command| command.title.clone())
            .collect();
        self.commands.update(|all| all.extend(commands));
        on_cleanup(move || {
            self.commands
                .update(|all| all.retain(|command| !titles.contains(&command.title)));
        });
    }

    /// Does something each time the connection comes back, while the caller's part of the page is there; and twice more
    /// soon after, since browsers say so before the first request gets through.
    pub fn on_reconnect(self, back: impl Fn() + 'static) {
        let back = Rc::new(back);
        Effect::new(move |before: Option<bool>| {
            let now = self.online.get();
            if before == Some(false) && now {
                for wait in BACK {
                    let back = Rc::clone(&back);
                    let again = set_timeout_with_handle(move || untrack(|| back()), wait);
                    if let Ok(again) = again {
                        on_cleanup(move || again.clear());
                    }
                }
            }
            now
        });
    }

    /// Asks who is signed in.
    pub fn ask_session(self) {
        self.session.set(None);
        spawn_local(async move { self.session.set(Some(api::session().await)) });
    }

    /// Takes from a failure that the session has ended; once, since whoever is told so may be signing in again already.
    pub fn on_auth_failure(self, failure: &Failure) {
        if *failure.code() == Code::GithubUnauthorized {
            self.mark_signed_out();
        } else if failure.is_signed_out() && self.login().is_some() {
            self.ask_session();
        }
    }

    /// With a token that GitHub refuses, nobody counts as signed in, whatever the session says.
    pub fn mark_signed_out(self) {
        self.session.maybe_update(|session| match session {
            Some(Ok(session)) => session.user.take().is_some(),
            _ => false,
        });
    }

    /// Forgets who is signed in.
    pub fn sign_out(self) {
        spawn_local(async move {
            match api::sign_out().await {
                Ok(()) => {
                    self.session.set(Some(api::session().await));
                    self.toast("Signed out");
                }
                Err(failure) => self.toast(format!("Still signed in: {}", failure.title())),
            }
        });
    }

    pub async fn sign_in(self, token: String) -> Result<(), Failure> {
        let session = api::sign_in(token).await?;
        if let Some(seen) = session.visible_repositories {
            self.toast(wording::reach(seen));
        }
        self.session.set(Some(Ok(session)));
        Ok(())
    }

    /// Takes over what the address names.
    pub fn read_address(self) {
        let route = Route::parse(&browser::path());
        if !is_drawn_here(&route) {
            browser::reload();
            return;
        }
        if self.route.with_untracked(|before| *before != route) {
            self.followed.set_value(true);
            self.route.set(route);
        }
    }
}

/// Whether this program draws a page; the release build has one for creating and one for the rest.
fn is_drawn_here(route: &Route) -> bool {
    match route {
        Route::Create => cfg!(feature = "create"),
        Route::NotFound => true,
        _ => cfg!(feature = "console"),
    }
}
