//! A fabric's record: what Hedgerow knows and tells about a fabric, and how operations change it.

mod deleted;
mod history;
mod outcome;
mod pull_request_checks;
mod transition;

use serde::{Deserialize, Serialize};

pub use deleted::{Compared, Comparison, Deletion, deleted_findings};
pub use history::{HistoryEntry, OperationKind, OperationOutcome, Partly, VALIDATIONS_KEPT};
pub use outcome::{Committed, SeenHead};
pub use pull_request_checks::PullRequestChecks;
pub use transition::Happening;

use crate::fabric::{FabricSpec, LayoutOptions};
use crate::git::{CommitFacts, ObjectId};
use crate::names::{BranchName, DirectoryPath, FabricId, FabricName, RepoName};
use crate::problem::{Code, Explanation};
use crate::quote::url;
use crate::report::Finding;
use crate::words::words;

/// A fabric's record, as `GET /api/fabrics/{id}` answers it. Times are RFC 3339, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FabricRecord {
    /// The record's id; it never changes.
    pub id: FabricId,
    /// Grows with every change of the record.
    pub version: u64,
    /// The fabric's name.
    pub name: FabricName,
    /// The repository.
    pub git_repository: RepoName,
    /// The branch.
    pub branch: BranchName,
    /// The directory, from the repository's root.
    pub gitops_directory: DirectoryPath,
    /// Which layout the directory has.
    pub layout: LayoutOptions,
    /// Whether the layout was seen on the branch; never true before its commit was seen.
    pub gitops_initialized: bool,
    /// The state of the directory.
    pub gitops_directory_status: DirectoryStatus,
    /// Why the state is `error`, and what to do.
    pub directory_init_error: Option<Explanation>,
    /// When the directory was last seen to hold the layout.
    pub last_directory_sync: Option<String>,
    /// The head at which the directory was last read or written.
    pub head: Option<ObjectId>,
    /// When that head's commit was made, where that is known.
    #[serde(default)]
    pub head_committed_at: Option<String>,
    /// The id of the directory at that head.
    pub tree: Option<ObjectId>,
    /// Where to see the last commit that Hedgerow made for the fabric.
    pub commit_url: Option<String>,
    /// Where to see the open pull request, if there is one.
    pub pull_request_url: Option<String>,
    /// When GitHub was last asked about the directory.
    pub checked_at: Option<String>,
    /// Whether the state is known to be current.
    pub check: Check,
    /// How far the directory is from the layout.
    pub drift: Drift,
    /// Who may see the record.
    pub visibility: Visibility,
    /// The commit of that head, where it is known and not Hedgerow's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_commit: Option<CommitFacts>,
    /// The directory as it was last compared with what it held before.
    #[cfg_attr(
        feature = "comparisons",
        serde(default, skip_serializing_if = "Option::is_none")
    )]
    #[cfg_attr(not(feature = "comparisons"), serde(skip))]
    pub compared: Option<Compared>,
    /// What people deleted below the directory, until it is back or somebody says that it was meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<Deletion>,
    /// How the pull requests are checked that touch the directory.
    #[serde(default, skip_serializing_if = "PullRequestChecks::is_usual")]
    pub pull_request_checks: PullRequestChecks,
}

words! {
    /// The state of a fabric's directory.
    DirectoryStatus {
        /// Nothing was written yet.
        NotInitialized = "not_initialized",
        /// A write is under way.
        Initializing = "initializing",
        /// The branch holds the layout.
        Initialized = "initialized",
        /// The last write failed, or its outcome is not known.
        Error = "error",
        /// The branch was read, and the directory is not what it should be.
        InvalidStructure = "invalid_structure",
    }
}

/// Whether the five states are current or only the last known ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// `unknown` while GitHub cannot be asked.
    pub state: CheckState,
    /// Since when GitHub could not be asked, or where it could, when it answered last; none where that is too long ago.
    pub since: Option<String>,
    /// Why it is unknown: a stable word, what happened, and the next step.
    pub code: Option<Code>,
    /// What happened.
    pub message: Option<String>,
    /// The next step.
    pub hint: Option<String>,
}

words! {
    /// Whether GitHub could be asked.
    CheckState {
        /// The last question was answered.
        Ok = "ok",
        /// It was not, or nothing was asked yet.
        Unknown = "unknown",
        /// It was answered, but too long ago to be called current. Never stored: whoever reads a record says so
        /// ([`FabricRecord::as_of`]).
        Stale = "stale",
    }
}

/// How far a directory is from its layout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// How many files of the layout are missing.
    pub missing: usize,
    /// How many were changed.
    pub modified: usize,
    /// How many entries stand where they do not belong.
    pub unexpected: usize,
    /// The paths, from the repository's root; at most [`Drift::MAX_PATHS`].
    pub paths: Vec<String>,
    /// What the last validation found, errors first; at most [`Drift::MAX_PATHS`].
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// How many findings there are altogether.
    #[serde(default)]
    pub finding_count: usize,
}

words! {
    /// Who may see a record.
    Visibility {
        /// Only its creator: GitHub could not be asked yet.
        Draft = "draft",
        /// Everyone who can read the repository.
        Private = "private",
        /// Everybody: GitHub said that the repository is public.
        Public = "public",
    }
}

impl Visibility {
    /// Tells whether only those may see it who can read the repository: so is what a newer version has another word for.
    pub fn is_private(self) -> bool {
        matches!(self, Self::Private | Self::Other(_))
    }
}

impl CheckState {
    /// The same where GitHub was last asked at `checked_at`, and answers from before `oldest` are too old. Times of this form
    /// are in order as texts.
    pub(crate) fn as_of(self, checked_at: Option<&str>, oldest: &str) -> Self {
        match checked_at {
            Some(checked_at) if self == Self::Ok && checked_at < oldest => Self::Stale,
            _ => self,
        }
    }
}

impl Drift {
    /// The most paths that a record lists.
    pub const MAX_PATHS: usize = 100;
}

impl Check {
    /// GitHub answered at `now`.
    pub fn ok(now: &str) -> Self {
        Self {
            state: CheckState::Ok,
            since: Some(now.to_owned()),
            code: None,
            message: None,
            hint: None,
        }
    }

    /// GitHub could not be asked; `since` stays where it was unknown before.
    pub fn unknown(before: &Self, why: &Explanation, now: &str) -> Self {
        let since = if before.state == CheckState::Unknown {
            before.since.clone()
        } else {
            None
        };
        Self {
            state: CheckState::Unknown,
            since: since.or_else(|| Some(now.to_owned())),
            code: Some(why.code.clone()),
            message: Some(why.message.clone()),
            hint: Some(why.hint.clone()),
        }
    }
}

impl FabricRecord {
    /// The record of a fabric about which nothing is known yet.
    pub fn new(id: FabricId, spec: &FabricSpec, visibility: Visibility) -> Self {
        Self {
            id,
            version: 1,
            name: spec.name.clone(),
            git_repository: spec.git_repository.clone(),
            branch: spec.branch.clone(),
            gitops_directory: spec.gitops_directory.clone(),
            layout: spec.layout,
            gitops_initialized: false,
            gitops_directory_status: DirectoryStatus::NotInitialized,
            directory_init_error: None,
            last_directory_sync: None,
            head: None,
            head_committed_at: None,
            tree: None,
            commit_url: None,
            pull_request_url: None,
            checked_at: None,
            check: Check {
                state: CheckState::Unknown,
                since: None,
                code: None,
                message: None,
                hint: None,
            },
            drift: Drift::default(),
            visibility,
            head_commit: None,
            compared: None,
            deleted: Vec::new(),
            pull_request_checks: PullRequestChecks::default(),
        }
    }

    /// The record as somebody reads it: what was last checked before `oldest`, RFC 3339 in UTC to the second, is not called
    /// current.
    #[must_use]
    pub fn as_of(mut self, oldest: &str) -> Self {
        self.check.state = self.check.state.as_of(self.checked_at.as_deref(), oldest);
        if self.check.state == CheckState::Stale {
            // It was not stale yet when it was checked.
            self.check.since = None;
        }
        self
    }

    /// The record with what a person typed alone, as if nothing had been done or seen since; its version stays.
    #[must_use]
    pub fn as_typed(&self) -> Self {
        Self {
            version: self.version,
            ..Self::new(self.id.clone(), &self.spec(), self.visibility)
        }
    }

    /// What the record tells besides when: two that tell the same have the same of this. Where the directory is the same, a
    /// branch that went on is no news, nor are other words for the same reason why GitHub could not be asked.
    #[must_use]
    pub fn told(&self) -> Self {
        let mut told = Self {
            version: 0,
            checked_at: None,
            last_directory_sync: None,
            head: None,
            head_committed_at: None,
            head_commit: None,
            compared: None,
            ..self.clone()
        };
        (told.check.since, told.check.message) = (None, None);
        told
    }

    /// The record with what [`Self::keep_links_to`] leaves in it.
    #[must_use]
    pub fn linked_to(mut self, github_url: &str) -> Self {
        self.keep_links_to(github_url);
        self
    }

    /// Takes out addresses that are none of GitHub's, which people see at `github_url`: whoever wrote a backup's file may have put
    /// them there.
    pub fn keep_links_to(&mut self, github_url: &str) {
        let clean = |address: &mut Option<String>| {
            let kept = address.take();
            *address = kept.filter(|address| url::of_site(github_url, address).is_some());
        };
        clean(&mut self.commit_url);
        clean(&mut self.pull_request_url);
        let commits = self.deleted.iter_mut();
        let commits = commits.filter_map(|group| group.commit.as_mut());
        for commit in commits.chain(self.head_commit.as_mut()) {
            clean(&mut commit.url);
        }
    }

    /// The fabric that the record is about.
    pub fn spec(&self) -> FabricSpec {
        FabricSpec {
            name: self.name.clone(),
            git_repository: self.git_repository.clone(),
            branch: self.branch.clone(),
            gitops_directory: self.gitops_directory.clone(),
            layout: self.layout,
        }
    }
}

#[cfg(test)]
mod tests;
