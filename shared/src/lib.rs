//! Hedgerow's pure core: what a fabric's directory must hold, what it holds, and the one commit between them.
//!
//! The browser and the Worker run this same crate, so what a person approves and what is committed are computed
//! by one piece of code.
//!
//! **Invariant.** Nothing here reads a clock, a network, a file or a source of randomness, and nothing is async:
//! the same arguments always give the same bytes.

#![warn(missing_docs)]

pub mod api;
pub mod approval;
pub mod change_set;
pub mod check;
pub mod claims;
pub mod contents;
pub mod count;
pub mod diff;
pub mod fabric;
pub mod git;
pub mod kinds;
pub mod layout;
pub mod names;
pub mod ordered;
pub mod pages;
pub mod paste;
pub mod plan;
pub mod problem;
pub mod pull_request_check;
pub mod quote;
pub mod record;
pub mod report;
pub mod snapshot;
pub mod status;
pub mod timestamp;
pub mod words;
