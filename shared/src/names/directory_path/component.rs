//! One name between two slashes: what every checkout can hold.

use super::DirectoryPathError::{
    self, Character, Combining, Device, DotGit, EmptyComponent, Ends, Invisible, Relative,
};
use crate::quote::invisible::is_invisible;

/// Checks one component of the directory `path`.
pub(super) fn check(name: &str, path: &str) -> Result<(), DirectoryPathError> {
    if name.is_empty() {
        return Err(EmptyComponent(path.to_owned()));
    }
    if matches!(name, "." | "..") {
        return Err(Relative {
            path: path.to_owned(),
            component: name.to_owned(),
        });
    }
    // Before the characters: what is read as `.git` should be called that.
    if is_dot_git(name) {
        return Err(DotGit(name.to_owned()));
    }
    for character in name.chars() {
        if is_invisible(character) {
            return Err(Invisible(character));
        }
        if ('\u{300}'..='\u{36f}').contains(&character) {
            return Err(Combining(character));
        }
        if matches!(character, '<' | '>' | ':' | '"' | '\\' | '|' | '?' | '*') {
            return Err(Character(character));
        }
    }
    if name.starts_with(char::is_whitespace)
        || name.ends_with(|end: char| end == '.' || end.is_whitespace())
    {
        return Err(Ends(name.to_owned()));
    }
    if is_device(name) {
        return Err(Device(name.to_owned()));
    }
    Ok(())
}

/// Tells whether some file system reads the name as `.git`: any case, the short name `git~1`, trailing dots and
/// spaces or a stream (`:`) as NTFS drops them, and the invisible characters that HFS+ ignores.
/// Source: `is_ntfs_dotgit` and `is_hfs_dotgit` of git.
fn is_dot_git(name: &str) -> bool {
    let visible: String = name
        .chars()
        .filter(|character| !is_invisible(*character))
        .collect();
    let before_stream = visible.split([':', '\\']).next().unwrap_or_default();
    let bare = before_stream
        .trim_end_matches(['.', ' '])
        .to_ascii_lowercase();
    matches!(bare.as_str(), ".git" | "git~1")
}

/// Tells whether Windows reads the name, with or without an extension, as a device.
fn is_device(name: &str) -> bool {
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_ascii_lowercase();
    if matches!(
        stem.as_str(),
        "con" | "prn" | "aux" | "nul" | "conin$" | "conout$"
    ) {
        return true;
    }
    let Some(number) = stem
        .strip_prefix("com")
        .or_else(|| stem.strip_prefix("lpt"))
    else {
        return false;
    };
    matches!(
        number,
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³"
    )
}
