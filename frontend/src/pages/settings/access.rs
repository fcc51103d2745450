//! The account, and the repositories that it reaches.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Permission, RepositoryChoice, SignInMethod, User};
use shared::count::counted;

use crate::api;
use crate::components::icon::{Icon, IconName};
use crate::components::left_out::LeftOut;
use crate::components::notice::FailureNotice;
use crate::components::sign_in::InstallLink;
use crate::components::state_badge::StateBadge;
use crate::context::AppContext;
use model::failure::Failure;
use model::wording::Tone;

/// Who is signed in, and what that grants.
#[component]
pub fn Access(user: User) -> impl IntoView {
    let app = AppContext::get();
    let name = user.name.filter(|name| *name != user.login);
    let method = app
        .session
        .with(|session| session.as_ref()?.as_ref().ok()?.method);
    let how = match method {
        Some(SignInMethod::App) => {
            "Signed in through the GitHub App, which can do only what both you and its installation may do."
        }
        _ => {
            "Signed in with a token. Whether it may write is known only once something needs that."
        }
    };
    let granted = app.sign_in_options().token_permissions.into_iter().map(|permission| {
        view! { <dt>{format!("{}: {}", permission.name, permission.access)}</dt><dd>{permission.why}</dd> }.into_any()
    });
    let profile = app.below_github(&[&user.login]);
    let account = profile.map(|url| view! { <a href=url>{user.login}</a> });
    view! {
        <section class="card" aria-labelledby="account-heading">
            <div class="row row-spread">
                <h2 id="account-heading">"Account"</h2>
                <button type="button" class="button button-small" on:click=move |_| app.sign_out()>"Sign out of Hedgerow"</button>
            </div>
            <p>{account}{name.map(|name| format!(" · {name}"))}</p>
            <h3>"Permissions, and why"</h3>
            <dl class="fact-list">{granted.collect_view()}</dl>
            <p class="hint">{how}</p>
            <p class="hint">"The token stays on the server, sealed; this page never sees it. GitHub decides what you may do, and is asked each time."</p>
        </section>
        <Reach/>
    }
}

#[component]
fn Reach() -> impl IntoView {
    let app = AppContext::get();
    let found = RwSignal::new(Vec::<RepositoryChoice>::new());
    let next = RwSignal::new(None::<String>);
    let left_out = RwSignal::new(Vec::new());
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let read = move || {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let cursor = next.get_untracked();
            match api::repositories("", cursor.as_deref()).await {
                Ok(page) => {
                    // What the person may do with one may have changed between two pages, and its place with it.
                    found.try_update(|found| {
                        for new in page.repositories {
                            if found.iter().all(|known| known.id != new.id) {
                                found.push(new);
                            }
                        }
                    });
                    left_out.try_set(page.left_out);
                    next.try_set(page.next_cursor);
                }
                Err(problem) => {
                    failure.try_set(Some(problem));
                }
            }
            busy.try_set(false);
        });
    };
    read();
    app.on_reconnect(move || {
        if failure.get() == Some(Failure::Network) {
            read();
        }
    });
    let row = |repository: RepositoryChoice| {
        let (word, tone) = match &repository {
            RepositoryChoice { archived: true, .. } => ("archived", Tone::Muted),
            RepositoryChoice {
                permission: Permission::Read,
                ..
            } => ("read only", Tone::Muted),
            RepositoryChoice { .. } => ("can push", Tone::Success),
        };
        view! {
            <li>
                <span class="option-value">{repository.private.then(|| view! { <Icon name=IconName::Lock/> })}<code>{repository.name.to_string()}</code></span>
                <StateBadge word=word tone=tone/>
            </li>
        }
        .into_any()
    };
    let options = app.sign_in_options();
    let (class, words) = ("button button-small", "Change on GitHub");
    let manage = match options.install_url {
        Some(url) => Some(view! { <InstallLink url=url words=words class=class/> }.into_any()),
        None => app
            .below_github(&["settings/personal-access-tokens"])
            .map(|url| view! { <a class=class href=url>{words}</a> }.into_any()),
    };
    view! {
        <section class="card" aria-labelledby="reach-heading">
            <div class="row row-spread">
                <h2 id="reach-heading">"Accessible repositories"</h2>
                {manage}
            </div>
            {move || failure.get().map(|failure| view! { <FailureNotice failure=failure retry=Callback::new(move |()| read())/> })}
            <LeftOut reasons=left_out/>
            <ul class="plain-list">{move || found.get().into_iter().map(row).collect_view()}</ul>
            {move || busy.get().then(|| view! { <p class="muted row" role="status"><span class="spinner"></span>"Asking GitHub…"</p> })}
            {move || (!busy.get() && found.with(Vec::is_empty) && failure.with(Option::is_none)).then(|| view! {
                <p class="muted">"None yet. Give Hedgerow access to a repository on GitHub, then come back."</p>
            })}
            {move || (next.with(Option::is_some) && !busy.get()).then(|| view! {
                <p><button type="button" class="button button-small" on:click=move |_| read()>{format!("Show more than {}", counted(found.with(Vec::len), "repository"))}</button></p>
            })}
        </section>
    }
}
