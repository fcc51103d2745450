//! The link and the badges of a fabric, to copy.

use leptos::prelude::*;
use shared::record::FabricRecord;

use super::copy::Copyable;
use crate::browser;
use crate::model::snippet::{Snippet, snippets};

/// The snippets.
#[component]
pub fn BadgeSnippets(
    /// The fabric.
    record: FabricRecord,
) -> impl IntoView {
    let all = snippets(&browser::origin(), record.id.as_str(), record.name.as_str());
    let entry = |snippet: Snippet| {
        view! { <dt>{snippet.name}</dt><dd><Copyable text=Signal::stored(snippet.text) what=snippet.name/></dd> }
    };
    view! {
        <p class="row"><img class="badge" src=format!("/f/{}/badge.svg", record.id) alt=format!("Badge: GitOps state of {}", record.name) height="20"/></p>
        <dl class="facts">{all.into_iter().map(entry).collect_view()}</dl>
    }
}
