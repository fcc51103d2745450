//! Sending a plan to somebody, and whether one that was sent still applies.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::State;
use crate::browser;
use crate::components::icon::{Icon, IconName};
use crate::components::notice::Notice;
use crate::components::prose::Prose;
use model::branch_state::BranchState;
use model::draft;
use model::plan_link::PlanLinkStatus;
use model::wording::{self, Tone};

/// Copies a link to what is shown.
#[component]
pub fn CopyPlan(state: State) -> impl IntoView {
    let copy = move |_| ask_for_copy(state);
    view! {
        <button type="button" class="button button-small" disabled=move || !state.has_plan() on:click=copy
            title="A link that opens this plan and compares it again">
            <Icon name=IconName::Link/>"Copy plan link"
        </button>
    }
}

/// Copies a link to what is shown, with what is loaded later.
pub fn ask_for_copy(state: State) {
    spawn_local(async move {
        match state.lazy.load().await {
            Ok(lazy) => (lazy.copy_plan)(state),
            Err(failure) => state.app.toast(failure.title()),
        }
    });
}

/// Copies a link to what is shown, or says why there is none.
pub fn copy_plan(state: State) {
    state.settle();
    let Some(address) = untrack(|| state.plan_address()) else {
        state
            .app
            .toast("A plan can be linked once the branch has been read");
        return;
    };
    spawn_local(async move {
        let done = browser::copy(&address).await;
        state.app.toast(if done {
            "Copied the link to this plan"
        } else {
            "The browser does not allow copying; the address bar holds the draft"
        });
    });
}

/// What becomes of the plan that the page was opened with.
#[component]
pub fn OpenedPlan(state: State) -> impl IntoView {
    let verdict = Memo::new(move |_| {
        let link = state.link.get()?.ok()?;
        match state.branch_state.get() {
            BranchState::Loaded(_) => state
                .preview
                .with(|preview| Some(link.verdict(preview.as_ref()?))),
            _ => None,
        }
    });
    move || match state.link.get()? {
        Err(error) => Some(
            view! {
                <div role="alert"><Notice tone=Tone::Danger>
                    <p class="strong">"The plan could not be opened"</p>
                    <p><Prose text=error.to_string()/></p>
                    {(state.draft.get_untracked() != draft::initial()).then(|| view! {
                        <p>"The fields below hold what could be read."</p>
                    })}
                </Notice></div>
            }
            .into_any(),
        ),
        Ok(link) => Some(match verdict.get() {
            None => view! {
                <Notice tone=Tone::Muted>
                    <p class="strong">"You opened a plan"</p>
                    <p>"It is compared with the branch as soon as the branch can be read."</p>
                </Notice>
            }
            .into_any(),
            Some(verdict) => {
                let (title, text, tone) = wording::plan_link_status(&verdict);
                let approved = link.approval;
                view! {
                        <div role="status"><Notice tone=tone>
                            <p class="strong">{title}</p>
                            <p>{text}</p>
                            {(verdict == PlanLinkStatus::Differs).then(|| view! { <p class="small">"The plan's tree id was " <code>{approved.tree.to_string()}</code></p> })}
                            {(verdict == PlanLinkStatus::Moved).then(|| approved.head.map(|head| view! { <p class="small">"The plan was made at " <code>{head.short()}</code></p> }))}
                        </Notice></div>
                    }
                    .into_any()
            }
        }),
    }
}
