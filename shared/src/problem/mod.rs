//! What can go wrong, said once: a [`Code`] for machines, an [`Explanation`] for people, and [`Advice`] on what to do
//! next, in the words of an API client and in those of a page.

pub mod advice;
mod code;

use serde::{Deserialize, Serialize};

pub use advice::Advice;
pub use code::Code;

/// What went wrong and what to do next, as a record keeps it and as a page says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// A stable word for machines.
    pub code: Code,
    /// What happened: a sentence without a capital and a full stop, with names as [`crate::quote::sentence`] writes them.
    pub message: String,
    /// The next step, in the words of an API client; [`advice::on_page`] has those of a page.
    pub hint: String,
}
