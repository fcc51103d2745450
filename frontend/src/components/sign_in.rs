//! Signing in, in the page; the fields around it stay as they are.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{DemoRole, SignInOptions};
use shared::quote::url;

use super::notice::FailureNotice;
use crate::browser;
use crate::context::AppContext;
use crate::storage::{self, Key};
use model::failure::Failure;
use model::routes::Route;

/// How a person can sign in here.
#[component]
pub fn SignIn(
    /// What takes the focus afterwards, when the form is gone.
    #[prop(default = "heading")]
    then: &'static str,
) -> impl IntoView {
    let app = AppContext::get();
    let options = app.sign_in_options();
    let token = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let sign_in = move |with: String| {
        if with.trim().is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = app.sign_in(with.trim().to_owned()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    token.try_set(String::new());
                    app.announce("Signed in");
                    set_timeout(move || browser::focus_if_lost(then), Duration::ZERO);
                }
                Err(problem) => failure.set(Some(problem)),
            }
        });
    };
    let demo = options.demo.clone();
    view! {
        <section class="card sign-in" aria-labelledby="sign-in-heading">
            <h2 id="sign-in-heading">"Sign in to GitHub"</h2>
            {options.app.then(|| view! { <ByApp install_url=options.install_url.clone()/> })}
            <ByToken options=options token=token busy=busy sign_in=Callback::new(sign_in)/>
            <Demo roles=demo busy=busy sign_in=Callback::new(sign_in)/>
            {move || failure.get().map(|found| view! {
                <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/>
            })}
        </section>
    }
}

#[component]
fn ByApp(install_url: Option<String>) -> impl IntoView {
    // Only one page has a draft.
    let has_draft = cfg!(feature = "create")
        && matches!(AppContext::get().route.get_untracked(), Route::Create);
    // The address is taken when the link is followed.
    let follow = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let mut back = browser::address();
        let fragment = browser::fragment();
        match fragment.strip_prefix('#') {
            // No server is told what somebody drafts, where this tab can keep it until the page comes back.
            Some(draft) if has_draft && storage::write(Key::Draft, Some(draft)) => {}
            _ => back.push_str(&fragment),
        }
        browser::leave(&format!(
            "/api/auth/login?return_to={}",
            url::component(&back)
        ));
    };
    let back = match has_draft {
        true => "Your draft is still here when you come back.",
        false => "You come back to this page.",
    };
    view! {
        <p><a class="button button-primary button-wide" href="/api/auth/login?return_to=/" on:click=follow>"Sign in with GitHub"</a></p>
        <p class="hint">
            {back}" Hedgerow reaches only the repositories that its App is installed on."
            {install_url.map(|url| view! { " " <InstallLink url=url words="Install it on more"/> })}
        </p>
    }
}

/// A link to where the App is given more repositories; GitHub leads back to this page.
#[component]
pub fn InstallLink(
    url: String,
    words: &'static str,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let address = format!("{url}?state={}", url::component(&browser::address()));
    view! { <a class=class href=address>{words}</a> }
}

#[component]
fn ByToken(
    options: SignInOptions,
    token: RwSignal<String>,
    busy: RwSignal<bool>,
    sign_in: Callback<String>,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sign_in.run(token.get_untracked());
    };
    let needed = options.token_permissions.into_iter().map(|permission| {
        view! { <li><b>{format!("{}: {}", permission.name, permission.access)}</b>" – "{permission.why}</li> }.into_any()
    });
    let form = (!options.token_url.is_empty()).then_some(options.token_url);
    view! {
        <form on:submit=submit class="field">
            <label for="token">"Token"</label>
            <div class="row row-grow">
                <input class="input" id="token" type="password" autocomplete="off" spellcheck="false"
                    aria-describedby="token-hint" prop:value=token
                    on:input=move |event| token.set(event_target_value(&event))/>
                <button class="button" type="submit" disabled=move || busy.get() || token.with(|text| text.trim().is_empty())>
                    {move || if busy.get() { "Signing in…" } else { "Sign in" }}
                </button>
            </div>
            <div class="hint" id="token-hint">
                <p>"A fine-grained token of one owner, kept sealed in your session and never shown again. It needs:"</p>
                <ul>{needed.collect_view()}</ul>
                <p>"Whether it may write is known only once something needs that."</p>
            </div>
            {form.map(|url| view! { <p class="hint"><a href=url target="_blank" rel="noopener">"Make one on GitHub, with these permissions filled in"</a></p> })}
        </form>
    }
}

/// Roles to try; there are some only where both this page and GitHub are this machine.
#[component]
fn Demo(roles: Vec<DemoRole>, busy: RwSignal<bool>, sign_in: Callback<String>) -> impl IntoView {
    let is_here = browser::is_local() && !roles.is_empty();
    is_here.then(|| {
        let role = |demo: DemoRole| {
            let token = demo.token.clone();
            view! {
                <button type="button" class="button button-small" disabled=busy title=demo.token
                    on:click=move |_| sign_in.run(token.clone())>{demo.role}</button>
            }
            .into_any()
        };
        view! {
            <div class="row" role="group" aria-label="Demo roles">
                <span class="small muted">"Try it as"</span>
                {roles.into_iter().map(role).collect_view()}
            </div>
        }
    })
}
