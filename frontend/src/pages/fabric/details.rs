//! What is known of a fabric: one large state, when it was checked, and the facts behind it.

use leptos::prelude::*;
use shared::check::git_command;
use shared::problem::Code;
use shared::quote::invisible::legible;
use shared::quote::url::{self, is_web};
use shared::record::{CheckState, DirectoryStatus, Drift, FabricRecord};
use shared::status::missing_branch;

use super::lazy::FabricLazy;
use super::live_updates::Live;
use super::state::{Act, State};
use crate::browser;
use crate::components::commit_line::CommitLine;
use crate::components::copy::Copyable;
use crate::components::lazy_view::LazyView;
use crate::components::notice::{FailureDetails, Notice, WriteFailure};
use crate::components::prose::Prose;
use crate::components::state_badge::StateBadge;
use crate::lazy::Lazy;
use model::age::age;
use model::routes;
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
    let failure = Memo::new(move |_| {
        let shown_elsewhere = state.shown_elsewhere.get();
        of(state, |record| {
            let failure = record.directory_init_error.clone();
            failure.filter(|failure| shown_elsewhere.as_ref() != Some(&failure.message))
        })
    });
    let proposal = Memo::new(move |_| {
        of(state, |record| {
            record.pull_request_url.clone().filter(|url| is_web(url))
        })
    });
    let sentence =
        Memo::new(move |_| fabric_state.with(|now| now.as_ref().map(|now| now.sentence.clone())));
    let checked_at = Memo::new(move |_| of(state, |record| record.checked_at.clone()));
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
    let has_deleted = Memo::new(move |_| {
        of(state, |record| (!record.deleted.is_empty()).then_some(())).is_some()
    });
    let page = routes::fabric(&state.id.get_value());
    let load = Callback::new(move |()| {
        state.load();
        browser::focus("heading");
    });
    view! {
        <Head state=state/>
        <section class="card" aria-label="State">
            <div class="row row-spread">
                {move || verdict.get().map(|verdict| view! { <p><StateBadge word=verdict.word() tone=verdict.tone() large=true/></p> })}
                {move || match live.get() {
                    _ if state.is_ahead() => view! { <span class="small muted">"Hedgerow's record is older than this"</span> }.into_any(),
                    _ if !app.online.get() => view! { <span class="small muted">"No connection; this is the last known state"</span> }.into_any(),
                    Live::Socket => view! { <span class="small muted live-state"><span class="live-dot"></span>"Updates live"</span> }.into_any(),
                    Live::Polling => view! { <span class="small muted">"Checks every few seconds"</span> }.into_any(),
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
            <Unknown state=state/>
            {move || failure.get().map(|failure| {
                let is_protected = failure.code == Code::BranchProtected;
                view! {
                    <WriteFailure failure=failure page=page.clone()/>
                    <p class="hint" class:hidden=!is_protected>"Below, “Repair…” and “Initialise again…” let you choose a pull request."</p>
                }
            })}
            <BranchGone state=state/>
            {move || has_deleted.get().then(|| view! {
                <LazyView lazy=lazy view=Box::new(move |lazy: &FabricLazy| (lazy.deleted)(state))/>
            })}
            {move || proposal.get().map(|url| view! {
                <Notice tone=Tone::Accent>
                    <p class="strong">"A pull request is open"</p>
                    <p><a href=url>"See it on GitHub"</a>". The state follows once it is merged and the branch is validated."</p>
                </Notice>
            })}
            <Facts state=state clock=clock/>
        </section>
    }
}

/// The branch does not exist, and which one the fabric could have instead.
#[component]
fn BranchGone(state: State) -> impl IntoView {
    let gone = Memo::new(move |_| {
        of(state, |record| {
            let finding = missing_branch(record)?;
            Some((record.branch.to_string(), finding.default_branch.clone()))
        })
    });
    let may_follow = Memo::new(move |_| state.app.signed_in() && state.record_refused().is_none());
    move || {
        gone.get().map(|(branch, offered)| {
            let label = wording::follow_offer(offered.as_deref());
            view! {
                <Notice tone=Tone::Danger>
                    <p><Prose text=wording::branch_gone(&branch, offered.as_deref())/></p>
                    <p class:hidden=move || !may_follow.get()>
                        <a class="button button-primary" href="#change" on:click=move |_| state.asked.set(Some(Act::Follow))>{label}</a>
                    </p>
                </Notice>
            }
        })
    }
}

/// Something that the record says.
fn of<T>(state: State, part: impl FnOnce(&FabricRecord) -> Option<T>) -> Option<T> {
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
                format!(
                    "{repository}/tree/{}/{}",
                    url::path(branch.as_str()),
                    url::path(record.gitops_directory.git_path())
                ),
            ))
        })
    });
    let address = move || {
        let path = directory.get().map(|(_, path)| path);
        format!("{}/{}", state.app.github_url(), path.unwrap_or_default())
    };
    view! {
        <div class="page-intro">
            <h1 id="heading" tabindex="-1">{name}</h1>
            <p class="branch-label"><a href=address><code>{move || directory.get().map(|(label, _)| legible(&label))}</code></a></p>
        </div>
    }
}

#[component]
fn Facts(state: State, clock: RwSignal<i64>) -> impl IntoView {
    let operation = Memo::new(move |_| {
        state
            .answer
            .with(|answer| answer.as_ref()?.as_ref().ok()?.operation.clone())
    });
    let said = |time: String| (time.clone(), wording::time(&time));
    let commit = Memo::new(move |_| {
        of(state, |record| {
            let (head, facts) = (record.head?, record.head_commit.clone());
            let made = record.head_committed_at.clone().map(said);
            Some((head, facts.filter(|facts| facts.id == head), made))
        })
    });
    // The last commit by Hedgerow, and whether the one above is it.
    let own = Memo::new(move |_| {
        of(state, |record| {
            let url = record.commit_url.clone().filter(|url| is_web(url))?;
            let id = url.rsplit('/').next().unwrap_or_default();
            let is_head = record.head.is_some_and(|head| head.to_string() == id);
            let short = id.get(..7).unwrap_or(id).to_owned();
            Some((url, short, is_head))
        })
    });
    // If the directory is whole, the time when it last was says nothing.
    let whole = Memo::new(move |_| {
        of(state, |record| {
            let is_whole = record.gitops_directory_status == DirectoryStatus::Initialized;
            let whole = record.last_directory_sync.clone();
            whole.filter(|_| !is_whole).map(said)
        })
    });
    let tree = Memo::new(move |_| of(state, |record| record.tree.map(|tree| tree.to_string())));
    let has_tree = Memo::new(move |_| tree.with(Option::is_some));
    let command = Memo::new(move |_| of(state, git_command));
    let has_command = Memo::new(move |_| command.with(Option::is_some));
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
    let ago = move |time: &str| age(time, clock.get());
    view! {
        <dl class="fact-list">
            {move || commit.get().map(|(head, facts, made)| view! {
                <dt>"Commit"</dt>
                <dd class="row">
                    {match facts {
                        Some(facts) => view! { <CommitLine commit=facts/> }.into_any(),
                        None => view! { <code>{head.short()}</code> }.into_any(),
                    }}
                    {made.map(|(time, at)| view! {
                        <span class="muted" title=at>{move || ago(&time).map(|ago| format!("made {ago}"))}</span>
                    })}
                    {move || own.get().filter(|(_, _, is_head)| *is_head).map(|(url, _, _)| view! { <a href=url>"by Hedgerow"</a> })}
                </dd>
            })}
            {move || own.get().filter(|(_, _, is_head)| !is_head).map(|(url, short, _)| view! {
                <dt>"Last commit by Hedgerow"</dt>
                <dd><a href=url><code>{short}</code></a></dd>
            })}
            {move || whole.get().map(|(time, at)| view! {
                <dt>"Last healthy"</dt>
                <dd>{move || ago(&time)}" "<span class="muted">{at}</span></dd>
            })}
            {move || has_tree.get().then(|| view! {
                <dt>"Tree id"</dt>
                <dd><Copyable text=Signal::derive(move || tree.get().unwrap_or_default()) what="tree id"/></dd>
            })}
            {move || has_command.get().then(|| view! {
                <dt>"Verify with git"</dt>
                <dd>
                    <Copyable text=Signal::derive(move || command.get().unwrap_or_default()) what="check command"/>
                    <p class="hint">"In any clone, without us; it prints the tree id."</p>
                </dd>
            })}
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

/// The last known state is shown as such while GitHub cannot be asked; why that is, where nothing else on the page says it.
#[component]
fn Unknown(state: State) -> impl IntoView {
    let check = Memo::new(move |_| {
        let shown_elsewhere = state.shown_elsewhere.get();
        of(state, |record| {
            let check = record.check.clone();
            let is_unknown = check.state == CheckState::Unknown && check.message.is_some();
            let is_shown = shown_elsewhere.is_some() && shown_elsewhere == check.message;
            is_unknown.then_some((check, is_shown))
        })
    });
    move || {
        check.get().map(|(check, is_shown)| {
            let since = check
                .since
                .map(|since| format!(" since {}", wording::time(&since)))
                .unwrap_or_default();
            view! {
                <Notice tone=Tone::Muted>
                    <p class="strong">{format!("Last known state; not confirmed{since}")}</p>
                    {(!is_shown).then(|| view! {
                        <p><Prose text=check.message.unwrap_or_default()/> " " <Prose text=check.hint.unwrap_or_default()/></p>
                    })}
                </Notice>
            }
        })
    }
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
