//! The GitHub client: the only place that knows GitHub's addresses and JSON.

mod answers;
pub(crate) mod app;
mod base;
mod browse;
mod client;
mod commit;
mod error;
mod exchange;
mod graphql;
mod history;
pub(crate) mod oauth;
mod pulls;
mod refusal;
mod repositories;
mod snapshot;
mod standing;
mod tree;
mod viewer;
pub(crate) mod visibility;

pub(crate) use base::Target;
pub(crate) use client::Github;
pub(crate) use commit::{Author, NewCommit, NoCommit, SeenCommit, Start};
pub(crate) use error::GithubError;
pub(crate) use history::Found;
pub(crate) use pulls::{NewPull, PullState};
pub(crate) use snapshot::{Approved, Reading};

/// How Hedgerow calls itself; GitHub refuses whoever has no name.
pub(crate) const USER_AGENT_NAME: &str = concat!("hedgerow/", env!("CARGO_PKG_VERSION"));
