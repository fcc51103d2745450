//! What a repair does beyond adding what is missing: it restores the product's own file, and sees to unexpected files.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::archive_date::ArchiveDate;

/// What a repair does with unexpected files: those that stand where they do not belong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnUnexpected {
    /// They stay.
    #[default]
    Leave,
    /// They move into `unmanaged/`, keeping their paths below the fabric's directory.
    Unmanaged,
    /// They move into `unmanaged/archive/<date of the head's commit>/`, keeping their paths below the fabric's directory.
    Archive,
}

impl OnUnexpected {
    /// Where something goes, given its path below the fabric's directory: a folder, and the path below that folder.
    pub(super) fn destination<'a>(
        self,
        date: &ArchiveDate,
        below: &'a str,
    ) -> (&'static str, Cow<'a, str>) {
        let path = match self {
            Self::Archive => format!("archive/{}/{below}", date.folder()).into(),
            Self::Leave | Self::Unmanaged => below.into(),
        };
        ("unmanaged", path)
    }
}
