//! What the branch's files say, read when a person looks at one.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::git::ObjectId;
use shared::names::RepoName;

use super::lazy::RepositoryLazy;
use crate::components::contents::{Contents, Known, Theirs};
use crate::context::AppContext;
use crate::lazy::Lazy;

/// The files of the repository that `repo` names.
pub fn of(app: AppContext, repo: Memo<Option<RepoName>>) -> Contents {
    let lazy = Lazy::<RepositoryLazy>::get();
    let known = RwSignal::new(Known::default());
    let put = move |id, theirs| {
        known.try_update(|known| known.put(id, theirs));
    };
    let want = Callback::new(move |id: ObjectId| {
        let is_known = known.with_untracked(|known| {
            matches!(
                known.get(id),
                Some(Theirs::Asking | Theirs::Text(_) | Theirs::NoText)
            )
        });
        let Some(repo) = repo.get_untracked().filter(|_| !is_known) else {
            return;
        };
        put(id, Theirs::Asking);
        let public = app.signed_out().then(|| app.github_api_url());
        spawn_local(async move {
            let answer = lazy.call(|lazy| (lazy.blob)(public, repo, id)).await;
            put(
                id,
                match answer {
                    Ok(Some(text)) => Theirs::Text(text),
                    Ok(None) => Theirs::NoText,
                    Err(failure) => Theirs::Failed(failure),
                },
            );
        });
    });
    Contents { known, want }
}
