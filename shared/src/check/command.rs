//! The command that checks a page's claim in any clone, without this site.

use crate::quote::shell;
use crate::record::FabricRecord;

/// The shell command that prints the id of the directory that a record tells of; none if it tells of none.
///
/// At the repository's root the id is that of a tree with only the fabric's three directories.
pub fn git_command(record: &FabricRecord) -> Option<String> {
    let (head, _) = (record.head?, record.tree?);
    let (head, path) = (head.to_string(), record.gitops_directory.git_path());
    let revision = format!("{head}:{path}");
    let words: &[&str] = if record.gitops_directory.is_root() {
        &["git", "ls-tree", &head, "managed", "raw", "unmanaged"]
    } else if path.contains("..") {
        // In a revision that is a range, and there is no way to quote it.
        &[
            "git",
            "ls-tree",
            "--object-only",
            "--full-tree",
            &head,
            "--",
            path,
        ]
    } else {
        &["git", "rev-parse", &revision]
    };
    let mut command = shell::command(words);
    if record.gitops_directory.is_root() {
        command.push_str(" | git mktree");
    }
    Some(command)
}
