//! Text made for another language, read by that language's own parser: whatever a name is, it stays a name.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on should stop"
)]

mod checks;
mod commits;
mod layout;
mod markdown;
mod markup;
mod pages;
mod sentences;
mod set_up;
mod shell;
mod toml;
mod url;
mod yaml;

use shared::fabric::{FabricInput, FabricSpec, LayoutOptions};
use shared::names::FabricId;
use shared::record::{FabricRecord, Visibility};

fn spec(branch: &str, directory: &str) -> FabricSpec {
    FabricSpec::parse(&FabricInput {
        name: "fabric-1".to_owned(),
        git_repository: "acme/network".to_owned(),
        branch: branch.to_owned(),
        gitops_directory: directory.to_owned(),
        layout: LayoutOptions::default(),
    })
    .unwrap()
}

fn record(branch: &str, directory: &str) -> FabricRecord {
    let id = FabricId::from_bytes([7; 16]);
    FabricRecord::new(id, &spec(branch, directory), Visibility::Public)
}
