//! A state: icon, word and colour, always together.

use leptos::prelude::*;

use super::icon::{Icon, Picture};
use crate::model::wording::Tone;

/// A state.
#[component]
pub fn StateBadge(
    /// The word.
    #[prop(into)]
    word: String,
    /// The colour.
    tone: Tone,
    /// Whether it is the page's main statement.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let size = if large { "state large" } else { "state" };
    view! {
        <span class=format!("{size} {}", tone.class())>
            <Picture icon=Icon::of_tone(tone)/>
            {word}
        </span>
    }
}
