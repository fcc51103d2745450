//! A commit, with whose it is.

use leptos::prelude::*;
use shared::git::CommitFacts;
use shared::quote::invisible::legible;
use shared::timestamp::readable;

use crate::context::AppContext;

/// The short id, as a link where GitHub said where to see it; author, subject and time.
#[component]
pub fn CommitLine(commit: CommitFacts) -> impl IntoView {
    let app = AppContext::get();
    let url = move || app.link(commit.url.clone());
    let mut about = String::new();
    if let Some(author) = &commit.author {
        about.push_str(" by ");
        about.push_str(&legible(author));
    }
    if !commit.subject.is_empty() {
        about.push_str(": ");
        about.push_str(&legible(&commit.subject));
    }
    if let Some(time) = &commit.time {
        about.push_str(", ");
        about.push_str(&readable(time));
    }
    view! { <span><a href=url><code>{commit.id.short()}</code></a>{about}</span> }
}
