//! What is known of a fabric: one large state, when it was checked, and the facts behind it.

use leptos::prelude::*;
use shared::check::git_command;
use shared::record::{CheckState, DirectoryStatus, FabricRecord};

use super::live::Live;
use super::state::State;
use crate::browser;
use crate::components::copy::Copyable;
use crate::components::notice::{Notice, WriteFailure};
use crate::components::prose::Prose;
use crate::components::state_badge::StateBadge;
use crate::model::age::age;
use crate::model::wording::{self, Tone};

/// The state and the facts.
#[component]
pub fn Details(state: State, live: RwSignal<Live>) -> impl IntoView {
    let app = state.app;
    // The status is said when it changes, not when the page opens.
    let status = Memo::new(move |_| {
        state
            .record
            .with(|record| record.as_ref().map(|record| record.gitops_directory_status))
    });
    Effect::new(move |before: Option<Option<_>>| {
        let now = status.get();
        if let (Some(Some(before)), Some(now)) = (before, now)
            && before != now
        {
            app.say(format!("The state is now: {}", wording::status(now).0));
        }
        now
    });
    let clock = RwSignal::new(browser::now_ms());
    if let Ok(handle) = set_interval_with_handle(
        move || clock.set(browser::now_ms()),
        std::time::Duration::from_secs(20),
    ) {
        on_cleanup(move || handle.clear());
    }
    move || {
        let record = state.record.get()?;
        Some(view! {
            <Head record=record.clone()/>
            <section class="card status-card" aria-label="State">
                <div class="row spread">
                    {status_badge(&record)}
                    {move || match live.get() {
                        _ if !app.online.get() => view! { <span class="small muted">"No connection; this is the last known state"</span> }.into_any(),
                        Live::Socket => view! { <span class="small muted live"><span class="live-dot"></span>"Live"</span> }.into_any(),
                        Live::Polling => view! { <span class="small muted">"Asks every few seconds"</span> }.into_any(),
                    }}
                </div>
                <p class="muted">{wording::status_meaning(&record)} " " {checked(&record, clock)}</p>
                {unknown(&record)}
                {record.directory_init_error.clone().map(|failure| view! { <WriteFailure failure=failure page=format!("/f/{}", record.id)/> })}
                {record.pull_request_url.clone().map(|url| view! {
                    <Notice tone=Tone::Accent>
                        <p class="strong">"A pull request is open"</p>
                        <p><a href=url>"See it on GitHub"</a>". The state follows once it is merged and the branch is validated."</p>
                    </Notice>
                })}
                <Facts state=state record=record clock=clock/>
            </section>
        })
    }
}

#[component]
fn Head(record: FabricRecord) -> impl IntoView {
    let app = crate::app::App::get();
    let directory = record.gitops_directory.clone();
    let place = format!("{}@{}:{directory}", record.git_repository, record.branch);
    let address = move || {
        let path = directory.git_path();
        format!(
            "{}/{}/tree/{}/{path}",
            app.github_url(),
            record.git_repository,
            record.branch
        )
    };
    view! {
        <div class="intro">
            <h1 id="heading" tabindex="-1">{record.name.to_string()}</h1>
            <p class="place"><a href=address><code>{place}</code></a></p>
        </div>
    }
}

fn status_badge(record: &FabricRecord) -> impl IntoView + use<> {
    let (word, tone) = wording::status(record.gitops_directory_status);
    view! { <p><StateBadge word=word tone=tone large=true/></p> }
}

fn checked(record: &FabricRecord, clock: RwSignal<i64>) -> impl IntoView + use<> {
    let time = record.checked_at.clone();
    move || match &time {
        None => "Not checked yet.".to_owned(),
        Some(time) => format!(
            "Checked {} ({}).",
            age(time, clock.get()).unwrap_or_default(),
            wording::time(time)
        ),
    }
}

#[component]
fn Facts(state: State, record: FabricRecord, clock: RwSignal<i64>) -> impl IntoView {
    let operation = state
        .answer
        .with_untracked(|answer| answer.as_ref()?.as_ref().ok()?.operation.clone());
    let head = record.head;
    let said = |time: String| (time.clone(), wording::time(&time));
    let made = record.head_committed_at.clone().map(said);
    // Of a directory that is whole it is no news when it was whole.
    let is_whole = record.gitops_directory_status == DirectoryStatus::Initialized;
    let whole = record
        .last_directory_sync
        .clone()
        .filter(|_| !is_whole)
        .map(said);
    let ago = move |time: &str| age(time, clock.get());
    view! {
        <dl class="facts">
            {head.map(|head| {
                let url = record.commit_url.clone();
                view! {
                    <dt>"Commit"</dt>
                    <dd class="row">
                        <code>{head.short()}</code>
                        {made.map(|(time, at)| view! {
                            <span class="muted" title=at>{move || ago(&time).map(|ago| format!("made {ago}"))}</span>
                        })}
                        {url.map(|url| view! { <a href=url>"Last commit by Hedgerow"</a> })}
                    </dd>
                }
            })}
            {whole.map(|(time, at)| view! {
                <dt>"Last whole"</dt>
                <dd>{move || ago(&time)}" "<span class="muted">{at}</span></dd>
            })}
            {record.tree.map(|tree| view! {
                <dt>"Tree id"</dt>
                <dd><Copyable text=Signal::stored(tree.to_string()) what="tree id"/></dd>
            })}
            {git_command(&record).map(|command| view! {
                <dt>"Check it"</dt>
                <dd>
                    <Copyable text=Signal::stored(command) what="check command"/>
                    <p class="hint">"In any clone, without us; it prints the tree id."</p>
                </dd>
            })}
            {operation.map(|operation| view! {
                <dt>"Last operation"</dt>
                <dd>{format!("{} by {}, {}: {}", wording::kind(operation.kind), operation.actor, wording::time(&operation.started_at), wording::outcome(operation.outcome).0)}</dd>
            })}
            <dt>"Drift"</dt>
            <dd>{drift(&record)}</dd>
        </dl>
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
    let badges = counts.into_iter().filter(|(count, _, _)| *count > 0).map(
        |(count, word, tone)| view! { <StateBadge word=format!("{count} {word}") tone=tone/> },
    );
    view! {
        <div class="row">{badges.collect_view()}</div>
        <ul class="paths" tabindex="0" aria-label="Paths that differ">{drift.paths.into_iter().map(|path| view! { <li><code>{path}</code></li> }).collect_view()}</ul>
    }
    .into_any()
}
