//! A directory that a fabric has already: said before anybody commits, with the way to that fabric.

use leptos::prelude::*;

use super::state::State;
use crate::components::link::Link;
use crate::components::notice::Notice;
use crate::model::wording::{self, Tone};

/// Names the fabric that has the directory, or one above or below it.
#[component]
pub fn Recorded(state: State) -> impl IntoView {
    let claim = Memo::new(move |_| state.read()?.answer.claim.clone());
    move || {
        claim.get().map(|claim| {
            let free = claim.suggestions.iter().map(ToString::to_string);
            let free = free.collect::<Vec<_>>().join(", ");
            view! {
                <div role="status"><Notice tone=Tone::Accent>
                    <p class="strong">{wording::taken(&claim)}</p>
                    {(!free.is_empty()).then(|| view! { <p>"Free: " <code>{free}</code></p> })}
                    <p><Link href=format!("/f/{}", claim.fabric) class="button">"Open the fabric page"</Link></p>
                </Notice></div>
            }
        })
    }
}
