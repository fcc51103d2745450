//! Requests as they pass: recorded, and disturbed by faults.

mod fault;
mod intercept;
mod openapi;
mod record;

pub use fault::{Action, DropWhen, Fault, Match};
pub(crate) use intercept::intercept;
pub(crate) use openapi::{OpenApi, beside_checkout};
pub use openapi::{OpenApiError, Side, Violation};
pub use record::{Graphql, RecordedRequest};
