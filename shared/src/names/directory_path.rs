//! A directory in a repository.

use serde::{Deserialize, Serialize};

use crate::quote::sentence::Name;
mod component;

/// The most bytes a directory may have. Hedgerow adds at most 64 more below it.
const MAX_BYTES: usize = 255;
/// The most components a directory may have; each costs a listing in the snapshot.
const MAX_DEPTH: usize = 16;

/// A directory of a repository, from its root: `a/b`, or `/` for the root itself.
///
/// Every component can be checked out on Linux, macOS and Windows, and none can be mistaken for `.git`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DirectoryPath(String);

/// Why a text is not a directory that Hedgerow can use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryPathError {
    /// Nothing was given.
    #[error("name a directory, for example `gitops/fabric-1`, or `/` for the repository's root")]
    Empty,
    /// Two slashes in a row.
    #[error("directory {} has an empty part; use one slash between names", Name(.0))]
    EmptyComponent(String),
    /// A `.` or `..` component.
    #[error("directory {path} may not contain {component}", path = Name(.path), component = Name(.component))]
    Relative {
        /// The directory as typed.
        path: String,
        /// `.` or `..`.
        component: String,
    },
    /// A component that some system reads as `.git`.
    #[error("{} is read as git's own directory; choose another name", Name(.0))]
    DotGit(String),
    /// A control or invisible character.
    #[error("directory names may not contain the invisible character U+{:04X}", u32::from(*.0))]
    Invisible(char),
    /// A decomposed accent, which macOS and Linux would store differently.
    #[error("directory names may not contain the combining mark U+{:04X}; type the accented letter as one character", u32::from(*.0))]
    Combining(char),
    /// A character that Windows does not allow in names.
    #[error("directory names may not contain `{0}`, which Windows does not allow")]
    Character(char),
    /// A component that begins or ends with a space, or ends with a dot.
    #[error("{} begins or ends with a space or ends with a dot, which Windows drops", Name(.0))]
    Ends(String),
    /// A device name of Windows.
    #[error("{} is a device name on Windows; choose another name", Name(.0))]
    Device(String),
    /// Too many bytes.
    #[error("the directory has {0} bytes; use at most {MAX_BYTES}")]
    TooLong(usize),
    /// Too many components.
    #[error("the directory is {0} levels deep; use at most {MAX_DEPTH}")]
    TooDeep(usize),
}

impl DirectoryPath {
    /// The repository's root.
    pub fn root() -> Self {
        Self(String::new())
    }

    /// Parses a directory; one leading and one trailing slash are dropped.
    ///
    /// # Errors
    /// [`DirectoryPathError`] says what to change.
    pub fn parse(text: &str) -> Result<Self, DirectoryPathError> {
        if text.is_empty() {
            return Err(DirectoryPathError::Empty);
        }
        if text == "/" {
            return Ok(Self::root());
        }
        let inner = text.strip_prefix('/').unwrap_or(text);
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        for name in inner.split('/') {
            component::check(name, text)?;
        }
        if inner.len() > MAX_BYTES {
            return Err(DirectoryPathError::TooLong(inner.len()));
        }
        let depth = inner.split('/').count();
        if depth > MAX_DEPTH {
            return Err(DirectoryPathError::TooDeep(depth));
        }
        Ok(Self(inner.to_owned()))
    }

    /// The canonical form: `a/b`, or `/`.
    pub fn as_str(&self) -> &str {
        if self.is_root() { "/" } else { &self.0 }
    }

    /// The path as git writes it: `a/b`, or the empty string for the root.
    pub fn git_path(&self) -> &str {
        &self.0
    }

    /// Tells whether this is the repository's root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names from the root down; none for the root.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|name| !name.is_empty())
    }

    /// The git paths of the directories above this one, from the root (`""`) down; none for the root itself.
    pub fn ancestors(&self) -> Vec<&str> {
        if self.is_root() {
            return Vec::new();
        }
        let slashes = self.0.match_indices('/').map(|(index, _)| &self.0[..index]);
        std::iter::once("").chain(slashes).collect()
    }

    /// The path, from the repository's root, of something `below` this directory.
    pub fn join(&self, below: &str) -> String {
        if self.is_root() {
            below.to_owned()
        } else {
            format!("{}/{below}", self.0)
        }
    }
}

super::string_name!(DirectoryPath, DirectoryPathError);

#[cfg(test)]
mod tests;
