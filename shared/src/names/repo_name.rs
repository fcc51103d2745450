//! The name of a GitHub repository.

use serde::{Deserialize, Serialize};

use crate::quote::sentence::Name;
/// A GitHub repository, `owner/name`.
///
/// GitHub compares both parts without regard to case; [`RepoName::same`] does so too, while `==` compares as typed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RepoName {
    full: String,
    slash: usize,
}

/// Why a text is not a repository name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepoNameError {
    /// Nothing was given.
    #[error("name the repository as `owner/name`, for example `acme/network`")]
    Empty,
    /// Not exactly one slash between two parts.
    #[error("write the repository as `owner/name`, with one slash and without a host")]
    Shape,
    /// The owner is not one that GitHub allows.
    #[error(
        "{} is not a GitHub owner: use letters, digits and inner hyphens, at most 39 characters", Name(.0))]
    Owner(String),
    /// The name is not one that GitHub allows.
    #[error(
        "{} is not a repository name: use letters, digits, `-`, `_` and `.`, at most 100 characters, not ending in `.git`", Name(.0))]
    Name(String),
}

impl RepoName {
    /// Parses `owner/name`.
    ///
    /// # Errors
    /// [`RepoNameError`] says what to change.
    pub fn parse(text: &str) -> Result<Self, RepoNameError> {
        if text.is_empty() {
            return Err(RepoNameError::Empty);
        }
        let (owner, name) = text.split_once('/').ok_or(RepoNameError::Shape)?;
        if owner.is_empty() || name.is_empty() || name.contains('/') {
            return Err(RepoNameError::Shape);
        }
        if !is_owner(owner) {
            return Err(RepoNameError::Owner(owner.to_owned()));
        }
        if !is_name(name) {
            return Err(RepoNameError::Name(name.to_owned()));
        }
        Ok(Self {
            full: text.to_owned(),
            slash: owner.len(),
        })
    }

    /// `owner/name`, as typed.
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// The user or organisation.
    pub fn owner(&self) -> &str {
        &self.full[..self.slash]
    }

    /// The repository's own name.
    pub fn name(&self) -> &str {
        &self.full[self.slash + 1..]
    }

    /// Tells whether both name one repository on GitHub, which ignores case.
    pub fn same(&self, other: &Self) -> bool {
        self.full.eq_ignore_ascii_case(&other.full)
    }
}

/// Underscores occur in the owners that enterprises manage (`name_company`).
fn is_owner(owner: &str) -> bool {
    owner.len() <= 39
        && !owner.starts_with('-')
        && !owner.ends_with('-')
        && owner
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_name(name: &str) -> bool {
    name.len() <= 100
        && !matches!(name, "." | "..")
        && !name.to_ascii_lowercase().ends_with(".git")
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

super::string_name!(RepoName, RepoNameError);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_split_into_owner_and_name() {
        let repo = RepoName::parse("acme/net.work_1").unwrap();
        assert_eq!((repo.owner(), repo.name()), ("acme", "net.work_1"));
        assert!(repo.same(&RepoName::parse("ACME/Net.Work_1").unwrap()));
        assert!(RepoName::parse("ada_acme/.github").is_ok());
    }

    #[test]
    fn what_github_could_not_hold_is_refused() {
        for (text, expected) in [
            ("", RepoNameError::Empty),
            ("acme", RepoNameError::Shape),
            ("/network", RepoNameError::Shape),
            ("acme/", RepoNameError::Shape),
            ("acme/network/tree", RepoNameError::Shape),
            ("https://github.com/acme/network", RepoNameError::Shape),
            ("-acme/network", RepoNameError::Owner("-acme".to_owned())),
            ("ac me/network", RepoNameError::Owner("ac me".to_owned())),
            ("acme/..", RepoNameError::Name("..".to_owned())),
            (
                "acme/network.git",
                RepoNameError::Name("network.git".to_owned()),
            ),
            ("acme/net work", RepoNameError::Name("net work".to_owned())),
        ] {
            assert_eq!(RepoName::parse(text), Err(expected), "{text:?}");
        }
    }
}
