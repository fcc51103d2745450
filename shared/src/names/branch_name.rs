//! The name of a branch, by git's own rules.

use serde::{Deserialize, Serialize};

/// A branch, without `refs/heads/`.
///
/// The rules are those of `git check-ref-format --branch`; at most 244 bytes, so that the whole ref fits a file name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BranchName(String);

/// Why a text is not a branch name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BranchNameError {
    /// Nothing was given.
    #[error("name a branch, for example `main`")]
    Empty,
    /// More than 244 bytes.
    #[error("the branch has {0} bytes; use at most 244")]
    TooLong(usize),
    /// A character that git forbids in refs.
    #[error("a branch may not contain {0:?}")]
    Character(char),
    /// A sequence that git forbids in refs.
    #[error("a branch may not contain `{0}`")]
    Sequence(&'static str),
    /// It begins with something that git forbids.
    #[error("a branch, and each part between slashes, may not begin with `{0}`")]
    Begins(&'static str),
    /// It ends with something that git forbids.
    #[error("a branch may not end with `{0}`")]
    Ends(&'static str),
    /// `HEAD` and `@` mean something else to git.
    #[error("`{0}` means something else to git; choose another branch")]
    Reserved(&'static str),
}

impl BranchName {
    /// Parses a branch name.
    ///
    /// # Errors
    /// [`BranchNameError`] says what to change.
    pub fn parse(text: &str) -> Result<Self, BranchNameError> {
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The branch without `refs/heads/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The full ref, which no tag of the same name can shadow.
    pub fn full_ref(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

fn check(text: &str) -> Result<(), BranchNameError> {
    use BranchNameError::{Begins, Character, Empty, Ends, Reserved, Sequence, TooLong};
    if text.is_empty() {
        return Err(Empty);
    }
    for reserved in ["HEAD", "@"] {
        if text == reserved {
            return Err(Reserved(reserved));
        }
    }
    if let Some(wrong) = text.chars().find(|character| forbidden(*character)) {
        return Err(Character(wrong));
    }
    for sequence in ["..", "@{", "//"] {
        if text.contains(sequence) {
            return Err(Sequence(sequence));
        }
    }
    for (prefix, anywhere) in [("-", false), ("/", false), (".", true)] {
        if text.starts_with(prefix) || (anywhere && text.contains("/.")) {
            return Err(Begins(prefix));
        }
    }
    for suffix in ["/", "."] {
        if text.ends_with(suffix) {
            return Err(Ends(suffix));
        }
    }
    if text.split('/').any(|part| part.ends_with(".lock")) {
        return Err(Ends(".lock"));
    }
    if text.len() > 244 {
        return Err(TooLong(text.len()));
    }
    Ok(())
}

fn forbidden(character: char) -> bool {
    character.is_ascii_control()
        || matches!(character, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\')
}

super::string_name!(BranchName, BranchNameError);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::process::Command;

    fn git_accepts(name: &str) -> bool {
        let output = Command::new("git")
            .args(["check-ref-format", "--branch", name])
            .output()
            .unwrap();
        // `@{-1}` and the like are expanded, so the echoed name must be the one given.
        output.status.success() && output.stdout.strip_suffix(b"\n") == Some(name.as_bytes())
    }

    #[test]
    fn git_and_hedgerow_agree_on_branch_names() {
        let parts = [
            "a", ".", "/", "-", "@", "{", "lock", ".lock", "~", "\\", " ", "ü", "HEAD", "*",
            "\u{7f}", "\u{1}",
        ];
        let mut checked = 0;
        let mut names: Vec<String> = [
            "release/1.2",
            "feature/a_b",
            "refs/heads/x",
            "a@b",
            "HEAD/x",
            "x.lock/y",
        ]
        .map(String::from)
        .to_vec();
        for first in parts {
            for second in parts {
                for third in ["", "a", ".", "/b", ".lock"] {
                    names.push(format!("{first}{second}{third}"));
                }
            }
        }
        for name in names {
            // `@` alone and as a whole ref component is an alias of HEAD on newer gits only.
            if name == "@" {
                continue;
            }
            assert_eq!(
                BranchName::parse(&name).is_ok(),
                git_accepts(&name),
                "{name:?}"
            );
            checked += 1;
        }
        assert!(checked > 1000, "{checked}");
    }

    #[test]
    fn messages_name_what_to_change() {
        for (text, expected) in [
            ("", "name a branch, for example `main`"),
            ("a b", "a branch may not contain ' '"),
            ("a..b", "a branch may not contain `..`"),
            (
                "a/.b",
                "a branch, and each part between slashes, may not begin with `.`",
            ),
            ("x.lock", "a branch may not end with `.lock`"),
            (
                "HEAD",
                "`HEAD` means something else to git; choose another branch",
            ),
        ] {
            assert_eq!(BranchName::parse(text).unwrap_err().to_string(), expected);
        }
        assert_eq!(
            BranchName::parse(&"a".repeat(245)),
            Err(BranchNameError::TooLong(245))
        );
    }

    #[test]
    fn the_full_ref_names_only_branches() {
        assert_eq!(
            BranchName::parse("main").unwrap().full_ref(),
            "refs/heads/main"
        );
    }
}
