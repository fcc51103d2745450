//! Messages in the page: quiet notices, and failures that stay until dismissed.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::problem::{Explanation, advice};

use super::icon::{Icon, IconName};
use super::link::Link;
use super::prose::Prose;
use crate::browser;
use crate::context::AppContext;
use model::failure::Failure;
use model::routes;
use model::wording::Tone;

/// A message in a box.
#[component]
pub fn Notice(tone: Tone, children: Children) -> impl IntoView {
    view! {
        <div class=format!("notice {}", tone.class())>
            <Icon name=IconName::of_tone(tone)/>
            <div class="notice-text">{children()}</div>
        </div>
    }
}

/// A failure: what happened, the next step, the code and the request.
#[component]
pub fn FailureNotice(
    failure: Failure,
    /// What to do to try again, if that makes sense here.
    #[prop(optional)]
    retry: Option<Callback<()>>,
    /// What to do to make it go away.
    #[prop(optional)]
    dismiss: Option<Callback<()>>,
    /// What gets round it.
    #[prop(optional_no_strip)]
    instead: Option<Instead>,
    /// Takes what is offered instead: a name or a directory that is free, or a branch that exists.
    #[prop(optional_no_strip)]
    choose: Option<Callback<String>>,
) -> impl IntoView {
    let problem = failure.problem().cloned();
    let existing = failure.existing().cloned();
    let path = problem.as_ref().and_then(|problem| problem.path.clone());
    let free = problem.map(|problem| problem.suggestions.clone());
    let free = free.filter(|free| !free.is_empty());
    let offer = move |text: String| match choose {
        Some(choose) => {
            let shown = text.clone();
            let press = move |_| choose.run(text.clone());
            view! { <button type="button" class="button button-small" on:click=press><code>{shown}</code></button>" " }.into_any()
        }
        None => view! { <code>{text}</code>" " }.into_any(),
    };
    view! {
        <div role="alert">
            <Notice tone=Tone::Danger>
                <p class="strong">{failure.title()}</p>
                <p><Prose text=failure.detail()/></p>
                {path.map(|path| view! { <p><code>{path}</code></p> })}
                <p><Prose text=failure.hint()/></p>
                {free.map(|free| view! { <p>{failure.offers()} {free.into_iter().map(offer).collect_view()}</p> })}
                {existing.map(|id| {
                    view! { <p><Link href=routes::fabric(&id)>"Open the existing fabric"</Link></p> }
                })}
                {instead.map(instead_button)}
                <FailureDetails failure=failure retry=retry dismiss=dismiss/>
            </Notice>
        </div>
    }
}

/// What gets round a refusal: what it does, and how.
pub type Instead = (String, Callback<()>);

fn instead_button((does, act): Instead) -> impl IntoView {
    view! {
        <p><button type="button" class="button button-primary" on:click=move |_| act.run(())>{does}</button></p>
    }
}

/// What is needed to look into a failure, the code and the request, to be copied; and the buttons beside that.
#[component]
pub fn FailureDetails(
    failure: Failure,
    /// What to do to try again, if that makes sense here.
    #[prop(optional_no_strip)]
    retry: Option<Callback<()>>,
    /// What to do to make it go away.
    #[prop(optional_no_strip)]
    dismiss: Option<Callback<()>>,
) -> impl IntoView {
    let details = failure.details(&browser::address());
    let request = failure.request_id().map(str::to_owned);
    let is_signed_out = failure.is_signed_out();
    view! {
        <p class="small muted">
            "Code " <code>{failure.code().to_string()}</code>
            {request.map(|id| view! { " · request " <code>{id}</code> })}
        </p>
        <div class="row">
            {retry.map(|retry| view! {
                <button type="button" class="button button-small" on:click=move |_| retry.run(())>"Try again"</button>
            })}
            {is_signed_out.then(|| view! { <SignInAgain/> })}
            <CopyDetails details=details/>
            {dismiss.map(|dismiss| view! {
                <button type="button" class="button button-small" on:click=move |_| dismiss.run(())>"Dismiss"</button>
            })}
        </div>
    }
}

/// Leads to the form where the session says that somebody is signed in, and GitHub or Hedgerow says otherwise.
#[component]
fn SignInAgain() -> impl IntoView {
    let app = AppContext::get();
    let again = move |_| {
        app.mark_signed_out();
        set_timeout(|| browser::focus("token"), Duration::ZERO);
    };
    move || {
        app.signed_in().then(|| {
            view! { <button type="button" class="button button-small" on:click=again>"Sign in again"</button> }
        })
    }
}

/// Copies what is needed to look into a failure.
#[component]
pub fn CopyDetails(details: String) -> impl IntoView {
    let app = AppContext::get();
    let copy = move |_| {
        let details = details.clone();
        spawn_local(async move {
            let done = browser::copy(&details).await;
            app.toast(if done {
                "Copied the details"
            } else {
                "The browser does not allow copying"
            });
        });
    };
    view! { <button type="button" class="button button-small" on:click=copy>"Copy details"</button> }
}

/// Says why a fabric's last write failed, as its record does.
#[component]
pub fn WriteFailure(
    /// The reason that the record keeps.
    failure: Explanation,
    page: String,
    /// The request that it came of, where the page knows it.
    #[prop(optional, into)]
    request: Option<String>,
    /// What is said after the code.
    #[prop(default = "")]
    then: &'static str,
) -> impl IntoView {
    let named = request.as_ref().map(|id| format!("request: {id}\n"));
    let details = format!(
        "{}\n{}\ncode: {}\n{}page: {page}",
        failure.message,
        failure.hint,
        failure.code,
        named.unwrap_or_default()
    );
    view! {
        <Notice tone=Tone::Danger>
            <p class="strong"><Prose text=failure.message/></p>
            <p><Prose text=advice::on_page(&failure.hint)/></p>
            <p class="small muted">
                "Code " <code>{failure.code.to_string()}</code>
                {request.map(|id| view! { " · request " <code>{id}</code> })}
                {then}
            </p>
            <div class="row"><CopyDetails details=details/></div>
        </Notice>
    }
}

/// Says that the connection is lost, while it is.
#[component]
pub fn Offline() -> impl IntoView {
    let app = AppContext::get();
    view! {
        <div role="status">
            {move || (!app.online.get()).then(|| view! {
                <Notice tone=Tone::Attention>
                    <p class="strong">"No connection"</p>
                    <p>"What you typed is kept. Reading and committing wait until the connection is back."</p>
                </Notice>
            })}
        </div>
    }
}
