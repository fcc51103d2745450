//! All of a person's fabrics: search, filter, sort, select, act.

mod bulk;
pub mod bulk_run;
pub mod failure_groups;
pub mod lazy;
mod list;
mod row;
pub mod state;

use std::time::Duration;

use leptos::prelude::*;
use shared::count::counted;

use crate::browser;
use crate::components::icon::{Icon, IconName};
use crate::components::left_out::LeftOut;
use crate::components::link::Link;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::sign_in::SignIn;
use crate::context::AppContext;
use bulk::BulkBar;
use list::List;
use model::fabric_list::Filter;
use model::failure::Failure;
use model::routes;
use model::wording::Tone;
use state::{Loading, State};

/// What stands on the page.
#[derive(Clone, PartialEq)]
enum Shown {
    SignIn,
    Failure(Failure),
    Loading,
    Nothing,
    List,
}

/// The list of fabrics.
#[component]
pub fn Fabrics() -> impl IntoView {
    let app = AppContext::get();
    let state = State::new(app);
    let has_none = Memo::new(move |_| state.total() == 0);
    // A row that changes, or more of them, redraws nothing else.
    let shown = Memo::new(move |_| match state.loading.get() {
        _ if app.signed_out() => Shown::SignIn,
        Loading::Failed(failure) if has_none.get() => Shown::Failure(failure),
        Loading::InProgress if has_none.get() => Shown::Loading,
        Loading::Done if has_none.get() => Shown::Nothing,
        _ => Shown::List,
    });
    view! {
        <div class="title-row">
            <h1 id="heading" tabindex="-1">"Fabrics"</h1>
            <div class="row" class:hidden=move || shown.get() == Shown::Nothing>
                <Link href=routes::IMPORT.to_owned() class="button">"Import a list"</Link>
                <Link href=routes::CREATE.to_owned() class="button button-primary">"Create a fabric"</Link>
            </div>
        </div>
        <div class:hidden=move || shown.get() == Shown::SignIn><LeftOut reasons=state.left_out/></div>
        {move || match shown.get() {
            Shown::SignIn => view! { <Lead state=state/><SignIn/> }.into_any(),
            Shown::Failure(failure) => view! {
                <FailureNotice failure=failure retry=Callback::new(move |()| state.load())/>
            }.into_any(),
            Shown::Loading => view! {
                <p class="muted row page-loading"><span class="spinner"></span>"Loading the fabrics…"</p>
            }.into_any(),
            // Then the page itself offers the first action.
            Shown::Nothing => view! {
                <section class="empty-state">
                    <h2>"No fabric yet"</h2>
                    <p class="muted">"Fabrics in repositories that you have a role in on GitHub are listed here, no matter who created them."</p>
                    <div class="row">
                        <Link href=routes::CREATE.to_owned() class="button button-primary">"Create a fabric"</Link>
                        <Link href=routes::IMPORT.to_owned() class="button">"Import a list"</Link>
                    </div>
                </section>
            }.into_any(),
            Shown::List => view! {
                // What was read already stays, and is not called all.
                {move || match state.loading.get() {
                    Loading::Failed(failure) => Some(view! {
                        <FailureNotice failure=failure retry=Callback::new(move |()| state.load())/>
                    }),
                    _ => None,
                }}
                <Tools state=state/>
                <BulkBar state=state/>
                <List state=state/>
                <p class="hint" role="status">
                    {move || match state.loading.get() {
                        Loading::InProgress => "Loading more… ",
                        Loading::Failed(_) => "Not all could be read: ",
                        Loading::Done => "",
                    }}
                    {move || {
                        let (shown, all) = (state.shown.with(Vec::len), state.total());
                        if shown == all { counted(all, "fabric") } else { format!("{shown} of {}", counted(all, "fabric")) }
                    }}
                </p>
            }.into_any(),
        }}
    }
}

/// What stands above the form: what is on this page, or what waits on it where the session ended in the meantime.
#[component]
fn Lead(state: State) -> impl IntoView {
    if !state.lost.get_untracked() {
        return view! {
            <p class="muted page-lead">"The list shows the fabrics in repositories that you have a role in on GitHub."</p>
        }
        .into_any();
    }
    state.app.announce("You were signed out. Sign in to go on.");
    set_timeout(|| browser::focus("token"), Duration::ZERO);
    let what_stays = match state.selected.with_untracked(|selected| selected.len()) {
        0 => "Your search is kept.".to_owned(),
        1 => "1 fabric stays selected, and your search is kept.".to_owned(),
        count => format!("{count} fabrics stay selected, and your search is kept."),
    };
    view! {
        <Notice tone=Tone::Attention>
            <p class="strong">"You were signed out"</p>
            <p>"Sign in to go on. "{what_stays}</p>
        </Notice>
    }
    .into_any()
}

/// Search, and the filters with how many fabrics each holds.
#[component]
fn Tools(state: State) -> impl IntoView {
    let filter = move |(index, filter): (usize, Filter)| {
        let count = Memo::new(move |_| state.counts.with(|counts| counts[index]));
        let pressed = move || {
            state.query.with(|query| query.filter == filter) && state.only.with(Option::is_none)
        };
        view! {
            <button type="button" class="filter-button" aria-pressed=move || pressed().to_string()
                class:hidden=move || count.get() == 0 && !pressed() && filter != Filter::All
                on:click=move |_| {
                    state.only.set(None);
                    state.ask(|query| query.filter = filter);
                }>
                {filter.word()} <span class="filter-count">{count}</span>
            </button>
        }
    };
    view! {
        <div class="list-tools">
            <div class="search-box">
                <Icon name=IconName::Search/>
                <input id="search" class="input" type="search" aria-label="Search fabrics" placeholder="Name, repository, branch or directory"
                    autocomplete="off" spellcheck="false"
                    prop:value=move || state.query.with(|query| query.search.clone())
                    on:input=move |event| state.ask(|query| query.search = event_target_value(&event))/>
            </div>
            <div class="filter-bar" role="group" aria-label="Filter by state">
                {Filter::ALL.into_iter().enumerate().map(filter).collect_view()}
                {move || state.only.get().map(|only| view! {
                    <button type="button" class="filter-button" aria-pressed="true" on:click=move |_| state.only.set(None)>
                        "Selected " <span class="filter-count">{only.len()}</span>
                    </button>
                })}
            </div>
        </div>
    }
}
