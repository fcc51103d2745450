//! The name of a branch, by git's own rules.

use serde::{Deserialize, Serialize};

use crate::quote::sentence::Name;

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
    /// A full ref of a branch, in place of the branch.
    #[error("a branch is named without what comes before it in git's refs; type {}", Name(.0))]
    FullRef(String),
    /// A full ref of something that is not a branch.
    #[error("{} is not a branch; type the name of one, for example `main`", Name(.0))]
    OtherRef(String),
    /// The id of a commit.
    #[error(
        "{0} hexadecimal digits are the id of a commit, not a branch; type the name of one, for example `main`"
    )]
    ObjectId(usize),
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

    /// Parses a branch name that a person types for the first time. What git would understand in another way is not meant as
    /// the name of a branch, though git takes it; where it is one already, it stays readable by [`Self::parse`].
    ///
    /// # Errors
    /// [`BranchNameError`] says what was probably meant.
    pub fn parse_typed(text: &str) -> Result<Self, BranchNameError> {
        let name = Self::parse(text)?;
        name.is_plain()?;
        Ok(name)
    }

    /// Tells whether git understands the name as that of a branch and as nothing else.
    ///
    /// # Errors
    /// [`BranchNameError`] says what was probably meant.
    pub fn is_plain(&self) -> Result<(), BranchNameError> {
        let text = self.as_str();
        if let Some(rest) = text.strip_prefix("refs/") {
            let of_remote = || Some(rest.strip_prefix("remotes/")?.split_once('/')?.1);
            let meant = rest.strip_prefix("heads/").or_else(of_remote);
            return Err(match meant {
                Some(meant) => BranchNameError::FullRef(meant.to_owned()),
                None => BranchNameError::OtherRef(text.to_owned()),
            });
        }
        let is_id =
            matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_id {
            true => Err(BranchNameError::ObjectId(text.len())),
            false => Ok(()),
        }
    }

    /// The names of which git cannot have a branch beside this one, since this one lies in them: `a` and `a/b` of `a/b/c`.
    pub fn above(&self) -> impl Iterator<Item = Self> {
        let slashes = self.0.match_indices('/');
        slashes.filter_map(|(slash, _)| Self::parse(&self.0[..slash]).ok())
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

    #[test]
    fn what_is_typed_for_a_branch_and_means_something_else_is_told() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        for (text, expected) in [
            (
                "refs/heads/main",
                "a branch is named without what comes before it in git's refs; type `main`",
            ),
            (
                "refs/remotes/origin/release/1",
                "a branch is named without what comes before it in git's refs; type `release/1`",
            ),
            (
                "refs/tags/v1",
                "`refs/tags/v1` is not a branch; type the name of one, for example `main`",
            ),
            (
                id,
                "40 hexadecimal digits are the id of a commit, not a branch; type the name of one, for example `main`",
            ),
        ] {
            let found = BranchName::parse_typed(text).unwrap_err();
            assert_eq!(found.to_string(), expected);
            assert!(
                BranchName::parse(text).is_ok(),
                "stored ones stay readable: {text}"
            );
        }
        for plain in ["main", "heads/main", "origin/main", &id[1..], "deadbeef"] {
            assert!(BranchName::parse_typed(plain).is_ok(), "{plain}");
        }
    }

    #[test]
    fn a_branch_lies_in_every_name_above_it() {
        let names = |text: &str| {
            let above = BranchName::parse(text).unwrap();
            let above: Vec<String> = above.above().map(String::from).collect();
            above
        };
        assert_eq!(names("a/b/c"), ["a", "a/b"]);
        assert_eq!(names("main"), [""; 0]);
    }
}
