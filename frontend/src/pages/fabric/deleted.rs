//! What people deleted below the directory since it was last looked at, and saying that it was meant.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::count::counted;
use shared::names::RepoName;
use shared::quote::invisible::legible;
use shared::record::Deletion;

use super::state::{State, keep_focus};
use crate::api;
use crate::components::busy_indicator::BusyIndicator;
use crate::components::notice::{FailureNotice, Notice};
use crate::components::prose::Prose;
use model::failure::Failure;
use model::wording::Tone;

/// How many paths of a commit are in sight.
const FIRST: usize = 10;

/// What was deleted, by commit, with what leads to it as it was; and the button of whoever knows that it was meant.
#[component]
pub fn Deleted(state: State) -> impl IntoView {
    let told = Memo::new(move |_| {
        state.record.with(|record| {
            let record = record.as_ref()?;
            Some((record.deleted.clone(), record.git_repository.clone()))
        })
    });
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let may = Memo::new(move |_| state.app.signed_in() && state.record_refused().is_none());
    let meant = move |_| {
        let version = state
            .record
            .with_untracked(|record| Some(record.as_ref()?.version));
        let Some(version) = version.filter(|_| !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = api::deletions_were_meant(&state.id.get_value(), version).await;
            busy.try_set(false);
            match answer {
                Ok(_) => {
                    state.app.toast("Noted: the deletions were meant");
                    state.load();
                }
                Err(found) => {
                    state.app.on_auth_failure(&found);
                    failure.try_set(Some(found));
                }
            }
            keep_focus("heading");
        });
    };
    let dismiss = Callback::new(move |()| {
        failure.set(None);
        keep_focus("deleted-meant");
    });
    view! {
        <section aria-labelledby="deleted-heading">
            <Notice tone=Tone::Attention>
                <h2 id="deleted-heading" class="strong">{move || heading(told.with(|told| told.as_ref().is_some_and(|(deleted, _)| has_files(deleted))))}</h2>
                {move || told.get().map(|(deleted, repository)| {
                    let group = move |group: Deletion| of_commit(state, &repository, group);
                    deleted.into_iter().map(group).collect_view()
                })}
                <p class:hidden=move || told.with(|told| told.as_ref().is_none_or(|(deleted, _)| !has_files(deleted)))>
                    "Take them back from the commit before, and this goes away. Repairing and initialising do not bring them back."
                </p>
                <p class="row" class:hidden=move || !may.get()>
                    <button type="button" id="deleted-meant" class="button" aria-disabled=move || busy.get().to_string() on:click=meant>"It was meant"</button>
                </p>
                <p class="hint" class:hidden=move || may.get()>"If it was meant, somebody with push permission can say so here."</p>
                <BusyIndicator busy=busy words="Noting…"/>
                {move || failure.get().map(|found| view! { <FailureNotice failure=found dismiss=dismiss/> })}
            </Notice>
        </section>
    }
}

fn has_files(deleted: &[Deletion]) -> bool {
    deleted.iter().any(|group| group.count > 0)
}

fn heading(has_files: bool) -> &'static str {
    match has_files {
        true => "Deleted since the last look",
        false => "Not compared since the last look",
    }
}

fn of_commit(state: State, repository: &RepoName, group: Deletion) -> AnyView {
    let github = state.app.github_url();
    if group.uncompared.is_some() {
        let changes = group.changes(&github, repository);
        let text = format!("{}; {}", group.heading(), group.next());
        return view! {
            <p>
                <Prose text=text/>" "
                {changes.map(|url| view! { <a href=url>"See what changed on GitHub"</a> })}
            </p>
        }
        .into_any();
    }
    let url = group.commit.as_ref().and_then(|commit| commit.url.clone());
    let url = state.app.link(url);
    let paths = group.places().map(|(path, place)| {
        let address = group.address(&github, repository, path);
        let place = place.map(|place| group.directory.join(place));
        (group.directory.join(path), place, address)
    });
    let mut first: Vec<_> = paths.collect();
    let rest = first.split_off(first.len().min(FIRST));
    let unlisted = group.count - group.paths.len().min(group.count);
    let more = rest.len() + unlisted;
    let item = |(path, place, address): (String, Option<String>, Option<String>)| {
        let link =
            address.map(|address| view! { " " <a href=address class="small">"As it was"</a> });
        let place =
            place.map(|place| view! { " moved to " <code>{legible(&place).into_owned()}</code> });
        view! { <li><code>{legible(&path)}</code>{place}{link}</li> }
    };
    let unlisted = (unlisted > 0).then(|| {
        view! { <li>{format!("And {} that the record does not list.", counted(unlisted, "file"))}</li> }
    });
    view! {
        <p>
            <Prose text=group.heading()/>" "
            {url.map(|url| view! { <a href=url>"See the commit on GitHub"</a> })}
        </p>
        <ul class="path-list" tabindex="0" aria-label="Deleted files">{first.into_iter().map(item).collect_view()}</ul>
        {(more > 0).then(|| view! {
            <details>
                <summary>{format!("And {more} more")}</summary>
                <ul class="path-list" tabindex="0" aria-label="More deleted files">{rest.into_iter().map(item).collect_view()}{unlisted}</ul>
            </details>
        })}
    }
    .into_any()
}

/// Says of a commit that is about to be made that it does not bring back what people deleted.
#[component]
pub fn NotBroughtBack(
    /// What a plan says of it; where it says nothing, what the record says counts.
    #[prop(into)]
    planned: Signal<Vec<Deletion>>,
    state: State,
) -> impl IntoView {
    let told = Memo::new(move |_| {
        let planned = planned.get();
        let of_record = || {
            state
                .record
                .with(|record| Some(record.as_ref()?.deleted.clone()))
        };
        match planned.is_empty() {
            true => of_record().unwrap_or_default(),
            false => planned,
        }
    });
    move || {
        let told = told.get();
        (!told.is_empty()).then(|| view! {
            <Notice tone=Tone::Attention>
                <p class="strong">"This commit does not bring back what people deleted"</p>
                {told.into_iter().map(|group| view! { <p><Prose text=group.heading()/></p> }).collect_view()}
                <p>"Take them back from the commit before, or say on the fabric's page that it was meant."</p>
            </Notice>
        })
    }
}
