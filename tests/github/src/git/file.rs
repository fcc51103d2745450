//! What a pushed commit puts at a path.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use git2::{Oid, Repository};
use serde::{Deserialize, Serialize};

use super::edit::Edit;

/// Paths with their new content; `None` takes away the file or directory at that path.
pub type Files = BTreeMap<String, Option<File>>;

/// The content of one path. In JSON: `"text"`, `{"base64": …}`, `{"executable": …}`, `{"symlink": …}`, `{"submodule": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum File {
    /// A regular file.
    Text(String),
    /// A regular file of any bytes.
    Bytes {
        /// The bytes in standard base64.
        base64: String,
    },
    /// A file that may be run.
    Executable {
        /// Its text.
        executable: String,
    },
    /// A symbolic link.
    Symlink {
        /// Where it points.
        symlink: String,
    },
    Submodule {
        /// The id of its commit, which need not exist here.
        submodule: String,
    },
}

impl From<&str> for File {
    fn from(text: &str) -> Self {
        File::Text(text.to_owned())
    }
}

impl File {
    /// Writes the content into the object database and returns the edit that places it.
    pub(super) fn store(&self, repo: &Repository) -> Result<Edit, git2::Error> {
        let (mode, oid) = match self {
            File::Text(text) => (0o100644, repo.blob(text.as_bytes())?),
            File::Bytes { base64 } => {
                let bytes = STANDARD
                    .decode(base64)
                    .map_err(|error| git2::Error::from_str(&error.to_string()))?;
                (0o100644, repo.blob(&bytes)?)
            }
            File::Executable { executable } => (0o100755, repo.blob(executable.as_bytes())?),
            File::Symlink { symlink } => (0o120000, repo.blob(symlink.as_bytes())?),
            File::Submodule { submodule } => (0o160000, Oid::from_str(submodule)?),
        };
        Ok(Edit::Put { mode, oid })
    }
}
