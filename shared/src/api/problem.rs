//! Errors on the wire: RFC 9457, `application/problem+json`.

use serde::{Deserialize, Serialize};

use super::SnapshotAnswer;
use crate::fabric::FieldError;
use crate::names::FabricId;
use crate::problem::Code;

/// What went wrong, for people and machines. A reader without use for the snapshot can leave it unread: `Problem<IgnoredAny>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, bound(deserialize = "S: Deserialize<'de>"))]
pub struct Problem<S = SnapshotAnswer> {
    /// A URI reference that names the kind of problem: `/problems/{code}`.
    #[serde(rename = "type")]
    #[cfg_attr(not(feature = "comparisons"), serde(skip_deserializing))]
    pub kind: String,
    /// A few words, the same for every problem of this code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// A stable word for machines.
    pub code: Code,
    /// The next step.
    pub hint: String,
    /// What is wrong with each field, where fields are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// The path that the problem is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The existing fabric, where one is in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fabric: Option<FabricId>,
    /// What could be used instead: free directories, free names where the name is taken, or branches whose names are near
    /// where there is none of this name, or the one in its way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<String>,
    /// What the branch holds now, where it is not what was approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(not(feature = "comparisons"), serde(skip_deserializing))]
    pub snapshot: Option<Box<S>>,
    /// Of a server error of a creation: that certainly nothing of it is left, so that it can be sent again under another key.
    #[serde(skip_deserializing, skip_serializing_if = "is_false")]
    pub nothing_left: bool,
    /// The request's id, to find it in the logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

// A page reads it from the text, where it counts.
fn is_false(value: &bool) -> bool {
    !value
}

// Derived, it would ask for a default snapshot.
impl<S> Default for Problem<S> {
    fn default() -> Self {
        Self {
            kind: String::new(),
            title: String::new(),
            status: 0,
            detail: String::new(),
            code: Code::default(),
            hint: String::new(),
            errors: Vec::new(),
            path: None,
            fabric: None,
            suggestions: Vec::new(),
            snapshot: None,
            nothing_left: false,
            request_id: None,
        }
    }
}
