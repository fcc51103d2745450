//! The command that checks a page's claim in any clone, without this site.

use crate::quote::shell;
use crate::record::FabricRecord;

/// The shell command that prints the id of the directory that a record tells of; none where it tells of none.
///
/// At the repository's root the id is that of a tree with only the fabric's three directories.
pub fn git_command(record: &FabricRecord) -> Option<String> {
    let (head, _) = (record.head?, record.tree?);
    let (head, path) = (head.to_string(), record.gitops_directory.git_path());
    Some(if record.gitops_directory.is_root() {
        let list = shell::command(&["git", "ls-tree", &head, "managed", "raw", "unmanaged"]);
        format!("{list} | git mktree")
    } else if path.contains("..") {
        // In a revision that is a range, and there is no way to quote it.
        let list = ["git", "ls-tree", "--object-only", "--full-tree", &head];
        shell::command(&[&list[..], &["--", path]].concat())
    } else {
        shell::command(&["git", "rev-parse", &format!("{head}:{path}")])
    })
}
