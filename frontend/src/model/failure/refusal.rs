//! What the Worker, or GitHub to a visitor, said is wrong.

use std::ops::Deref;

use serde::Deserialize;
use serde::de::IgnoredAny;
use shared::api::{Problem, SnapshotAnswer};
use shared::problem::Code;

/// What the Worker said is wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refusal {
    pub(super) problem: Problem<IgnoredAny>,
    text: String,
}

impl Refusal {
    /// Reads the body of an answer; none where it is no problem.
    pub fn read(text: String) -> Option<Self> {
        let problem: Problem<IgnoredAny> = serde_json::from_str(&text).ok()?;
        (problem.code != Code::default()).then_some(Self { problem, text })
    }

    /// What the branch holds now, where it is not what was approved.
    pub fn snapshot(&self) -> Option<SnapshotAnswer> {
        #[derive(Deserialize)]
        struct Body {
            snapshot: Option<SnapshotAnswer>,
        }
        serde_json::from_str::<Body>(&self.text).ok()?.snapshot
    }
}

impl Deref for Refusal {
    type Target = Problem<IgnoredAny>;

    fn deref(&self) -> &Self::Target {
        &self.problem
    }
}

/// What GitHub said to somebody who is not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitorRefusal {
    LimitSpent,
    NotPublic,
    Empty,
    Other,
}

impl VisitorRefusal {
    /// Takes it from an answer's status; `is_spent` tells whether no request is left.
    pub fn of(status: u16, is_spent: bool) -> Self {
        match status {
            403 | 429 if is_spent => Self::LimitSpent,
            404 => Self::NotPublic,
            409 => Self::Empty,
            _ => Self::Other,
        }
    }

    pub(super) fn code(self) -> &'static Code {
        match self {
            Self::LimitSpent => &Code::PublicLimit,
            Self::NotPublic => &Code::NotPublic,
            Self::Empty => &Code::EmptyRepository,
            Self::Other => &Code::GithubRefused,
        }
    }

    /// The title, what happened, and the next step.
    pub(super) fn words(self) -> [&'static str; 3] {
        match self {
            Self::LimitSpent => [
                "GitHub answers no more for now",
                "Without signing in GitHub answers 60 requests an hour from one address, and they are spent.",
                "Sign in, or wait until the hour is over.",
            ],
            Self::NotPublic => [
                "No such public repository",
                "GitHub shows no such repository to visitors: it does not exist, or it is private.",
                "Check the name, or sign in to compare with a private repository.",
            ],
            Self::Empty => [
                "The repository is empty",
                "There is no commit to compare with.",
                "Sign in to commit the first files.",
            ],
            Self::Other => [
                "GitHub did not answer as usual",
                "The comparison without signing in did not work.",
                "Try again, or sign in.",
            ],
        }
    }
}
