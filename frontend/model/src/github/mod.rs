//! What GitHub answers to a browser that asks it itself.

mod listings;

pub use listings::{Listings, NamedBody, RepositoryBody, TreeBody};
