//! What a pull request does to a fabric: its directory before, and as merging would leave it.
//!
//! A pull request answers for what it brings. What was wrong before stays the branch's, and what could not be read on either
//! side is neither missing nor new.

mod annotations;
mod changes;
mod external_id;
mod found;
mod summary;

pub use annotations::{Annotation, MOST_ANNOTATIONS, annotations};
pub use changes::{Changes, changes};
pub use external_id::{delivery_of, external_id, pull_request_of};
pub use found::{Found, Lines, Side};
pub use summary::{Summary, summary};

use crate::git::ObjectId;
use crate::names::{BranchName, DirectoryPath, FabricName};
use crate::report::Severity;

/// The first part of the name of every check and of the context of every status.
const NAMES: &str = "hedgerow-check/";

/// The name of a fabric's check, which a rule of the branch can require.
pub fn check_name(fabric: &FabricName) -> String {
    format!("{NAMES}{fabric}")
}

/// Tells whether a check of this name, or a status of this context, is one of ours.
pub fn is_check_name(name: &str) -> bool {
    name.starts_with(NAMES)
}

/// What the branch would be like that was read for [`Side`] after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The commit that merging would make, with the base.
    Merge,
    /// The head of the pull request with where it left the base, since GitHub cannot merge it as it is.
    Conflicting,
    /// The same, since GitHub did not say in time what merging would leave.
    Head,
}

/// A fabric of which a pull request changes something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The fabric.
    pub name: FabricName,
    /// The branch that would take the change.
    pub branch: BranchName,
    /// Its directory.
    pub directory: DirectoryPath,
    /// What was compared.
    pub compared: Compared,
    /// The ids of the two commits.
    pub commits: (ObjectId, ObjectId),
    /// The directory before; its id is none if it was not there.
    pub before: Side,
    /// The directory after.
    pub after: Side,
    /// What becomes of its files.
    pub changes: Changes,
    /// The names of all fabrics that the pull request touches, this one among them.
    pub touched: Vec<FabricName>,
}

/// What a check says at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The pull request brings nothing that is wrong.
    Passes,
    /// It does.
    Fails,
}

impl Checked {
    /// What the pull request brings: found after, and surely not before. In order of the report.
    pub fn brought(&self) -> impl Iterator<Item = &Found> {
        let new = self.after.findings.iter();
        new.filter(|found| !self.was_there(found) && !self.before.leaves_open(&found.path))
    }

    /// What is found after, where what was there before is not known.
    pub fn unsure(&self) -> impl Iterator<Item = &Found> {
        let new = self.after.findings.iter();
        new.filter(|found| !self.was_there(found) && self.before.leaves_open(&found.path))
    }

    /// What was there before, and still is.
    pub fn stays(&self) -> impl Iterator<Item = &Found> {
        let after = self.after.findings.iter();
        after.filter(|found| self.was_there(found))
    }

    /// What was there before, and surely is no more.
    pub fn ends(&self) -> impl Iterator<Item = &Found> {
        let is_there = |found: &Found| self.after.findings.iter().any(|it| it.is_same(found));
        let before = self.before.findings.iter();
        before.filter(move |found| !is_there(found) && !self.after.leaves_open(&found.path))
    }

    /// Whether the layout is there after the merge, as far as it was read.
    pub fn holds(&self) -> bool {
        let mut after = self.after.findings.iter();
        !after.any(|found| found.severity == Severity::Error)
    }

    /// Only what the pull request brings, and is an error, fails it.
    pub fn verdict(&self) -> Verdict {
        match self
            .brought()
            .any(|found| found.severity == Severity::Error)
        {
            true => Verdict::Fails,
            false => Verdict::Passes,
        }
    }

    fn was_there(&self, found: &Found) -> bool {
        let mut before = self.before.findings.iter();
        before.any(|it| it.is_same(found) && it.severity <= found.severity)
    }
}

#[cfg(test)]
mod tests;
