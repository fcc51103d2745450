//! The page of one fabric: its state, what can be done about it, and what to tell others.

mod actions;
mod change_form;
pub mod change_panel;
pub mod check;
mod confirm;
mod confirm_panel;
mod deleted;
mod details;
mod follow_branch;
pub mod following;
mod forget;
pub mod history;
pub mod initialise;
pub mod lazy;
mod links;
mod live_updates;
pub mod notices;
mod planning;
mod pull_request_checks;
mod rename;
pub mod repair;
pub mod share;
pub mod state;
pub mod tree;
pub mod validation;
mod webhook;

use leptos::prelude::*;
use shared::status::{NO_FABRIC, NO_FABRIC_REASON};

use crate::browser;
use crate::command::Command;
use crate::components::lazy_view::LazyView;
use crate::components::link::Link;
use crate::components::notice::FailureNotice;
use crate::components::sign_in::SignIn;
use crate::components::tabs::{Panel, Tabs};
use crate::lazy::Lazy;
use actions::Actions;
use check::SelfChecking;
use details::Details;
use lazy::FabricLazy;
use live_updates::{Live, follow};
use model::routes;
use state::{Act, State};

const TABS: [(&str, &str); 6] = [
    ("overview", "Overview"),
    ("tree", "Tree"),
    ("history", "History"),
    ("sync", "Argo CD and Flux"),
    ("share", "Share"),
    ("change", "Settings"),
];

/// The page of a fabric.
#[component]
pub fn Fabric(
    /// The fabric's id, as in the address.
    id: String,
) -> impl IntoView {
    let state = State::new(id);
    let live = follow(state);
    let again = Callback::new(move |()| {
        state.answer.set(None);
        state.load();
    });
    // Only whether there is a record decides what stands here, so that a new version does not take away what is open.
    let shape = Memo::new(move |_| match state.answer.get() {
        None => Err(None),
        Some(Err(failure)) => Err(Some(failure)),
        Some(Ok(_)) => Ok(()),
    });
    move || match shape.get() {
        Err(None) => view! {
            <h1 id="heading" tabindex="-1" class="visually-hidden">"Fabric"</h1>
            <p class="muted row page-loading"><span class="spinner"></span>"Loading the fabric…"</p>
        }
        .into_any(),
        Err(Some(failure)) if failure.is_not_found() => view! { <Missing state=state/> }.into_any(),
        Err(Some(failure)) => view! {
            <h1 id="heading" tabindex="-1">"The fabric could not be loaded"</h1>
            <FailureNotice failure=failure retry=again/>
        }
        .into_any(),
        Ok(()) => view! { <Found state=state live=live/> }.into_any(),
    }
}

/// There is none, or it is not for them to see: the page does not say which.
#[component]
fn Missing(state: State) -> impl IntoView {
    let app = state.app;
    let why = move || match app.signed_in() {
        true => format!(
            "It was deleted, the address is not complete, or {} cannot read its repository.",
            app.login().unwrap_or_default()
        ),
        false => NO_FABRIC_REASON.to_owned(),
    };
    view! {
        <section class="empty-state">
            <h1 id="heading" tabindex="-1">{NO_FABRIC}</h1>
            <p class="muted">{why}</p>
            <div class="row">
                <span class:hidden=move || !app.signed_in()><Link href=routes::FABRICS.to_owned() class="button">"All fabrics"</Link></span>
                <Link href=routes::CREATE.to_owned() class="button button-primary">"Create a fabric"</Link>
            </div>
        </section>
        {move || app.signed_out().then(|| view! { <SignIn/> })}
    }
}

#[component]
fn Found(state: State, live: RwSignal<Live>) -> impl IntoView {
    let chosen = RwSignal::new(opened());
    let back = window_event_listener(leptos::ev::hashchange, move |_| chosen.set(opened()));
    on_cleanup(move || back.remove());
    let choose = move |key: &'static str| {
        chosen.set(key);
        browser::replace_fragment(if key == TABS[0].0 { "" } else { key });
    };
    let act = move |title: &str, act: Act| {
        Command::new(title, move || {
            choose(TABS[0].0);
            state.asked.set(Some(act));
        })
    };
    let mut commands = vec![
        act("Validate this fabric", Act::Validate),
        act("Repair this fabric", Act::Repair),
        act("Initialise this fabric again", Act::Initialise),
    ];
    commands.extend(TABS.map(|(key, _)| Command::new(asked_for(key), move || choose(key))));
    state.app.offer(commands);
    let lazy = Lazy::<FabricLazy>::get();
    let panel = move || {
        let key = chosen.get();
        match key {
            "overview" => view! {
                <Panel key=key>
                    <Actions state=state/>
                    <SelfChecking state=state/>
                </Panel>
            }
            .into_any(),
            _ => view! {
                <Panel key=key><LazyView lazy=lazy view=Box::new(move |lazy: &FabricLazy| match key {
                    "tree" => (lazy.tree)(state),
                    "history" => (lazy.history)(state),
                    "share" => (lazy.share)(state),
                    "change" => (lazy.change)(state),
                    _ => view! { <Sync state=state/> }.into_any(),
                })/></Panel>
            }
            .into_any(),
        }
    };
    view! {
        <p class="breadcrumbs"><Link href=routes::FABRICS.to_owned()>"Fabrics"</Link></p>
        <Details state=state live=live/>
        <Tabs label="Parts of the fabric's page" tabs=&TABS chosen=chosen on_choose=choose/>
        {panel}
    }
}

/// What leads to a tab in the palette.
fn asked_for(key: &str) -> &'static str {
    match key {
        "tree" => "See this fabric's tree",
        "history" => "See what was done to this fabric",
        "sync" => "Point Argo CD or Flux at this fabric",
        "share" => "Share this fabric",
        "change" => "Rename, move or delete this fabric, or change its branch",
        _ => "See this fabric's state and actions",
    }
}

/// What Argo CD or Flux needs to know.
#[component]
fn Sync(state: State) -> impl IntoView {
    let lazy = Lazy::<FabricLazy>::get();
    view! {
        <section class="card">
            <h2>"Argo CD and Flux"</h2>
            {move || state.record.get().map(|record| view! {
                <LazyView lazy=lazy view=Box::new(move |lazy: &FabricLazy| (lazy.next_steps)(record.clone()))/>
            })}
        </section>
    }
}

/// The tab that the address names.
fn opened() -> &'static str {
    let named = browser::fragment();
    let named = named.trim_start_matches('#');
    TABS.iter()
        .map(|(key, _)| *key)
        .find(|key| *key == named)
        .unwrap_or(TABS[0].0)
}
