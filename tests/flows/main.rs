//! The whole path, natively: the Worker's router, real SQLite, and a GitHub made of real git repositories.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "tests")]

mod access;
mod copies;
mod create;
mod existing;
mod initialise;
mod lists;
mod moved;
mod reading;
mod refusals;
mod trouble;
mod validate;

use serde_json::{Value, json};

/// A fabric in `acme/network@main`, in this directory.
fn fabric(directory: &str) -> Value {
    json!({ "name": "fabric-1", "git_repository": "acme/network", "branch": "main", "gitops_directory": directory })
}
