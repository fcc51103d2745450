//! What the Worker said is wrong.

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
    /// Reads the body of an answer; none if it is not a problem.
    pub fn read(text: String) -> Option<Self> {
        let problem: Problem<IgnoredAny> = crate::json::from_str(&text).ok()?;
        (problem.code != Code::default()).then_some(Self { problem, text })
    }

    /// Tells whether it says that certainly nothing of a creation is left.
    pub fn left_nothing(&self) -> bool {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Body {
            nothing_left: bool,
        }
        let body: Body = crate::json::from_str(&self.text).unwrap_or_default();
        body.nothing_left
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
