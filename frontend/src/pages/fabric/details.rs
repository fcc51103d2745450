//! What is known of a fabric: one large state, when it was checked, and the facts behind it.

use leptos::prelude::*;
use shared::check::git_command;
use shared::git::{CommitFacts, ObjectId};
use shared::quote::invisible::legible;
use shared::record::{DirectoryStatus, Drift, FabricRecord};
use shared::status::missing_branch;

use super::lazy::FabricLazy;
use super::live_updates::Live;
use super::notices::has_any;
use super::state::State;
use crate::browser;
use crate::components::commit_line::CommitLine;
use crate::components::copy::Copyable;
use crate::components::lazy_view::LazyView;
use crate::components::notice::{FailureDetails, Notice};
use crate::components::prose::Prose;
use crate::components::state_badge::StateBadge;
use crate::context::AppContext;
use crate::lazy::Lazy;
use model::age::age;
use model::wording::{self, Tone};

/// The state and the facts.
#[component]
pub fn Details(state: State, live: RwSignal<Live>) -> impl IntoView {
    let app = state.app;
    // The status is said when it changes, not when the page opens.
    let fabric_state = state.fabric_state;
    let verdict = Memo::new(move |_| fabric_state.with(|now| now.as_ref().map(|now| now.verdict)));
    Effect::new(move |before: Option<Option<_>>| {
        let now = verdict.get();
        if let (Some(Some(before)), Some(now)) = (before, now)
            && before != now
        {
            app.announce(format!("The state is now: {}", now.word()));
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
    // Each part is redrawn only when its text changes, so that the focus stays where it is.
    let sentence =
        Memo::new(move |_| fabric_state.with(|now| now.as_ref().map(|now| now.sentence.clone())));
    let checked_at = Memo::new(move |_| {
        let validated = state.validated.get();
        of(state, |record| {
            let just_now = validated.filter(|(head, _)| *head == record.head);
            record.checked_at.clone().max(just_now.map(|(_, at)| at))
        })
    });
    let checked = move || match checked_at.get() {
        None => "Not checked yet.".to_owned(),
        Some(time) => format!(
            "{} {} ({}).",
            match state.kept.with(Option::is_some) {
                true => "Read by this browser",
                false => "Checked",
            },
            age(&time, clock.get()).unwrap_or_default(),
            wording::time(&time)
        ),
    };
    let lazy = Lazy::<FabricLazy>::get();
    let has_notices =
        Memo::new(move |_| of(state, |record| has_any(record).then_some(())).is_some());
    let load = Callback::new(move |()| {
        state.load();
        browser::focus("heading");
    });
    view! {
        <Head state=state/>
        <section class="card" aria-label="State">
            <div class="row row-spread">
                {move || verdict.get().map(|verdict| view! { <p><StateBadge word=verdict.word() tone=verdict.tone() large=true/></p> })}
                {move || {
                    let (words, is_live) = match live.get() {
                        _ if state.is_ahead() => ("Hedgerow's record is older than this", false),
                        _ if !app.online.get() => ("No connection; this is the last known state", false),
                        Live::Socket => ("Updates live", true),
                        Live::Polling => ("Checks every few seconds", false),
                    };
                    view! { <span class="small muted" class:live-state=is_live>{is_live.then(|| view! { <span class="live-dot"></span> })}{words}</span> }
                }}
            </div>
            <p class="muted">{sentence} " " {checked}</p>
            {move || lazy.now().map(|lazy| (lazy.following)(state))}
            {move || state.stale.get().map(|failure| view! {
                <div role="status"><Notice tone=Tone::Attention>
                    <p class="strong">"This page could not be updated"</p>
                    <p>{failure.title()}": "<Prose text=failure.detail()/></p>
                    <FailureDetails failure=failure retry=Some(load)/>
                </Notice></div>
            })}
            {move || has_notices.get().then(|| view! {
                <LazyView lazy=lazy view=Box::new(move |lazy: &FabricLazy| (lazy.notices)(state))/>
            })}
            <Facts state=state clock=clock/>
        </section>
    }
}

/// Something that the record says.
pub(super) fn of<T>(state: State, part: impl FnOnce(&FabricRecord) -> Option<T>) -> Option<T> {
    state.record.with(|record| record.as_ref().and_then(part))
}

/// The heading stays the same element as long as the page is there: it may have the focus.
#[component]
fn Head(state: State) -> impl IntoView {
    let name = Memo::new(move |_| of(state, |record| Some(record.name.to_string())));
    let directory = Memo::new(move |_| {
        of(state, |record| {
            let (repository, branch) = (&record.git_repository, &record.branch);
            Some((
                format!("{repository}@{branch}:{}", record.gitops_directory),
                state.app.below_github(&[
                    repository.as_str(),
                    "tree",
                    branch.as_str(),
                    record.gitops_directory.git_path(),
                ]),
            ))
        })
    });
    let address = move || directory.get().and_then(|(_, address)| address);
    view! {
        <div class="page-intro">
            <h1 id="heading" tabindex="-1">{name}</h1>
            <p class="branch-label"><a href=address><code>{move || directory.get().map(|(label, _)| legible(&label))}</code></a></p>
        </div>
    }
}

/// The commits that the record knows of, and since when the directory is not whole. Times are RFC 3339.
#[derive(Clone, PartialEq)]
struct Commits {
    /// The head, whose it is, and when it was made.
    head: Option<(ObjectId, Option<CommitFacts>, Option<String>)>,
    /// Where to see the last commit by Hedgerow.
    own: Option<String>,
    /// When the directory was last whole. If it is, that says nothing.
    whole: Option<String>,
}

impl Commits {
    fn of(app: AppContext, record: &FabricRecord) -> Self {
        let is_whole = record.gitops_directory_status == DirectoryStatus::Initialized;
        Self {
            head: record.head.map(|head| {
                let facts = record.head_commit.clone();
                let facts = facts.filter(|facts| facts.id == head);
                (head, facts, record.head_committed_at.clone())
            }),
            own: app.link(record.commit_url.clone()),
            whole: record.last_directory_sync.clone().filter(|_| !is_whole),
        }
    }

    fn draw(self, clock: RwSignal<i64>) -> impl IntoView {
        let own = self.own.map(|url| {
            let id = url.rsplit('/').next().unwrap_or_default().to_owned();
            (url, id)
        });
        let is_head = match (&self.head, &own) {
            (Some((head, ..)), Some((_, id))) => head.to_string() == *id,
            _ => false,
        };
        let url = own.as_ref().map(|(url, _)| url.clone());
        view! {
            {self.head.map(|(head, facts, made)| view! {
                <dt>"Commit"</dt>
                <dd class="row">
                    {match facts {
                        Some(facts) => view! { <CommitLine commit=facts/> }.into_any(),
                        None => view! { <code>{head.short()}</code> }.into_any(),
                    }}
                    {made.map(|time| ago("made ", time, clock))}
                    {is_head.then(|| view! { <a href=url>"by Hedgerow"</a> })}
                </dd>
            })}
            {own.filter(|_| !is_head).map(|(url, id)| view! {
                <dt>"Last commit by Hedgerow"</dt>
                <dd><a href=url><code>{id.get(..7).unwrap_or(&id).to_owned()}</code></a></dd>
            })}
            {self.whole.map(|time| view! {
                <dt>"Last healthy"</dt>
                <dd>{ago("", time.clone(), clock)}" "<span class="muted">{wording::time(&time)}</span></dd>
            })}
        }
    }
}

/// How long ago a time is, with the time as the title.
fn ago(before: &'static str, time: String, clock: RwSignal<i64>) -> AnyView {
    let at = wording::time(&time);
    let ago = move || age(&time, clock.get()).map(|ago| format!("{before}{ago}"));
    view! { <span class="muted" title=at>{ago}</span> }.into_any()
}

#[component]
fn Facts(state: State, clock: RwSignal<i64>) -> impl IntoView {
    let operation = Memo::new(move |_| {
        state
            .answer
            .with(|answer| answer.as_ref()?.as_ref().ok()?.operation.clone())
    });
    let commits = Memo::new(move |_| of(state, |record| Some(Commits::of(state.app, record))));
    let tree = Memo::new(move |_| of(state, |record| record.tree.map(|tree| tree.to_string())));
    let command = Memo::new(move |_| of(state, git_command));
    let drift = Memo::new(move |_| {
        of(state, |record| {
            // Of a branch that does not exist nothing was compared.
            let is_known = record.checked_at.is_some() && missing_branch(record).is_none();
            // Nor was what is there now.
            let is_known = is_known && !state.moved.get();
            let is_to_come = record.gitops_directory_status == DirectoryStatus::NotInitialized
                && record.drift.missing == 0;
            let to_come = is_to_come.then(|| wording::to_come(record));
            Some((is_known, to_come, record.drift.clone()))
        })
    });
    view! {
        <dl class="fact-list">
            {move || commits.get().map(|commits| commits.draw(clock))}
            {to_copy("Tree id", "tree id", tree, None)}
            {to_copy("Verify with git", "check command", command, Some("In any clone, without us; it prints the tree id."))}
            {move || operation.get().map(|operation| {
                let at = wording::time(&operation.started_at);
                view! {
                    <dt>"Last operation"</dt>
                    <dd title=at>{move || wording::last_operation(&operation, clock.get())}</dd>
                }
            })}
            <dt>"Drift"</dt>
            <dd>{move || drift.get().map(|(is_checked, to_come, drift)| drifted(is_checked, to_come, drift))}</dd>
        </dl>
    }
}

/// A text to copy. It stays the same element while there is one: it may have the focus.
fn to_copy(
    label: &'static str,
    what: &'static str,
    text: Memo<Option<String>>,
    hint: Option<&'static str>,
) -> AnyView {
    let is_there = Memo::new(move |_| text.with(Option::is_some));
    let draw = move || {
        view! {
            <dt>{label}</dt>
            <dd>
                <Copyable text=Signal::derive(move || text.get().unwrap_or_default()) what=what/>
                {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            </dd>
        }
    };
    (move || is_there.get().then(draw)).into_any()
}

fn drifted(is_checked: bool, to_come: Option<&'static str>, drift: Drift) -> AnyView {
    let counts = [
        (drift.missing, "missing", Tone::Danger),
        (drift.modified, "modified", Tone::Muted),
        (drift.unexpected, "unexpected", Tone::Muted),
    ];
    if !is_checked {
        return view! { <span class="muted">"Not known yet."</span> }.into_any();
    }
    if let Some(words) = to_come {
        return view! { <span class="muted">{words}</span> }.into_any();
    }
    if counts.iter().all(|(count, _, _)| *count == 0) {
        return view! { <StateBadge word="none" tone=Tone::Success/> }.into_any();
    }
    let badges = counts.into_iter().filter(|(count, _, _)| *count > 0).map(
        |(count, word, tone)| view! { <StateBadge word=format!("{count} {word}") tone=tone/> },
    );
    view! {
        <div class="row">{badges.collect_view()}</div>
        <ul class="path-list" tabindex="0" aria-label="Paths that differ">{drift.paths.into_iter().map(|path| view! { <li><code>{legible(&path)}</code></li> }).collect_view()}</ul>
    }
    .into_any()
}
