//! `/f/{id}/status.json`: a fabric's state for machines. `docs/status-json.md` describes it.

use serde::{Deserialize, Serialize};

use crate::git::{CommitFacts, ObjectId};
use crate::names::{BranchName, DirectoryPath, FabricId, FabricName, RepoName};
use crate::problem::Explanation;
use crate::record::{CheckState, DirectoryStatus, FabricRecord};
use crate::report::Finding;

use super::{Action, FabricState, Verdict};

/// The version of the document; it grows when a field changes its meaning or goes away.
pub const STATUS_VERSION: u32 = 1;

/// The document. Times are RFC 3339, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusDocument {
    /// The document's version.
    pub status_version: u32,
    /// The fabric.
    pub id: FabricId,
    /// Grows with every change of the record.
    pub record_version: u64,
    /// The fabric's name.
    pub name: FabricName,
    /// The repository.
    pub git_repository: RepoName,
    /// The branch.
    pub branch: BranchName,
    /// The directory, from the repository's root.
    pub gitops_directory: DirectoryPath,
    /// Everything that is known, in a word and a sentence; absent in documents of 0.1.0.
    #[serde(default)]
    pub verdict: Option<StatusVerdict>,
    /// The state of the directory.
    pub state: DirectoryStatus,
    /// Whether the layout was seen on the branch.
    pub initialized: bool,
    /// Why the state is `error`, and what to do.
    pub error: Option<Explanation>,
    /// Whether the state is known to be current.
    pub check: StatusCheck,
    /// When GitHub was last asked about the directory.
    pub checked_at: Option<String>,
    /// When the directory was last seen to hold the layout.
    pub last_directory_sync: Option<String>,
    /// The head at which the directory was last read or written.
    pub head: Option<ObjectId>,
    /// Whose commit that is, where it is known and not Hedgerow's own.
    #[serde(default)]
    pub head_commit: Option<CommitFacts>,
    /// The id of the directory at that head.
    pub tree: Option<ObjectId>,
    /// The command that prints that id in any clone.
    pub verify: Option<String>,
    /// How many files of the layout are missing.
    pub missing: usize,
    /// How many were changed.
    pub modified: usize,
    /// How many entries stand where they do not belong.
    pub unexpected: usize,
    /// What was found, errors first; at most 100.
    pub findings: Vec<Finding>,
    /// Where to see more.
    pub links: Links,
}

/// How the fabric is, as its page says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusVerdict {
    /// A stable word for machines.
    pub code: Verdict,
    /// The word for people.
    pub word: String,
    /// Why, in one sentence.
    pub sentence: String,
    /// What to do, where something is to do.
    pub action: Option<Action>,
}

impl From<FabricState> for StatusVerdict {
    fn from(state: FabricState) -> Self {
        Self {
            code: state.verdict,
            word: state.verdict.word().to_owned(),
            sentence: state.sentence,
            action: state.action,
        }
    }
}

/// Whether the state is current.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCheck {
    /// `unknown` while GitHub cannot be asked, `stale` where it was not asked for long.
    pub state: CheckState,
    /// Since when it is unknown, or when it was found `ok`; none where it is stale.
    pub since: Option<String>,
    /// Why it is unknown.
    pub message: Option<String>,
}

/// Addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The page for people.
    pub page: String,
    /// The badge.
    pub badge: String,
    /// The last commit that Hedgerow made for the fabric.
    pub commit: Option<String>,
    /// The open pull request, if there is one.
    pub pull_request: Option<String>,
}

impl StatusDocument {
    /// The document of a record; `page` is the whole address of its page.
    pub fn of(record: &FabricRecord, page: &str) -> Self {
        Self {
            status_version: STATUS_VERSION,
            id: record.id.clone(),
            record_version: record.version,
            name: record.name.clone(),
            git_repository: record.git_repository.clone(),
            branch: record.branch.clone(),
            gitops_directory: record.gitops_directory.clone(),
            verdict: Some(FabricState::of(record).into()),
            state: record.gitops_directory_status,
            initialized: record.gitops_initialized,
            error: record.directory_init_error.clone(),
            check: StatusCheck {
                state: record.check.state,
                since: record.check.since.clone(),
                message: record.check.message.clone(),
            },
            checked_at: record.checked_at.clone(),
            last_directory_sync: record.last_directory_sync.clone(),
            head: record.head,
            head_commit: record.head_commit.clone(),
            tree: record.tree,
            verify: crate::check::git_command(record),
            missing: record.drift.missing,
            modified: record.drift.modified,
            unexpected: record.drift.unexpected,
            findings: record.drift.findings.clone(),
            links: Links {
                page: page.to_owned(),
                badge: format!("{page}/badge.svg"),
                commit: record.commit_url.clone(),
                pull_request: record.pull_request_url.clone(),
            },
        }
    }
}
