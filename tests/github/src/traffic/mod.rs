//! Requests as they pass: recorded, and disturbed by faults.

mod fault;
mod intercept;
mod record;

pub use fault::{Action, DropWhen, Fault, Match};
pub(crate) use intercept::intercept;
pub use record::{Graphql, RecordedRequest};
