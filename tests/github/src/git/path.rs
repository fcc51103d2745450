//! Which paths GitHub takes into a tree.

/// Says what is wrong with a path that a client wants to write or delete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PathError {
    #[error("path cannot be blank")]
    Blank,
    #[error("path cannot start with a slash")]
    LeadingSlash,
    #[error("path cannot end with a slash")]
    TrailingSlash,
    #[error("path contains a malformed path component")]
    Malformed,
}

/// Checks a path from the repository's root.
pub(crate) fn check(path: &str) -> Result<(), PathError> {
    if path.is_empty() {
        return Err(PathError::Blank);
    }
    if path.starts_with('/') {
        return Err(PathError::LeadingSlash);
    }
    if path.ends_with('/') {
        return Err(PathError::TrailingSlash);
    }
    if path.contains('\0') || path.split('/').any(is_malformed) {
        return Err(PathError::Malformed);
    }
    Ok(())
}

/// Tells what `git fsck --strict` would complain about, `.git` in its NTFS and HFS+ spellings included.
fn is_malformed(component: &str) -> bool {
    let visible: String = component.chars().filter(|c| !is_ignored(*c)).collect();
    let plain = visible.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    matches!(component, "" | "." | "..") || plain == ".git" || plain == "git~1"
}

/// Characters that HFS+ ignores in names.
fn is_ignored(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_a_tree_can_hold_are_taken() {
        for path in ["a", "a/b.txt", ".github/x", "a/.gitkeep", "a b/ä", "a/..b"] {
            assert_eq!(check(path), Ok(()), "{path}");
        }
        for (path, error) in [
            ("", PathError::Blank),
            ("/a", PathError::LeadingSlash),
            ("a/", PathError::TrailingSlash),
            ("a//b", PathError::Malformed),
            ("./a", PathError::Malformed),
            ("a/../b", PathError::Malformed),
            ("a/.git/config", PathError::Malformed),
            (".GIT", PathError::Malformed),
            ("git~1/x", PathError::Malformed),
            (".git. /x", PathError::Malformed),
            (".g\u{200c}it", PathError::Malformed),
        ] {
            assert_eq!(check(path), Err(error), "{path}");
        }
    }
}
