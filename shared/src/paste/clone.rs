//! The command that clones a fabric's branch.

use crate::record::FabricRecord;

/// The shell command that clones a fabric's branch, where `github_url` is the address that people see GitHub at.
pub fn clone_command(github_url: &str, record: &FabricRecord) -> String {
    let (repository, branch) = (&record.git_repository, &record.branch);
    format!("git clone --branch {branch} {github_url}/{repository}.git")
}
