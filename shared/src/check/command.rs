//! The command that checks a page's claim in any clone, without this site.

use crate::quote::shell;
use crate::record::FabricRecord;

/// The shell command that prints the id of the directory that a record tells of; none where it tells of none.
///
/// At the repository's root the id is that of a tree with only the fabric's three directories.
pub fn git_command(record: &FabricRecord) -> Option<String> {
    let (head, _) = (record.head?, record.tree?);
    let head = head.to_string();
    Some(if record.gitops_directory.is_root() {
        let list = shell::command(&["git", "ls-tree", &head, "managed", "raw", "unmanaged"]);
        format!("{list} | git mktree")
    } else {
        let place = format!("{head}:{}", record.gitops_directory.git_path());
        shell::command(&["git", "rev-parse", &place])
    })
}
