//! How the pull requests are checked that touch a fabric.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::LooksAnswer;
use shared::record::PullRequestChecks;

use super::state::State;
use crate::api;
use crate::components::notice::FailureNotice;
use crate::components::segmented::Segmented;
use crate::components::sign_in::InstallLink;
use model::failure::Failure;
use model::looks::{is_not_installed, missing_app};

const CHOICES: [(&str, &str); 3] = [
    ("comment_free", "Check and notes"),
    ("check_only", "Check alone"),
    ("off", "Off"),
];

/// The choice, which counts at once. `looks` tells whether there is an App, which checks need.
#[component]
pub fn PullRequestChecking(state: State, looks: RwSignal<Option<LooksAnswer>>) -> impl IntoView {
    let app = state.app;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    // What was chosen, until the record says so.
    let chosen = RwSignal::new(None::<&'static str>);
    let recorded = Memo::new(move |_| {
        let word = state.record.with(|record| {
            let record = record.as_ref();
            let how = record.map(|record| record.pull_request_checks);
            how.unwrap_or_default().as_str().to_owned()
        });
        let known = CHOICES.into_iter().find(|(key, _)| *key == word);
        known.map_or("", |(key, _)| key)
    });
    let value = Signal::derive(move || chosen.get().unwrap_or_else(|| recorded.get()));
    let choose = move |key: &'static str| {
        let Some(how) = PullRequestChecks::read(key) else {
            return;
        };
        if busy.get_untracked() {
            // The one that is under way stays shown.
            chosen.update(|_| {});
            return;
        }
        busy.set(true);
        failure.set(None);
        chosen.set(Some(key));
        spawn_local(async move {
            let answer = api::set_pull_request_checks(&state.id.get_value(), how).await;
            busy.try_set(false);
            chosen.try_set(None);
            match answer {
                Ok(found) => {
                    app.toast("Pull requests are checked as chosen");
                    state.accept(found);
                }
                Err(found) => {
                    app.on_auth_failure(&found);
                    failure.try_set(Some(found));
                }
            }
        });
    };
    let refused = Memo::new(move |_| state.refused());
    view! {
        <section class="card" aria-labelledby="pull-request-checks-heading">
            <h2 id="pull-request-checks-heading" tabindex="-1">"Pull request checks"</h2>
            <p class="muted">"What GitHub shows of a pull request that changes this fabric’s directory: a check that fails where merging would break it. Comments are never written."</p>
            {move || looks.with(|looks| {
                let looks = looks.as_ref()?;
                let why = missing_app(looks)?;
                let install = app.sign_in_options().install_url.filter(|_| is_not_installed(looks));
                let install = install.map(|url| view! { " " <InstallLink url=url words="Install it"/> });
                Some(view! { <p class="muted">{why}" Checks need it."{install}</p> })
            })}
            {move || match refused.get() {
                Some(why) => view! { <p class="muted">{why}" Only people who can push can change this."</p> }.into_any(),
                None => view! {
                    <Segmented legend="How they are checked" name="pull-request-checks" quiet=true options=CHOICES.to_vec() value=value on_choose=choose/>
                }.into_any(),
            }}
            {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=Callback::new(move |()| failure.set(None))/> })}
        </section>
    }
}
