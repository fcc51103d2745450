//! A fabric's state for those who only look: one word and a colour, a document for machines, and badges.

mod badge;
mod document;

pub use badge::{BADGE_STYLE, ShieldsBadge, badge_svg, shields_badge};
pub use document::{Links, STATUS_VERSION, StatusCheck, StatusDocument};

use crate::record::{CheckState, DirectoryStatus, FabricRecord};

/// A state in a few words, and how good it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The words, such as `initialised` or `3 errors`.
    pub words: String,
    /// How good it is.
    pub tone: Tone,
}

/// How good a state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// As it should be.
    Good,
    /// To look at.
    Attention,
    /// Wrong.
    Bad,
    /// Under way, or not known.
    Neutral,
}

impl Summary {
    /// Sums a record up. While GitHub cannot be asked, the last known state is not called current.
    pub fn of(record: &FabricRecord) -> Self {
        let (words, tone) = match record.gitops_directory_status {
            DirectoryStatus::NotInitialized => ("not initialised", Tone::Neutral),
            DirectoryStatus::Initializing => ("initialising", Tone::Neutral),
            DirectoryStatus::Initialized if record.drift.unexpected + record.drift.modified > 0 => {
                ("initialised, with drift", Tone::Attention)
            }
            DirectoryStatus::Initialized => ("initialised", Tone::Good),
            DirectoryStatus::Error => ("error", Tone::Bad),
            DirectoryStatus::InvalidStructure => ("invalid structure", Tone::Bad),
        };
        if record.check.state == CheckState::Unknown && record.checked_at.is_some() {
            return Self {
                words: format!("{words}, not confirmed"),
                tone: Tone::Neutral,
            };
        }
        Self {
            words: words.to_owned(),
            tone,
        }
    }
}

#[cfg(test)]
mod tests;
