//! What is known of a fabric.

use leptos::prelude::*;
use shared::api::FabricAnswer;
use shared::record::{CheckState, DirectoryStatus, FabricRecord};

use crate::app::App;
use crate::components::copy::Copyable;
use crate::components::next_steps::NextSteps;
use crate::components::notice::Notice;
use crate::components::prose::Prose;
use crate::components::state_badge::StateBadge;
use crate::model::wording::{self, Tone};

/// The state and the facts.
#[component]
pub fn Details(
    /// The fabric.
    answer: FabricAnswer,
) -> impl IntoView {
    let app = App::get();
    let record = answer.record;
    let (word, tone) = wording::status(record.gitops_directory_status);
    let directory = record.gitops_directory.clone();
    let place = format!("{}@{}:{directory}", record.git_repository, record.branch);
    let address = {
        let (repository, branch, path) = (
            record.git_repository.clone(),
            record.branch.clone(),
            directory.git_path().to_owned(),
        );
        move || format!("{}/{repository}/tree/{branch}/{path}", app.github_url())
    };
    let is_initialised = record.gitops_directory_status == DirectoryStatus::Initialized;
    let checked = record.checked_at.as_deref().map_or_else(
        || "Not checked yet.".to_owned(),
        |time| format!("Checked {}.", wording::time(time)),
    );
    view! {
        <div class="intro">
            <h1 id="heading" tabindex="-1">{record.name.to_string()}</h1>
            <p class="place"><a href=address><code>{place}</code></a></p>
        </div>
        <section class="card status-card" aria-label="State">
            <p><StateBadge word=word tone=tone large=true/></p>
            <p class="muted">{wording::status_meaning(&record)} " " {checked}</p>
            {unknown(&record)}
            {record.directory_init_error.clone().map(|failure| view! {
                <Notice tone=Tone::Danger>
                    <p class="strong"><Prose text=failure.message/></p>
                    <p><Prose text=failure.hint/></p>
                    <p class="small muted">"Code " <code>{failure.code}</code></p>
                </Notice>
            })}
            <dl class="facts">
                {record.commit_url.clone().map(|url| view! { <dt>"Last commit"</dt><dd><a href=url>"See it on GitHub"</a></dd> })}
                {record.tree.map(|tree| view! {
                    <dt>"Tree id"</dt>
                    <dd><Copyable text=Signal::stored(tree.to_string()) what="tree id"/></dd>
                })}
                {record.head.filter(|_| record.tree.is_some() && !directory.is_root()).map(|head| view! {
                    <dt>"Check it"</dt>
                    <dd>
                        <Copyable text=Signal::stored(format!("git rev-parse {head}:{directory}")) what="check command"/>
                        <p class="hint">"In any clone; it prints the tree id."</p>
                    </dd>
                })}
                {answer.operation.map(|operation| view! {
                    <dt>"Last operation"</dt>
                    <dd>{wording::outcome(operation.outcome).0} " by " {operation.actor} ", " {wording::time(&operation.started_at)}</dd>
                })}
                <dt>"Drift"</dt>
                <dd>{drift(&record)}</dd>
            </dl>
            {is_initialised.then(|| view! { <NextSteps record=record/> })}
        </section>
    }
}

/// The last known state is shown as such while GitHub cannot be asked.
fn unknown(record: &FabricRecord) -> Option<impl IntoView + use<>> {
    let check = record.check.clone();
    let message = check
        .message
        .filter(|_| check.state == CheckState::Unknown)?;
    let since = check
        .since
        .map(|since| format!(" since {}", wording::time(&since)))
        .unwrap_or_default();
    Some(view! {
        <Notice tone=Tone::Attention>
            <p class="strong">{format!("Last known state; not confirmed{since}")}</p>
            <p><Prose text=message/> " " <Prose text=check.hint.unwrap_or_default()/></p>
        </Notice>
    })
}

fn drift(record: &FabricRecord) -> AnyView {
    let drift = record.drift.clone();
    let counts = [
        (drift.missing, "missing", Tone::Danger),
        (drift.modified, "modified", Tone::Attention),
        (drift.unexpected, "unexpected", Tone::Attention),
    ];
    if record.checked_at.is_none() {
        return view! { <span class="muted">"Not known yet."</span> }.into_any();
    }
    if counts.iter().all(|(count, _, _)| *count == 0) {
        return view! { <StateBadge word="none" tone=Tone::Success/> }.into_any();
    }
    let badges =
        counts
            .into_iter()
            .filter(|(count, _, _)| *count > 0)
            .map(|(count, word, tone)| {
                view! { <StateBadge word=format!("{count} {word}") tone=tone/> }
            });
    view! {
        <div class="row">{badges.collect_view()}</div>
        <ul class="paths">{drift.paths.into_iter().map(|path| view! { <li><code>{path}</code></li> }).collect_view()}</ul>
    }
    .into_any()
}
