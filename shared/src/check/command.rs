//! The command that checks a page's claim in any clone, without this site.

use std::fmt::Write;

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

/// Encodes a path for an address; slashes stay.
pub(super) fn url_encoded(path: &str) -> String {
    let mut encoded = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #[test]
    fn branches_are_encoded_for_an_address() {
        assert_eq!(super::url_encoded("release/é #1"), "release/%C3%A9%20%231");
    }
}
