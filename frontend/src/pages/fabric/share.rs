//! What to send to others, and who can see it.

use leptos::prelude::*;
use shared::record::Visibility;

use super::links::Links;
use super::state::State;
use crate::components::badge_snippets::BadgeSnippets;
use crate::components::notice::Notice;
use model::wording::Tone;

/// The link and the badges.
#[component]
pub fn Share(state: State) -> impl IntoView {
    let note = |visibility: Visibility| match visibility {
        Visibility::Public => (
            Tone::Success,
            "The repository is public, so everybody who has the link sees this page.",
        ),
        Visibility::Private | Visibility::Other(_) => (
            Tone::Muted,
            "The repository is private: only people who can read it see this page. A share link shows it to others.",
        ),
        Visibility::Draft => (
            Tone::Attention,
            "This is a draft: only you see this page. Once it is initialised it can be shared.",
        ),
    };
    let is_private = Memo::new(move |_| {
        state.record.with(|record| {
            record
                .as_ref()
                .is_some_and(|record| record.visibility.is_private())
        })
    });
    view! {
        <section class="card" aria-labelledby="share-heading">
            <h2 id="share-heading">"Share"</h2>
            {move || state.record.get().map(|record| {
                let visibility = record.visibility;
                let (tone, text) = note(visibility);
                view! {
                    <Notice tone=tone>{text}</Notice>
                    <BadgeSnippets record=record pictured=visibility == Visibility::Public/>
                }
            })}
        </section>
        {move || is_private.get().then(|| view! { <Links state=state/> })}
    }
}
