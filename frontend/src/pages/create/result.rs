//! What came of the commit.

use std::sync::Arc;

use leptos::prelude::*;
use shared::api::FabricAnswer;
use shared::record::{DirectoryStatus, HistoryEntry, OperationOutcome};
use shared::status::Verdict;

use crate::api::Answered;
use crate::components::badge_snippets::BadgeSnippets;
use crate::components::link::Link;
use crate::components::next_steps::NextSteps;
use crate::components::notice::WriteFailure;
use crate::components::state_badge::StateBadge;
use crate::context::AppContext;
use model::routes;
use model::wording;

/// The result, with links to the commit and the fabric's page.
#[component]
pub fn ResultPanel(created: Arc<Answered<FabricAnswer>>) -> impl IntoView {
    let Answered {
        body: answer,
        request_id: request,
    } = Answered::clone(&created);
    let app = AppContext::get();
    let record = answer.record;
    let (proposed, committed) = (record.pull_request_url.clone(), record.commit_url.clone());
    let verdict = Verdict::of(&record);
    let page = routes::fabric(&record.id);
    let is_initialised = record.gitops_directory_status == DirectoryStatus::Initialized;
    let nothing =
        |entry: &HistoryEntry| entry.outcome == OperationOutcome::Failed && entry.partly.is_none();
    let title = match answer.operation.as_ref().is_some_and(nothing) {
        true => "is recorded, but nothing was committed",
        false => "is recorded",
    };
    let outcome = answer.operation.filter(|entry| !nothing(entry));
    let outcome = outcome.map(|entry| wording::operation(&entry).0.to_owned());
    view! {
        <section class="card result-panel" aria-labelledby="result-heading">
            <h2 id="result-heading" tabindex="-1">{format!("{} {title}", record.name)}</h2>
            <p class="row">
                <StateBadge word=verdict.word() tone=verdict.tone()/>
                {outcome.map(|word| view! { <span class="muted">{word}</span> })}
            </p>
            {record.directory_init_error.clone().map(|failure| view! {
                <WriteFailure failure=failure page=page.clone() request=request then=" · initialise again on the fabric page."/>
            })}
            <p class="row">
                <Link href=page class="button button-primary">"Open the fabric page"</Link>
                {move || app.link(proposed.clone()).map(|url| view! { <a class="button" href=url>"See the pull request"</a> })}
                {move || app.link(committed.clone()).map(|url| view! { <a class="button" href=url>"See the commit"</a> })}
            </p>
            {is_initialised.then(|| view! {
                <NextSteps record=record.clone() titled=true/>
                <h3>"Tell others"</h3>
                <BadgeSnippets record=record/>
            })}
        </section>
    }
}
