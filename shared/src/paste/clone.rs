//! The command that clones a fabric's branch.

use crate::quote::{shell, url};
use crate::record::FabricRecord;

/// The shell command that clones a fabric's branch, where `github_url` is the address that people see GitHub at.
pub fn clone_command(github_url: &str, record: &FabricRecord) -> String {
    let repository = format!("{}.git", record.git_repository);
    let address = url::below(github_url, &[&repository]).unwrap_or_default();
    shell::command(&["git", "clone", "--branch", record.branch.as_str(), &address])
}
