//! What is wrong with one side of a pull request, whoever found it.

use crate::contents::MAX_FINDINGS;
use crate::git::ObjectId;
use crate::report::{Finding, Report, Severity};

/// Lines of a file, counted from 1, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// One thing worth saying, of any kind: of the layout, or of what a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How much it matters.
    pub severity: Severity,
    /// A stable word, such as `missing`.
    pub code: String,
    /// The path from the repository's root.
    pub path: String,
    /// What in the file it is about, such as an object and its field. With code and path it tells whether something was
    /// found before: lines move when something is written above them.
    pub about: Option<String>,
    /// Where in the file; none where it is about the file.
    pub lines: Option<Lines>,
    /// What it means and what to do, for people, with names as in [`crate::quote::sentence`].
    pub message: String,
}

impl Found {
    /// Tells whether it is the same thing, on whichever side.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        (&self.code, &self.path, &self.about) == (&other.code, &other.path, &other.about)
    }
}

impl From<&Finding> for Found {
    fn from(finding: &Finding) -> Self {
        Self {
            severity: finding.severity,
            code: finding.code.clone(),
            path: finding.path.trim_start_matches('/').to_owned(),
            about: None,
            lines: None,
            message: finding.message.clone(),
        }
    }
}

/// A fabric's directory before or after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Its id; none if it does not exist.
    pub tree: Option<ObjectId>,
    /// What is worth saying of it, errors first.
    pub findings: Vec<Found>,
    /// Directories that were not read to the end.
    pub unread: Vec<String>,
    /// The path from which on no more was listed, where there was more to say than is.
    pub cut_at: Option<String>,
}

impl Side {
    /// What a report says of the directory. People's deletions are not of one side, and what was not read is no finding.
    pub fn new(report: &Report) -> Self {
        let findings = report.findings.iter();
        let findings = findings.filter(|it| !it.is_of_deletion() && it.code != Finding::UNREAD);
        Self {
            tree: report.tree,
            findings: findings.map(Found::from).collect(),
            unread: report.unread.clone(),
            cut_at: None,
        }
    }

    /// Notes where a full scan stopped, which lists so many findings in order of their paths and no more.
    #[must_use]
    pub fn cut(mut self, scanned: &[Finding]) -> Self {
        let last = scanned.last().filter(|_| scanned.len() >= MAX_FINDINGS);
        self.cut_at = last.map(|finding| finding.path.clone());
        self
    }

    /// Adds what else was found, errors first.
    #[must_use]
    pub fn with(mut self, more: impl IntoIterator<Item = Found>) -> Self {
        self.findings.extend(more);
        self.findings
            .sort_by(|one, other| (one.severity, &one.path).cmp(&(other.severity, &other.path)));
        self
    }

    /// Tells whether what stands at a path is not known.
    pub(super) fn leaves_open(&self, path: &str) -> bool {
        let is_beyond = self.cut_at.as_ref().is_some_and(|cut| path >= cut.as_str());
        is_beyond || self.unread.iter().any(|unread| is_in(path, unread))
    }
}

/// Tells whether a path is a directory or lies in it.
pub(super) fn is_in(path: &str, directory: &str) -> bool {
    let directory = directory.trim_start_matches('/');
    match path.strip_prefix(directory) {
        Some(rest) => directory.is_empty() || rest.is_empty() || rest.starts_with('/'),
        None => false,
    }
}
