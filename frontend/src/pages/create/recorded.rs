//! A directory that a fabric has already: said before anybody commits, with the way to that fabric.

use leptos::prelude::*;

use super::state::State;
use crate::components::link::Link;
use crate::components::notice::Notice;
use model::routes;
use model::wording::{self, Tone};

/// Names the fabric that has the directory, or one above or below it.
#[component]
pub fn Recorded(state: State) -> impl IntoView {
    let claim = Memo::new(move |_| state.claim());
    move || {
        claim.get().map(|claim| {
            let title = wording::taken(&claim);
            let free = claim.suggestions.into_iter().map(|directory| {
                let directory = directory.to_string();
                let text = directory.clone();
                let choose = move |_| state.edit(|draft| draft.gitops_directory = directory.clone());
                view! { <button type="button" class="button button-small" on:click=choose><code>{text}</code></button> }
            });
            let free = free.collect_view();
            view! {
                <div role="status"><Notice tone=Tone::Attention>
                    <p class="strong">{title}</p>
                    {(!free.is_empty()).then(|| view! { <p class="row">"Free: " {free}</p> })}
                    <p><Link href=routes::fabric(&claim.fabric) class="button">"Open the fabric page"</Link></p>
                </Notice></div>
            }
        })
    }
}
