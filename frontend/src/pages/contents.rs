//! What the branch's files say, read when a person looks at one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::git::ObjectId;

use crate::api;
use crate::components::contents::{Contents, Theirs};
use crate::context::AppContext;

/// Reads another file, unless it is known.
pub fn want(contents: Contents, app: AppContext, id: ObjectId) {
    let Contents { repo, known } = contents;
    let is_known = known.with_untracked(|known| {
        matches!(
            known.get(id),
            Some(Theirs::Asking | Theirs::Text(_) | Theirs::NoText)
        )
    });
    let Some(repo) = repo.get_untracked().filter(|_| !is_known) else {
        return;
    };
    let put = move |theirs| {
        known.try_update(|known| known.put(id, theirs));
    };
    put(Theirs::Asking);
    let public = untrack(|| app.signed_out().then(|| app.github_api_url()));
    spawn_local(async move {
        let answer = match public {
            Some(github) => api::github::blob(&github, &repo, id).await,
            None => api::blob(&repo, id).await,
        };
        put(match answer {
            Ok(Some(text)) => Theirs::Text(text),
            Ok(None) => Theirs::NoText,
            Err(failure) => Theirs::Failed(failure),
        });
    });
}
