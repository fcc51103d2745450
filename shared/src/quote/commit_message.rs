//! Messages of commits, and titles of pull requests, as git and GitHub read them.
//!
//! In them GitHub reads `fixes #1`, `GH-1` and `owner/repository#1`, `@team`, `[skip ci]` and `***NO_CI***`, and git reads
//! trailers such as `Co-authored-by: …`; there is no way to quote a word. A description of a pull request becomes a
//! message, too, where somebody squashes.
//!
//! Source: docs.github.com, "Linking a pull request to an issue", "Autolinked references and URLs" and "Skipping workflow
//! runs"; git-interpret-trailers(1).

use super::invisible::is_invisible;
use super::url::component;

/// Writes a name so that it is read as a name and nothing else: percent-encoded, but for letters, digits and `/ . _ - +`.
///
/// `gitops/fabric-1` stays as it is, `fixes #1` is `fixes%20%231`; and `GH-1`, which would be an issue, is `GH%2D1`.
pub fn name(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_letter = character.is_alphanumeric() && !is_invisible(character);
        if character == '-' && names_issue(&text[..at], &text[at + 1..]) {
            written.push_str("%2D");
        } else if is_letter || "/._-+".contains(character) {
            written.push(character);
        } else {
            written.push_str(&component(character.encode_utf8(&mut [0; 4])));
        }
    }
    written
}

/// Tells whether the hyphen between the two is the one of `GH-1`.
fn names_issue(before: &str, after: &str) -> bool {
    let mut last = before.chars().rev();
    let is_gh = matches!(last.next(), Some('h' | 'H')) && matches!(last.next(), Some('g' | 'G'));
    let begins_word = last.next().is_none_or(|before| !before.is_alphanumeric());
    is_gh && begins_word && after.starts_with(|digit: char| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_but_names_is_read_in_names() {
        for (text, expected) in [
            ("gitops/hedgehog/fabric-1", "gitops/hedgehog/fabric-1"),
            ("größe/a_b.c+d", "größe/a_b.c+d"),
            ("fixes #1", "fixes%20%231"),
            ("@acme/team", "%40acme/team"),
            ("[skip ci]", "%5Bskip%20ci%5D"),
            ("100%", "100%25"),
            ("sites/gh-12", "sites/gh%2D12"),
            ("high-1/gh-x", "high-1/gh-x"),
            ("a\nb: c\u{3164}", "a%0Ab%3A%20c%E3%85%A4"),
        ] {
            assert_eq!(super::name(text), expected);
        }
    }
}
