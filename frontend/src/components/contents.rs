//! What the branch's files say, as a page has read them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shared::git::ObjectId;

use model::failure::Failure;

/// What the branch's files say, as far as it was asked.
#[derive(Clone, Copy)]
pub struct Contents {
    pub known: RwSignal<BTreeMap<ObjectId, Theirs>>,
    /// Asks for another one.
    pub want: Callback<ObjectId>,
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
