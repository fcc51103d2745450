//! What GitHub said of who may see a fabric's repository, here and as a backup has it: what it said last counts, whichever
//! record is the later one. That a repository is public a backup only claims: nobody is shown anything before GitHub was asked.

use shared::record::{FabricRecord, Visibility};

use super::{FabricBackup, ObjectError, Sql, Tombstone, forgotten};
use crate::objects::repository_facts;

/// What it said, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub visibility: Visibility,
    pub at_ms: Option<u64>,
    /// Whether only a backup says so.
    pub is_of_backup: bool,
}

impl Said {
    /// What a line of a backup says.
    pub(super) fn of_line(line: &FabricBackup) -> Self {
        Self {
            visibility: line.record.visibility,
            at_ms: line.confirmed_ms,
            is_of_backup: true,
        }
    }

    /// From when it counts. That something is public at a time which has not come is no word of GitHub's; what is not public
    /// by then is so from now on.
    fn counts_from(self, now_ms: u64) -> Option<u64> {
        let is_to_come = now_ms > 0 && self.at_ms > Some(now_ms);
        match is_to_come {
            true => Some(now_ms).filter(|_| self.visibility.is_private()),
            false => self.at_ms,
        }
    }

    /// What is known of a fabric that was forgotten: that its repository was not public.
    pub(super) fn of_tombstone(tombstone: &Tombstone) -> Option<Self> {
        tombstone.private_ms.map(Self::private)
    }

    fn private(at_ms: u64) -> Self {
        Self {
            visibility: Visibility::Private,
            at_ms: Some(at_ms),
            is_of_backup: true,
        }
    }

    /// When it said that the repository is not public, if it did.
    pub(super) fn private_ms(self) -> Option<u64> {
        let is_private = self.visibility.is_private();
        is_private.then(|| self.at_ms.unwrap_or_default())
    }

    /// What it said last: of two words of one time, that the repository is not public. Nothing was said of a draft. That it is
    /// public stays known from when this Hedgerow heard it.
    pub(super) fn or_later(self, other: Self, now_ms: u64) -> Self {
        if self.visibility == Visibility::Draft || other.visibility == Visibility::Draft {
            return match self.visibility {
                Visibility::Draft => other,
                _ => self,
            };
        }
        let is_later = match other.visibility.is_private() {
            true => other.counts_from(now_ms) >= self.counts_from(now_ms),
            false => other.counts_from(now_ms) > self.counts_from(now_ms),
        };
        let is_heard = !self.visibility.is_private() && !self.is_of_backup;
        match is_later && (other.visibility.is_private() || !is_heard) {
            true => other,
            false => self,
        }
    }
}

/// What this object knows.
pub(super) fn known(sql: &impl Sql, record: &FabricRecord) -> Result<Said, ObjectError> {
    let facts = repository_facts::load(sql)?;
    Ok(Said {
        visibility: record.visibility,
        at_ms: facts.confirmed_ms,
        is_of_backup: facts.is_of_backup,
    })
}

/// What it knows of a fabric that was forgotten.
pub(super) fn known_of_forgotten(sql: &impl Sql) -> Result<Option<Said>, ObjectError> {
    Ok(forgotten::private_ms(sql)?.map(Said::private))
}
