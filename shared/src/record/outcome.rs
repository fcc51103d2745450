//! How operations change a record. The clock is an argument, RFC 3339, UTC.

use serde::{Deserialize, Serialize};

use super::{Check, CheckState, DirectoryStatus, Drift, FabricRecord, Happening};
use crate::fabric::FabricSpec;
use crate::git::{CommitFacts, ObjectId};
use crate::names::BranchName;
use crate::problem::Explanation;
use crate::report::{Finding, Report};

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

/// A branch's head, as it was seen together with the directory's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenHead {
    /// The commit.
    pub id: ObjectId,
    /// When it was made, RFC 3339, where that is known.
    pub committed_at: Option<String>,
    /// Whose it is, where that is known.
    pub commit: Option<CommitFacts>,
}

impl FabricRecord {
    /// A write begins.
    pub fn initializing(&mut self) {
        self.happened(Happening::WriteBegins);
    }

    /// A write ended without changing the directory; `before` is the state from before it.
    pub fn left_no_trace(&mut self, before: DirectoryStatus) {
        self.version += 1;
        let now = self.gitops_directory_status;
        self.gitops_directory_status = now.after(Happening::WriteLeftNoTrace, before);
    }

    /// The change waits in a pull request: the directory is as it was, and so is its state.
    pub fn proposed(&mut self, url: String) {
        self.version += 1;
        self.directory_init_error = None;
        self.pull_request_url = Some(url);
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
        self.take_comparison(report.comparison.as_deref(), now);
        let report = &report.clone().with_deleted(&self.deleted);
        self.checked_at = Some(now.to_owned());
        self.check = Check::ok(now);
        self.head = report.head;
        self.head_committed_at.clone_from(&report.committed_at);
        self.head_commit = self.unless_own(report.head_commit.clone());
        self.tree = report.tree;
        let is_to_come = self.is_to_come(report);
        self.drift = match is_to_come {
            true => Drift::of_deleted(report),
            false => Drift::of(report),
        };
        self.directory_init_error = None;
        self.gitops_initialized = report.valid;
        if report.valid {
            self.last_directory_sync = Some(now.to_owned());
        }
        // A directory that once held the layout and is gone is damage, not a beginning; so is a branch that is gone.
        let was_there = self.last_directory_sync.is_some();
        self.happened(match report.tree {
            _ if report.valid => Happening::SeenWhole,
            _ if is_to_come => Happening::SeenAbsent,
            None if !was_there && !report.is_without_branch() => Happening::SeenAbsent,
            _ => Happening::SeenDamaged,
        });
    }

    /// The branch was read, and its directory is the one that was looked at last.
    pub fn found_again(&mut self, head: &SeenHead, now: &str) {
        self.version += 1;
        self.checked_at = Some(now.to_owned());
        self.check = Check::ok(now);
        if self.head != Some(head.id) {
            self.head = Some(head.id);
            self.head_committed_at.clone_from(&head.committed_at);
            self.head_commit = self.unless_own(head.commit.clone());
        }
        if self.gitops_initialized {
            self.last_directory_sync = Some(now.to_owned());
        }
    }

    /// The directory's id, where whoever finds the same one knows all that there is to know: nothing waits, nothing failed, and what
    /// it held before was compared to the end.
    pub fn known_tree(&self) -> Option<ObjectId> {
        let compared = self.last_compared()?;
        let is_compared = compared.tree == self.tree && compared.until.is_none();
        let is_settled = self.check.state == CheckState::Ok
            && self.directory_init_error.is_none()
            && self.pull_request_url.is_none()
            && matches!(
                self.gitops_directory_status,
                DirectoryStatus::Initialized | DirectoryStatus::InvalidStructure
            );
        self.tree.filter(|_| is_compared && is_settled)
    }

    fn unless_own(&self, commit: Option<CommitFacts>) -> Option<CommitFacts> {
        let own = self.commit_url.as_deref();
        let is_own = |id: ObjectId| own.is_some_and(|url| url.ends_with(&id.to_string()));
        commit.filter(|commit| !is_own(commit.id))
    }

    /// Tells whether all that a report misses was never there: nothing of the directory is, or it waits in the pull request that
    /// brings the layout for the first time. Not yet committed or merged is no drift.
    pub fn is_to_come(&self, report: &Report) -> bool {
        let is_missing = |finding: &Finding| finding.code == "missing" || finding.is_of_deletion();
        (self.pull_request_url.is_some() || report.tree.is_none())
            && self.last_directory_sync.is_none()
            && !report.valid
            && report.modified.is_empty()
            && report.unexpected.is_empty()
            && report.unread.is_empty()
            && report.findings.iter().all(is_missing)
    }

    /// The fabric has another name, another directory, or both, as a commit on the branch made it.
    pub fn renamed(&mut self, spec: &FabricSpec) {
        self.version += 1;
        self.compared = self.last_compared();
        self.name = spec.name.clone();
        self.gitops_directory = spec.gitops_directory.clone();
    }

    /// The fabric follows another branch, which was read as `report` says. What was known of the old one says nothing of
    /// this one.
    pub fn follows(&mut self, branch: &BranchName, report: &Report, now: &str) {
        // Unless the comparison began at what the old one held, since that is gone or the new one descends from it.
        let from = report.comparison.as_ref().and_then(|found| found.from);
        let is_going_on = from.is_some() && from == self.last_compared().and_then(|last| last.tree);
        if !is_going_on {
            *self = self.clone().on_another_branch();
        }
        self.branch = branch.clone();
        self.last_directory_sync = None;
        self.checked(report, now);
    }

    /// A write failed, or it is not known whether it did; what was known of the directory stays.
    pub fn failed(&mut self, why: Explanation) {
        self.directory_init_error = Some(why);
        self.happened(Happening::WriteFailed);
    }

    /// GitHub could not be asked: the state stays the last known one, and says so.
    pub fn unreachable(&mut self, why: &Explanation, now: &str) {
        self.check = Check::unknown(&self.check, why, now);
        self.happened(Happening::NotReached);
    }

    /// Every change raises the version, and only [`DirectoryStatus::after`] changes the state.
    fn happened(&mut self, happening: Happening) {
        self.version += 1;
        let now = self.gitops_directory_status;
        self.gitops_directory_status = now.after(happening, now);
    }
}

impl Drift {
    /// What a report says of deleted files, and nothing else.
    fn of_deleted(report: &Report) -> Self {
        let told = report.findings.iter();
        let told = told.filter(|finding| finding.is_of_deletion());
        Self {
            finding_count: told.clone().count(),
            findings: told.take(Self::MAX_PATHS).cloned().collect(),
            ..Self::default()
        }
    }

    /// Counts a report. What was not read is said as well: a record that kept quiet about it would call it good.
    pub fn of(report: &Report) -> Self {
        let unread = report.unread.iter().map(|path| Finding::unread(path));
        // What was deleted is listed elsewhere as well, so all else comes first.
        let is_deleted = |finding: &Finding| finding.is_of_deletion();
        let others = report
            .findings
            .iter()
            .filter(|finding| !is_deleted(finding));
        let mut room = Self::MAX_PATHS.saturating_sub(others.count() + report.unread.len());
        let findings = report.findings.iter().filter(move |finding| {
            let is_kept = !is_deleted(finding) || room > 0;
            room -= usize::from(is_kept && is_deleted(finding));
            is_kept
        });
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
            findings: findings
                .map(Finding::without_content)
                .chain(unread)
                .take(Self::MAX_PATHS)
                .collect(),
            finding_count: report.findings.len() + report.unread.len(),
        }
    }
}
