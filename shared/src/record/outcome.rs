//! How operations change a record. The clock is an argument, RFC 3339, UTC.

use super::{Check, DirectoryStatus, Drift, FabricRecord, Failure};
use crate::git::ObjectId;
use crate::report::Report;

/// A commit that was seen on the branch with the approved root tree, or the head that already held everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The branch's head.
    pub head: ObjectId,
    /// The id of the fabric's directory.
    pub tree: ObjectId,
    /// Where to see the commit, if one was made.
    pub url: Option<String>,
}

impl FabricRecord {
    /// A write begins.
    pub fn initializing(&mut self) {
        self.version += 1;
        self.gitops_directory_status = DirectoryStatus::Initializing;
    }

    /// The layout was seen on the branch, as `report` describes it.
    pub fn committed(&mut self, committed: Committed, report: &Report, now: &str) {
        self.commit_url = committed.url.or(self.commit_url.take());
        self.directory_init_error = None;
        self.checked(report, now);
        self.head = Some(committed.head);
        self.tree = Some(committed.tree);
    }

    /// The branch was read, and the directory is as `report` says.
    pub fn checked(&mut self, report: &Report, now: &str) {
        self.version += 1;
        self.checked_at = Some(now.to_owned());
        self.check = Check::ok(now);
        self.head = report.head;
        self.tree = report.tree;
        self.drift = Drift::of(report);
        self.directory_init_error = None;
        if report.valid {
            self.gitops_initialized = true;
            self.gitops_directory_status = DirectoryStatus::Initialized;
            self.last_directory_sync = Some(now.to_owned());
        } else if report.tree.is_none() && !self.gitops_initialized {
            self.gitops_directory_status = DirectoryStatus::NotInitialized;
        } else {
            self.gitops_initialized = false;
            self.gitops_directory_status = DirectoryStatus::InvalidStructure;
        }
    }

    /// A write failed, or nobody knows whether it did; what was known of the directory stays.
    pub fn failed(&mut self, failure: Failure) {
        self.version += 1;
        self.gitops_directory_status = DirectoryStatus::Error;
        self.directory_init_error = Some(failure);
    }

    /// GitHub could not be asked: the state stays the last known one, and says so.
    pub fn unreachable(&mut self, failure: &Failure, now: &str) {
        self.version += 1;
        self.check = Check::unknown(&self.check, failure, now);
    }
}

impl Drift {
    /// Counts a report.
    pub fn of(report: &Report) -> Self {
        let all = report
            .missing
            .iter()
            .chain(&report.modified)
            .chain(&report.unexpected);
        Self {
            missing: report.missing.len(),
            modified: report.modified.len(),
            unexpected: report.unexpected.len(),
            paths: all.take(Self::MAX_PATHS).cloned().collect(),
        }
    }
}
