//! A state: icon, word and colour, always together.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use model::wording::Tone;

#[component]
pub fn StateBadge(
    #[prop(into)] word: String,
    tone: Tone,
    /// The picture, where it is not the colour's own.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// Whether it is the page's main statement.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let size = if large {
        "state-badge state-badge-large"
    } else {
        "state-badge"
    };
    view! {
        <span class=format!("{size} {}", tone.class())>
            <Icon name=icon.unwrap_or(IconName::of_tone(tone))/>
            {word}
        </span>
    }
}
