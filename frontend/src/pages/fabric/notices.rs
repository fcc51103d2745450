//! What is to be said of a fabric's state besides its sentence. Most fabrics have nothing of it, so that it is loaded later.

use leptos::prelude::*;
use shared::problem::{Code, advice};
use shared::record::{CheckState, FabricRecord};
use shared::status::missing_branch;

use super::deleted::Deleted;
use super::details::of;
use super::state::{Act, State};
use crate::components::notice::{Notice, WriteFailure};
use crate::components::prose::Prose;
use model::routes;
use model::wording::{self, Tone};

/// Tells whether there is anything to say.
pub fn has_any(record: &FabricRecord) -> bool {
    record.check.message.is_some()
        || record.directory_init_error.is_some()
        || record.pull_request_url.is_some()
        || !record.deleted.is_empty()
        || missing_branch(record).is_some()
}

/// What is not confirmed, what failed or is gone, what people deleted, and what waits.
#[component]
pub fn Notices(state: State) -> impl IntoView {
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
            state.app.link(record.pull_request_url.clone())
        })
    });
    let has_deleted = Memo::new(move |_| {
        of(state, |record| (!record.deleted.is_empty()).then_some(())).is_some()
    });
    let page = routes::fabric(&state.id.get_value());
    view! {
            <Unknown state=state/>
            {move || failure.get().map(|failure| {
                // A move, which no pull request carries, is told by what to do instead.
                let is_proposable = advice::on_page(&failure.hint).starts_with("choose Pull request");
                let is_protected = failure.code == Code::BranchProtected && is_proposable;
                view! {
                    <WriteFailure failure=failure page=page.clone()/>
                    <p class="hint" class:hidden=!is_protected>"Below, “Repair…” and “Initialise again…” let you choose a pull request."</p>
                }
            })}
            <BranchGone state=state/>
            {move || has_deleted.get().then(|| view! { <Deleted state=state/> })}
            {move || proposal.get().map(|url| view! {
                <Notice tone=Tone::Accent>
                    <p class="strong">"A pull request is open"</p>
                    <p><a href=url>"See it on GitHub"</a>". The state follows once it is merged and the branch is validated."</p>
                </Notice>
            })}
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

/// The last known state is shown as such while GitHub cannot be asked; why that is, where nothing else on the page says it.
#[component]
fn Unknown(state: State) -> impl IntoView {
    let check = Memo::new(move |_| {
        let shown_elsewhere = state.shown_elsewhere.get();
        of(state, |record| {
            let check = record.check.clone();
            // What this browser cannot know and what nobody has read is the state's own sentence.
            let is_said = matches!(check.code, Some(Code::Unread | Code::DirectoryChanged));
            let is_unknown =
                check.state == CheckState::Unknown && check.message.is_some() && !is_said;
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
