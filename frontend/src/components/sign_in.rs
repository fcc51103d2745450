//! Signing in with a token, in the page; the fields around it stay as they are.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::notice::FailureNotice;
use crate::app::App;
use crate::browser;
use crate::model::failure::Failure;

const DEMO_TOKENS: [&str; 3] = ["standin-admin", "standin-reader", "standin-outsider"];

/// The form.
#[component]
pub fn SignIn() -> impl IntoView {
    let app = App::get();
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
            busy.set(false);
            match answer {
                Ok(()) => {
                    token.set(String::new());
                    app.say("Signed in");
                }
                Err(problem) => failure.set(Some(problem)),
            }
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        sign_in(token.get_untracked());
    };
    view! {
        <form class="card sign-in" on:submit=submit aria-labelledby="sign-in-heading">
            <h2 id="sign-in-heading">"Sign in to GitHub"</h2>
            <p class="muted" id="token-hint">
                "A fine-grained token of one owner with " <b>"Contents: read and write"</b>
                ". It is kept in your session and never shown again."
            </p>
            <div class="field">
                <label for="token">"Token"</label>
                <div class="row grow">
                    <input class="input" id="token" type="password" autocomplete="off" spellcheck="false"
                        aria-describedby="token-hint" prop:value=token
                        on:input=move |event| token.set(event_target_value(&event))/>
                    <button class="button" type="submit" disabled=move || busy.get() || token.with(|text| text.trim().is_empty())>
                        {move || if busy.get() { "Signing in…" } else { "Sign in" }}
                    </button>
                </div>
            </div>
            {move || is_demo(app).then(|| view! {
                <div class="row" role="group" aria-label="Demo tokens">
                    <span class="small muted">"Demo:"</span>
                    {DEMO_TOKENS.map(|demo| view! {
                        <button type="button" class="button small" disabled=busy on:click=move |_| sign_in(demo.to_owned())>
                            <code>{demo}</code>
                        </button>
                    }).collect_view()}
                </div>
            })}
            {move || failure.get().map(|found| view! {
                <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/>
            })}
        </form>
    }
}

/// The demo tokens work only where both this page and GitHub are this machine.
fn is_demo(app: App) -> bool {
    let url = app.github_url();
    let host = url.split("://").nth(1).unwrap_or_default();
    browser::is_local() && browser::is_local_name(host.split([':', '/']).next().unwrap_or_default())
}
