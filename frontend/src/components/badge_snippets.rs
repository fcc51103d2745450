//! The link and the badges of a fabric, to copy.

use leptos::prelude::*;
use shared::paste::{Snippet, snippets};
use shared::record::{FabricRecord, Visibility};

use super::copy::Copyable;
use crate::browser;

#[component]
pub fn BadgeSnippets(
    record: FabricRecord,
    /// Whether the badge is shown, too; it may lag a moment behind a write.
    #[prop(optional)]
    pictured: bool,
) -> impl IntoView {
    // Only its readers can load a private fabric's badge, so there is nothing to paste.
    let is_public = record.visibility == Visibility::Public;
    let mut all = snippets(&browser::origin(), record.id.as_str(), record.name.as_str());
    all.truncate(if is_public { all.len() } else { 1 });
    let entry = |snippet: Snippet| {
        view! { <dt>{snippet.name}</dt><dd><Copyable text=Signal::stored(snippet.text) what=snippet.name/></dd> }
    };
    view! {
        {pictured.then(|| view! { <p class="row"><img class="badge-image" src=format!("/f/{}/badge.svg?version={}", record.id, record.version) alt=format!("Badge: GitOps state of {}", record.name) height="20"/></p> })}
        <dl class="fact-list">{all.into_iter().map(entry).collect_view()}</dl>
    }
}
