//! A message as a sentence, with names as code.

use leptos::prelude::*;
use shared::quote::sentence::{Part, sentence};

/// A message of the Worker or of the shared crate.
#[component]
pub fn Prose(#[prop(into)] text: String) -> impl IntoView {
    sentence(&text)
        .into_iter()
        .map(|part| match part {
            Part::Words(words) => words.into_any(),
            Part::Name(name) => view! { <code>{name}</code> }.into_any(),
        })
        .collect_view()
}
