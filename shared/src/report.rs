//! Is the directory what it should be? A diff, worded and weighed.

use serde::{Deserialize, Serialize};

use crate::diff::{CaseTwin, Change, Diff, FileDiff, UnexpectedPlace};
use crate::fabric::FabricSpec;
use crate::git::{CommitFacts, ObjectId};
use crate::layout::{DIRECTORY_INFO, layout};
use crate::quote::sentence::Name;
use crate::record::{Comparison, Deletion, deleted_findings};
use crate::words::words;

/// The answer of a validation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whether no finding is an error.
    pub valid: bool,
    /// Files of the layout that are not there, from the repository's root.
    pub missing: Vec<String>,
    /// Files of the layout that somebody changed.
    pub modified: Vec<String>,
    /// What stands where it does not belong.
    pub unexpected: Vec<String>,
    /// Everything worth saying, errors first.
    pub findings: Vec<Finding>,
    /// Directories that could not be read to the end; what they hold is not known, and nothing in them is called missing.
    #[serde(default)]
    pub unread: Vec<String>,
    /// The branch's head that was read; null if the branch does not exist.
    pub head: Option<ObjectId>,
    /// When that head's commit was made, RFC 3339, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_at: Option<String>,
    /// The id of the fabric's directory at that head; null if it does not exist.
    pub tree: Option<ObjectId>,
    /// The commit of that head, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_commit: Option<CommitFacts>,
    /// What a comparison with what the directory held before showed, for the record.
    #[cfg_attr(
        feature = "comparisons",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    #[cfg_attr(not(feature = "comparisons"), serde(skip))]
    pub comparison: Option<Box<Comparison>>,
}

/// One thing worth saying about one path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// A stable word for machines, such as `missing`.
    pub code: String,
    /// The path from the repository's root.
    pub path: String,
    /// What it means and what to do, for people.
    pub message: String,
    /// What the file should be, where it is one of the layout's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub should_be: Option<ShouldBe>,
    /// The repository's default branch today, where the fabric's own is missing and there is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_branch: Option<String>,
}

/// What a file of the layout should hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShouldBe {
    /// The blob's id.
    pub id: ObjectId,
    /// The text; left out where it is not needed, such as in a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

impl Finding {
    /// The code of a file of the layout that was changed.
    pub(crate) const MODIFIED: &str = "modified";
    /// The code of what has the place of something of the layout.
    pub(crate) const CONFLICT: &str = "conflict";
    /// The code of what people deleted.
    pub const DELETED: &str = "deleted";
    /// The code of what could not be compared, so that nobody knows what was deleted; the path is the directory's.
    pub const NOT_COMPARED: &str = "not_compared";
    /// The code of what was not read to the end.
    pub(crate) const UNREAD: &str = "unread";
    /// The code of a branch that does not exist; the path is that of the directory that it should hold.
    pub const BRANCH_MISSING: &str = "branch_missing";

    /// There is nothing to compare with: no other branch says anything of this one.
    fn branch_missing(spec: &FabricSpec, default_branch: Option<&str>) -> Self {
        let branch = spec.branch.as_str();
        let default_branch = default_branch.filter(|default| *default != branch);
        let today = default_branch.map(|default| {
            let default = Name(default);
            format!("; the repository's default branch is {default} now")
        });
        Self {
            severity: Severity::Error,
            code: Self::BRANCH_MISSING.to_owned(),
            path: spec.gitops_directory.to_string(),
            message: format!(
                "the branch {} does not exist{}: give the fabric a branch that does, or create this one again",
                Name(branch),
                today.unwrap_or_default()
            ),
            should_be: None,
            default_branch: default_branch.map(str::to_owned),
        }
    }

    /// What a directory holds that was not read to the end is not known.
    pub(crate) fn unread(path: &str) -> Self {
        Self {
            severity: Severity::Note,
            code: Self::UNREAD.to_owned(),
            path: path.to_owned(),
            message: "could not be read to the end, so what it holds is not known; validate again"
                .to_owned(),
            should_be: None,
            default_branch: None,
        }
    }

    /// Tells whether it is of what people deleted, or may have.
    pub fn is_of_deletion(&self) -> bool {
        matches!(self.code.as_str(), Self::DELETED | Self::NOT_COMPARED)
    }

    /// The finding with the id of what should be, but not its text.
    pub fn without_content(&self) -> Self {
        let should_be = self.should_be.as_ref().map(|should_be| ShouldBe {
            content: None,
            ..should_be.clone()
        });
        Self {
            should_be,
            ..self.clone()
        }
    }
}

words! {
    /// How much a finding matters.
    Severity {
        /// The directory is not what it should be: `invalid_structure`.
        Error = "error",
        /// It works, but not as somebody probably thinks.
        Warning = "warning",
        /// Worth knowing.
        Note = "note",
    }
}

impl Report {
    /// Words a diff made at `head`, where the fabric's directory has the id `tree`.
    pub fn new(diff: &Diff, head: Option<ObjectId>, tree: Option<ObjectId>) -> Self {
        let mut findings: Vec<Finding> = diff.files.iter().filter_map(of_file).collect();
        findings.extend(
            diff.unexpected
                .iter()
                .map(|unexpected| of_place(&unexpected.path, unexpected.place)),
        );
        findings.extend(diff.case_twins.iter().map(of_case_twin));
        findings
            .sort_by(|left, right| (left.severity, &left.path).cmp(&(right.severity, &right.path)));
        findings.dedup();
        let paths = |change| {
            diff.files
                .iter()
                .filter(|file| file.change == change)
                .map(|file| file.path.clone())
                .collect()
        };
        Self {
            valid: findings
                .iter()
                .all(|finding| finding.severity != Severity::Error),
            missing: paths(Change::Added),
            modified: paths(Change::Modified),
            unexpected: diff
                .unexpected
                .iter()
                .map(|unexpected| unexpected.path.clone())
                .collect(),
            findings,
            unread: Vec::new(),
            head,
            committed_at: None,
            tree,
            head_commit: None,
            comparison: None,
        }
    }

    /// What is to be said of a fabric whose branch does not exist: that, and nothing of its files. `default_branch` is the
    /// repository's today, if it has one.
    pub fn without_branch(spec: &FabricSpec, default_branch: Option<&str>) -> Self {
        Self {
            valid: false,
            missing: Vec::new(),
            modified: Vec::new(),
            unexpected: Vec::new(),
            findings: vec![Finding::branch_missing(spec, default_branch)],
            unread: Vec::new(),
            head: None,
            committed_at: None,
            tree: None,
            head_commit: None,
            comparison: None,
        }
    }

    /// Whether the branch does not exist.
    pub fn is_without_branch(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|finding| finding.code == Finding::BRANCH_MISSING)
    }

    /// The report with the time at which its head's commit was made.
    #[must_use]
    pub fn committed_at(self, time: Option<String>) -> Self {
        Self {
            committed_at: time,
            ..self
        }
    }
}

impl Report {
    /// Adds what a full scan found, and where it did not reach.
    pub fn with_depth(mut self, findings: &[Finding], unread: &[String]) -> Self {
        for finding in findings {
            let is_known =
                |known: &Finding| known.code == finding.code && known.path == finding.path;
            if !self.findings.iter().any(is_known) {
                if matches!(
                    finding.code.as_str(),
                    "not_yaml" | "not_a_file" | "kustomization" | "tool_file"
                ) {
                    self.unexpected.push(finding.path.clone());
                }
                self.findings.push(finding.clone());
            }
        }
        self.unexpected.sort_unstable();
        self.unexpected.dedup();
        self.findings
            .sort_by(|left, right| (left.severity, &left.path).cmp(&(right.severity, &right.path)));
        self.unread = unread.to_vec();
        self
    }

    /// Says what people deleted, and nothing else of it.
    #[must_use]
    pub fn with_deleted(mut self, deleted: &[Deletion]) -> Self {
        self.findings.retain(|finding| !finding.is_of_deletion());
        self.findings.extend(deleted_findings(deleted));
        self.findings
            .sort_by(|left, right| (left.severity, &left.path).cmp(&(right.severity, &right.path)));
        self.comparison = None;
        self
    }

    /// Adds to each finding about a file of the layout the text that the file should have.
    pub fn explained(mut self, spec: &FabricSpec) -> Self {
        let layout = layout(spec);
        for finding in &mut self.findings {
            let Some(should_be) = &mut finding.should_be else {
                continue;
            };
            let file = layout
                .files
                .iter()
                .find(|(below, _)| spec.gitops_directory.join(below) == finding.path);
            should_be.content =
                file.map(|(_, file)| String::from_utf8_lossy(&file.content).into_owned());
        }
        self
    }
}

fn of_file(file: &FileDiff) -> Option<Finding> {
    let path = file.path.clone();
    let should_be = Some(ShouldBe {
        id: file.desired,
        content: None,
    });
    let finding = |severity, code: &str, path, message: &str| {
        Some(Finding {
            severity,
            code: code.to_owned(),
            path,
            message: message.to_owned(),
            should_be: should_be.clone().filter(|_| code != Finding::CONFLICT),
            default_branch: None,
        })
    };
    match file.change {
        Change::Unchanged | Change::NotNeeded => None,
        Change::Added => finding(
            Severity::Error,
            "missing",
            path,
            "is missing; repair the directory to add it",
        ),
        Change::Modified if path.ends_with(DIRECTORY_INFO) => finding(
            Severity::Error,
            Finding::MODIFIED,
            path,
            "was changed, so tools read a wrong description of this directory; repair the directory to restore it",
        ),
        Change::Modified => finding(
            Severity::Note,
            Finding::MODIFIED,
            path,
            "was edited; that is fine, and it stays as it is",
        ),
        Change::Conflict => {
            let obstacle = file.obstacle.as_ref()?;
            finding(
                Severity::Error,
                Finding::CONFLICT,
                obstacle.path.clone(),
                &format!("{}; move it away, then repair", obstacle.message),
            )
        }
    }
}

fn of_case_twin(twin: &CaseTwin) -> Finding {
    Finding {
        severity: Severity::Warning,
        code: "case_clash".to_owned(),
        path: twin.path.clone(),
        message: format!(
            "differs from {} only in case; macOS and Windows can check out only one of them, so rename one",
            Name(&twin.beside)
        ),
        should_be: None,
        default_branch: None,
    }
}

pub(crate) fn of_place(path: &str, place: UnexpectedPlace) -> Finding {
    let (severity, code, message) = match place {
        UnexpectedPlace::BesideRoots => (
            Severity::Note,
            "beside_roots",
            "stands beside the three directories and is left alone",
        ),
        UnexpectedPlace::CaseClash => (
            Severity::Warning,
            "case_clash",
            "differs from a directory of the layout only in case; macOS and Windows can check out only one of them, so rename it",
        ),
        UnexpectedPlace::Managed => (
            Severity::Warning,
            "unexpected",
            "is in no folder of a kind; Argo CD applies it and Flux does not, so move it into a kind's folder or to `unmanaged/`",
        ),
        UnexpectedPlace::Kustomization => (
            Severity::Error,
            "kustomization",
            "makes Argo CD and Flux apply only what it lists, instead of every file here; move it to `unmanaged/` or delete it",
        ),
        UnexpectedPlace::ToolFile => (
            Severity::Error,
            "tool_file",
            "is no object of the network: Argo CD may read the folder by it instead of applying the files, and Flux fails at it; move it to `unmanaged/` or delete it",
        ),
        UnexpectedPlace::Metadata => (
            Severity::Warning,
            "unexpected",
            "stands in the folder that describes this directory; move it to `unmanaged/`",
        ),
        UnexpectedPlace::NotYaml => (
            Severity::Warning,
            "not_yaml",
            "is not YAML, so neither Argo CD nor Flux applies it; rename it to `.yaml` or move it to `unmanaged/`",
        ),
        UnexpectedPlace::NotAFile => (
            Severity::Warning,
            "not_a_file",
            "is a symbolic link or a submodule, which is not followed; put the file itself here",
        ),
    };
    Finding {
        severity,
        code: code.to_owned(),
        path: path.to_owned(),
        message: message.to_owned(),
        should_be: None,
        default_branch: None,
    }
}
