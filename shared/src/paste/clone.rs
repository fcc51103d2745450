//! The command that clones a fabric's branch.

use crate::quote::{shell, url};
use crate::record::FabricRecord;

/// The shell command that clones a fabric's branch, where `github_url` is the address that people see GitHub at; none where that is no address.
pub fn clone_command(github_url: &str, record: &FabricRecord) -> Option<String> {
    let repository = format!("{}.git", record.git_repository);
    let address = url::below(github_url, &[&repository])?;
    let branch = record.branch.as_str();
    Some(shell::command(&[
        "git", "clone", "--branch", branch, &address,
    ]))
}
