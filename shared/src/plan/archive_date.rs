//! The day that names the folder into which a repair archives unexpected files.

use serde::{Deserialize, Serialize};

/// The day that an archive folder is named after: `2026-11-24`, or no day where none is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ArchiveDate(String);

/// The text is not a day.
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
