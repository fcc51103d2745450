//! The GitHub client: the only place that knows GitHub's addresses and JSON.

pub(crate) mod app;
mod client;
mod commit;
mod error;
mod graphql;
mod history;
pub(crate) mod oauth;
mod repositories;
mod snapshot;
mod standing;
mod tree;
mod viewer;
pub(crate) mod visibility;

pub(crate) use client::Github;
pub(crate) use commit::{NewCommit, SeenCommit};
pub(crate) use error::GithubError;
pub(crate) use history::Found;
pub(crate) use snapshot::{Approved, Reading};

/// How Hedgerow calls itself; GitHub refuses whoever has no name.
pub(crate) const USER_AGENT_NAME: &str = concat!("hedgerow/", env!("CARGO_PKG_VERSION"));
