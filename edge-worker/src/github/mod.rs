//! The GitHub client: the only place that knows GitHub's addresses and JSON.

mod client;
mod commit;
mod error;
mod graphql;
mod history;
mod repositories;
mod snapshot;
mod viewer;

pub(crate) use client::Github;
pub(crate) use commit::{NewCommit, SeenCommit};
pub(crate) use error::GithubError;
pub(crate) use history::Found;
pub(crate) use snapshot::{Approved, Reading};
