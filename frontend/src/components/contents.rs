//! What the branch's files say, as a page has read them.

use leptos::prelude::*;
use shared::git::ObjectId;
use shared::names::RepoName;

use crate::context::AppContext;
use model::failure::Failure;

/// What the branch's files say, as far as it was asked.
#[derive(Clone, Copy)]
pub struct Contents {
    /// The repository that they are in.
    pub repo: Memo<Option<RepoName>>,
    pub known: RwSignal<Known>,
}

/// Reads another one, unless it is known.
pub type Want = fn(Contents, AppContext, ObjectId);

impl Contents {
    /// Of the files of a repository, none of which was asked for.
    pub fn of(repo: Memo<Option<RepoName>>) -> Self {
        Self {
            repo,
            known: RwSignal::new(Known::default()),
        }
    }
}

/// The files that were asked for: those few that somebody looked at.
#[derive(Default)]
pub struct Known(Vec<(ObjectId, Theirs)>);

impl Known {
    pub fn get(&self, id: ObjectId) -> Option<&Theirs> {
        let found = self.0.iter().find(|(known, _)| *known == id);
        found.map(|(_, theirs)| theirs)
    }

    pub fn put(&mut self, id: ObjectId, theirs: Theirs) {
        self.0.retain(|(known, _)| *known != id);
        self.0.push((id, theirs));
    }
}

/// What a file on the branch says.
#[derive(Clone, Debug, PartialEq)]
pub enum Theirs {
    /// It is being read.
    Asking,
    Text(String),
    /// It is not text, or too long to show.
    NoText,
    /// It could not be read.
    Failed(Failure),
}
