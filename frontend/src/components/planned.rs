//! What an action will do, before it does it: the exact files of the one commit, and the tree id that is approved.

use leptos::prelude::*;
use shared::api::PlanAnswer;
use shared::count::counted;
use shared::quote::invisible::legible;

use super::commit_line::CommitLine;
use super::copy::Copyable;
use super::notice::Notice;
use super::prose::Prose;
use model::wording::Tone;

/// A change that the Worker planned.
#[component]
pub fn Planned(
    plan: PlanAnswer,
    /// Whether the approved id is that of the repository's root.
    #[prop(optional)]
    root: bool,
) -> impl IntoView {
    let group = |word: String, paths: Vec<String>| {
        (!paths.is_empty()).then(|| {
            view! {
                <h3>{word.clone()}</h3>
                <ul class="path-list" tabindex="0" aria-label=word>{paths.into_iter().map(|path| view! { <li><code>{legible(&path)}</code></li> }).collect_view()}</ul>
            }
        })
    };
    let moves: Vec<String> = plan
        .moves
        .iter()
        .map(|moved| format!("{} → {}", moved.from, moved.to))
        .collect();
    let nothing = plan.writes.is_empty() && moves.is_empty() && plan.deletions.is_empty();
    let what = if root {
        "Root tree id being approved"
    } else {
        "Tree id being approved"
    };
    // What is approved by the root tree goes to the branch itself, or not at all.
    let refusal = plan.mode.reason.clone().filter(|_| root && !nothing);
    let signing = plan.mode.signing.clone().filter(|_| root && !nothing);
    view! {
        <div class="planned">
            {(root && !plan.deleted.is_empty()).then(|| view! {
                <Notice tone=Tone::Attention>
                    <p class="strong">"What people deleted stays gone"</p>
                    {plan.deleted.into_iter().map(|group| view! { <p><Prose text=group.heading()/></p> }).collect_view()}
                </Notice>
            })}
            {plan.prune.map(|prune| view! { <Notice tone=Tone::Attention><p><Prose text=prune.words()/></p></Notice> })}
            {plan.head_commit.map(|commit| view! { <p class="small muted">"Planned on " <CommitLine commit=commit/></p> })}
            {nothing.then(|| view! { <p class="muted">{match plan.commits {
                0 => "Nothing to commit.",
                _ => "One commit without changes makes the branch.",
            }}</p> })}
            {group(format!("Writes {}", counted(plan.writes.len(), "file")), plan.writes)}
            {group(format!("Moves {}", moves.len()), moves)}
            {group(format!("Removes {}", counted(plan.deletions.len(), "file")), plan.deletions)}
            {signing.map(|text| view! { <Notice tone=Tone::Attention><p><Prose text=text/></p></Notice> })}
            {refusal.map(|reason| view! {
                <Notice tone=Tone::Attention>
                    <p><Prose text=format!("{reason}; this cannot be proposed as a pull request")/>" GitHub accepts it only from somebody who may bypass the rule."</p>
                </Notice>
            })}
            <h3>{what}</h3>
            <Copyable text=Signal::stored(plan.approval.tree.to_string()) what="tree id"/>
        </div>
    }
}
