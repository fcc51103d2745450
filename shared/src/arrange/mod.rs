//! Plans that also say where files go that are not the layout's: adoption of a directory that holds something already,
//! repair, moving, and removal.
//!
//! **Invariant.** Nothing that a person wrote is changed or lost: it stays, or moves with the same bytes and mode, and
//! never onto something else. Only files of the layout are overwritten or removed.

mod foreign;
mod free_path;
mod relocate;
mod remove;
mod tidy;

use serde::{Deserialize, Serialize};

use crate::names::DirectoryPath;
use crate::snapshot::Snapshot;

pub use relocate::{RelocateError, relocate};
pub use remove::{RootPlan, remove};
pub use tidy::{ArrangeError, moves, plan};

/// What becomes of the files that a directory holds already when it is adopted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adopt {
    /// Everything stays where it is; only what is missing is added.
    #[default]
    Keep,
    /// Loose YAML files move into `raw/pending/`.
    Pending,
    /// Everything foreign moves into `unmanaged/external-configs/`.
    External,
}

/// What a repair does with what stands where it does not belong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unexpected {
    /// It stays.
    #[default]
    Leave,
    /// It moves into `unmanaged/`, keeping its path below the fabric's directory.
    Unmanaged,
    /// It moves into `unmanaged/archive/<date of the head's commit>/`, keeping its path below the fabric's directory.
    Archive,
}

/// What a plan does beyond adding what is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Arrange {
    /// Nothing.
    #[default]
    Nothing,
    /// Takes a directory over.
    Adopt(Adopt),
    /// Restores the product's own file, and sees to what stands where it does not belong.
    Repair(Unexpected, ArchiveDate),
}

/// The day that an archive folder is named after: `2026-11-24`, or no day where none is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArchiveDate(String);

/// The text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day is written as in 2026-11-24")]
pub struct ArchiveDateError;

impl ArchiveDate {
    /// Takes the day of an RFC 3339 time, or a day alone.
    ///
    /// # Errors
    /// [`ArchiveDateError`] where the text begins with no day.
    pub fn parse(text: &str) -> Result<Self, ArchiveDateError> {
        let day = text.get(..10).ok_or(ArchiveDateError)?;
        let fits = day.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        let ends = text.len() == 10 || text.as_bytes().get(10) == Some(&b'T');
        if fits && ends {
            Ok(Self(day.to_owned()))
        } else {
            Err(ArchiveDateError)
        }
    }

    /// The folder's name; `undated` where no day is known.
    pub fn folder(&self) -> &str {
        if self.0.is_empty() {
            "undated"
        } else {
            &self.0
        }
    }
}

impl TryFrom<String> for ArchiveDate {
    type Error = ArchiveDateError;

    fn try_from(text: String) -> Result<Self, ArchiveDateError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        Self::parse(&text)
    }
}

impl From<ArchiveDate> for String {
    fn from(date: ArchiveDate) -> Self {
        date.0
    }
}

impl Arrange {
    /// Whether the plan moves things that may be whole directories, so that everything in them has to be known.
    pub fn needs_contents(&self) -> bool {
        match self {
            Self::Nothing | Self::Adopt(Adopt::Keep | Adopt::Pending) => false,
            Self::Adopt(Adopt::External) => true,
            Self::Repair(unexpected, _) => *unexpected != Unexpected::Leave,
        }
    }

    /// Whether a snapshot shows everything that the plan depends on. From one that does not, [`plan`] would leave where
    /// it is what it cannot see.
    pub fn is_shown_by(&self, snapshot: &Snapshot, directory: &DirectoryPath) -> bool {
        !self.needs_contents() || snapshot.is_whole(directory)
    }
}

#[cfg(test)]
mod tests;
