//! What all of GitHub's API has in common: identity, headers, errors, rate counters, ETags.

mod api;
mod cors;
mod error;
mod etag;
mod identity;
mod meter;
mod truncate;

pub(crate) use api::{Writes, api};
pub(crate) use cors::EXPOSED_HEADERS;
pub(crate) use error::ApiError;
pub(crate) use identity::{Viewer, bearer};
pub use meter::Limits;
pub(crate) use meter::{Meter, Resource, Usage, timestamp};
pub(crate) use truncate::truncate;
