//! The command that clones a fabric's branch.

use crate::quote::shell;
use crate::record::FabricRecord;

/// The shell command that clones a fabric's branch, where `github_url` is the address that people see GitHub at.
pub fn clone_command(github_url: &str, record: &FabricRecord) -> String {
    let address = format!("{github_url}/{}.git", record.git_repository);
    shell::command(&["git", "clone", "--branch", record.branch.as_str(), &address])
}
