//! Why selected fabrics were not done: each reason once, and all of it to be copied.

use leptos::prelude::*;
use shared::count::counted;

use super::bulk_run;
use super::state::State;
use crate::browser;
use crate::components::link::Link;
use crate::components::notice::CopyDetails;
use crate::components::prose::Prose;
use model::bulk::{BulkAction, wants_pull_request};
use model::failure_groups::{FailureGroup, Row, details, groups};
use model::routes;

/// The reasons, each with its rows and the next step.
#[component]
pub fn FailureGroups(state: State) -> impl IntoView {
    move || {
        let names = state.names();
        let found = state.batch.stages.with(|stages| groups(stages, &names));
        let copied = details(&found, &browser::address());
        let refused = state.batch.stages.with(|stages| {
            let refused = stages.values().filter(|stage| wants_pull_request(stage));
            refused.count()
        });
        view! {
            <ul class="failure-groups" aria-label="Not done" tabindex="0">{found.into_iter().map(group).collect_view()}</ul>
            {(refused > 0).then(|| view! {
                <button type="button" class="button button-small" disabled=move || !state.app.online.get()
                    on:click=move |_| bulk_run::run(state, BulkAction::Propose)>{format!("Preview {} by pull request instead", counted(refused, "fabric"))}</button>
            })}
            <CopyDetails details=copied/>
        }
    }
}

fn group(group: FailureGroup) -> impl IntoView {
    let request = group.request().map(str::to_owned);
    let code = (!group.code.is_empty()).then_some(group.code.clone());
    let (named, more) = group.named();
    let more = (more > 0).then(|| format!(" and {more} more"));
    let name = |(index, row): (usize, &Row)| {
        let comma = if index > 0 { ", " } else { "" };
        let (href, name) = (routes::fabric(&row.id), row.name.clone());
        view! { {comma}<Link href=href>{name}</Link> }
    };
    let names = named.iter().enumerate().map(name).collect_view();
    view! {
        <li>
            <b>{names}{more}</b>": "<Prose text=group.title/>" "
            <span class="muted">
                <Prose text=group.hint/>
                {code.map(|code| view! { " · code "<code>{code}</code> })}
                {request.map(|id| view! { " · request "<code>{id}</code> })}
            </span>
        </li>
    }
}
