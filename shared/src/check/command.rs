//! The command that checks a page's claim in any clone, without this site.

use std::fmt::Write;

use crate::record::FabricRecord;

/// The shell command that prints the id of the directory that a record tells of; none where it tells of none.
///
/// At the repository's root the id is that of a tree with only the fabric's three directories.
pub fn git_command(record: &FabricRecord) -> Option<String> {
    let (head, _) = (record.head?, record.tree?);
    Some(if record.gitops_directory.is_root() {
        format!("git ls-tree {head} managed raw unmanaged | git mktree")
    } else {
        let path = record.gitops_directory.git_path();
        format!("git rev-parse {}", quoted(&format!("{head}:{path}")))
    })
}

/// Quotes a word for a POSIX shell where it needs quotes.
fn quoted(word: &str) -> String {
    let is_plain =
        |character: char| character.is_ascii_alphanumeric() || "/:._-".contains(character);
    if word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
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
    fn words_are_quoted_for_a_shell() {
        assert_eq!(super::quoted("abc:a/b-c"), "abc:a/b-c");
        assert_eq!(super::quoted("abc:it's here"), r"'abc:it'\''s here'");
        assert_eq!(super::quoted("abc:$(x)"), "'abc:$(x)'");
    }

    #[test]
    fn branches_are_encoded_for_an_address() {
        assert_eq!(super::url_encoded("release/é #1"), "release/%C3%A9%20%231");
    }
}
