//! Lists on the wire: the repositories that a person can choose from, and the fabrics in them.

use serde::{Deserialize, Serialize};

use super::Permission;
use crate::names::{BranchName, DirectoryPath, FabricId, FabricName, RepoName};
use crate::problem::Explanation;
use crate::quote::url::of_site;
use crate::record::{CheckState, DirectoryStatus, FabricRecord, Visibility};
use crate::status::{Action, Facts, Verdict};

/// The answer of `GET /api/repositories?query=&cursor=`: at most 100 a page, those that can be pushed to first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoriesAnswer {
    /// The repositories.
    pub repositories: Vec<RepositoryChoice>,
    /// What to send as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
    /// Why repositories are missing that the person has a role in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Explanation>,
}

/// A repository that a person can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepositoryChoice {
    /// GitHub's node id, which survives renaming.
    pub id: String,
    /// The name.
    pub name: RepoName,
    /// Whether only some people can see it.
    pub private: bool,
    /// Whether it is read-only for everybody.
    pub archived: bool,
    /// The default branch; null if there is no commit yet.
    pub default_branch: Option<String>,
    /// What the person may do.
    pub permission: Permission,
}

/// The answer of `GET /api/fabrics?query=&state=&cursor=`: fabrics of repositories in which the person has a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FabricsAnswer {
    /// The fabrics, problems first, then by name.
    pub fabrics: Vec<FabricSummary>,
    /// What to send as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
    /// Why fabrics may be missing: repositories that GitHub did not list, or rows that are not there yet or cannot be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Explanation>,
}

/// A row of the list of fabrics. Times are RFC 3339, UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FabricSummary {
    /// The record's id.
    pub id: FabricId,
    /// The fabric's name.
    pub name: FabricName,
    /// The repository.
    pub git_repository: RepoName,
    /// The branch.
    pub branch: BranchName,
    /// The directory, from the repository's root.
    pub gitops_directory: DirectoryPath,
    /// The state of the directory.
    pub gitops_directory_status: DirectoryStatus,
    /// Everything that is known, in a word; null in a row that was written before there was one.
    #[serde(default)]
    pub verdict: Option<Verdict>,
    /// What to do, where something is to do and the row is not from before it was kept.
    #[serde(default)]
    pub action: Option<Action>,
    /// How many paths differ from the layout.
    pub drift: usize,
    /// Whether the state is known to be current.
    pub check: CheckState,
    /// When GitHub was last asked.
    pub checked_at: Option<String>,
    /// Where to see the open pull request, if there is one.
    pub pull_request_url: Option<String>,
    /// Who may see the record.
    pub visibility: Visibility,
    /// What the person who lists may do in its repository; none in what is stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<Permission>,
}

impl From<&FabricRecord> for FabricSummary {
    fn from(record: &FabricRecord) -> Self {
        let drift = &record.drift;
        let verdict = Verdict::of(record);
        Self {
            id: record.id.clone(),
            name: record.name.clone(),
            git_repository: record.git_repository.clone(),
            branch: record.branch.clone(),
            gitops_directory: record.gitops_directory.clone(),
            gitops_directory_status: record.gitops_directory_status,
            verdict: Some(verdict),
            action: verdict.action(record),
            drift: drift.missing + drift.modified + drift.unexpected,
            check: record.check.state,
            checked_at: record.checked_at.clone(),
            pull_request_url: record.pull_request_url.clone(),
            visibility: record.visibility,
            permission: None,
        }
    }
}

impl FabricSummary {
    /// As [`FabricRecord::keep_links_to`].
    pub fn keep_links_to(&mut self, github_url: &str) {
        let link = self.pull_request_url.take();
        self.pull_request_url = link.filter(|link| of_site(github_url, link).is_some());
    }

    /// The row as somebody reads it; as [`FabricRecord::as_of`].
    #[must_use]
    pub fn as_of(mut self, oldest: &str) -> Self {
        let before = self.verdict();
        self.check = self.check.as_of(self.checked_at.as_deref(), oldest);
        if self.check == CheckState::Stale && before != Verdict::Working {
            self.verdict = Some(Verdict::NotKnown);
            self.action = Some(Action::Check);
        }
        self
    }

    /// Tells whether the person may not push to the repository.
    pub fn is_read_only(&self) -> bool {
        self.permission == Some(Permission::Read)
    }

    /// The verdict, or what follows from the rest where the row is an old one.
    pub fn verdict(&self) -> Verdict {
        let facts = Facts {
            status: self.gitops_directory_status,
            check: self.check,
            was_read: self.checked_at.is_some(),
            is_proposed: self.pull_request_url.is_some(),
            error: None,
            has_warnings: false,
            has_deleted: false,
            is_without_branch: false,
        };
        self.verdict.unwrap_or_else(|| facts.verdict())
    }
}
