//! Where a branch begins that does not exist yet.

use serde::{Deserialize, Serialize};
use shared::git::ObjectId;
use shared::names::{BranchName, DirectoryPath, RepoName};

use super::{Approved, BaseBranch, BranchSnapshot, Github, GithubError, Start};
use crate::host::Host;

/// The branch that a change is written to, and what it begins from where it does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    /// The branch to be written.
    pub branch: BranchName,
    /// What it begins from; the repository's default branch if not said.
    pub base: Option<BranchName>,
    /// The heads of pull requests that are over: where the branch is at one of them, the change begins from the base again,
    /// and what the branch holds is left behind.
    pub over: Vec<ObjectId>,
    /// Whether a pull request from the branch into the base is open, so that both exist.
    pub is_open: bool,
}

impl Target {
    /// The branch itself.
    pub(crate) fn of(branch: &BranchName) -> Self {
        Self {
            branch: branch.clone(),
            base: None,
            over: Vec::new(),
            is_open: false,
        }
    }
}

impl BranchSnapshot {
    /// The branch whose listings these are.
    pub(crate) fn read_branch(&self) -> &BranchName {
        self.base.as_ref().map_or(&self.branch, |base| &base.branch)
    }

    /// What a commit is built on; nothing in an empty repository.
    pub(crate) fn start(&self) -> Option<Start> {
        let head = self.snapshot.head()?;
        Some(match (self.left_behind, &self.base) {
            (Some(tip), _) => Start::Over { base: head, tip },
            (None, Some(_)) => Start::NewBranch(head),
            (None, None) => Start::Head(head),
        })
    }
}

impl<H: Host> Github<'_, H> {
    /// Reads the branch to be written or, where it does not exist, the one that it would begin from: one request, or three. Of a
    /// proposal into a branch that does not exist, that one is what is missing.
    pub(crate) async fn read_target(
        &self,
        repo: &RepoName,
        target: &Target,
        directory: &DirectoryPath,
        approved: Option<ObjectId>,
    ) -> Result<BranchSnapshot, GithubError> {
        let own = self.read(repo, &target.branch, directory, approved).await?;
        let exists = own.head.is_some();
        // What was written since, such as by a write whose last step failed, is not left behind.
        let is_written = own.head.is_some_and(|head| !target.over.contains(&head));
        if own.repository.is_empty || (is_written && (target.base.is_none() || target.is_open)) {
            return Ok(own);
        }
        let default = || {
            let name = own.repository.default_branch.as_deref()?;
            BranchName::parse(name).ok()
        };
        let base = target.base.clone().or_else(default);
        let Some(base) = base.filter(|base| *base != target.branch) else {
            return Ok(own);
        };
        let mut branch_snapshot = self.read(repo, &base, directory, approved).await?;
        if branch_snapshot.repository.id != own.repository.id {
            return Err(GithubError::NoRepository(repo.to_string()));
        }
        if target.base.is_some() && branch_snapshot.head.is_none() {
            return Ok(branch_snapshot);
        }
        let Some(head) = branch_snapshot.head.take().filter(|_| !is_written) else {
            return Ok(own);
        };
        branch_snapshot.base = Some(BaseBranch { branch: base, head });
        branch_snapshot.branch = target.branch.clone();
        // What a pull request brings has to be signed where its target wants that.
        let brings_signatures = target.base.is_some() && branch_snapshot.rules.signatures_required;
        branch_snapshot.rules = match exists || own.blocked_by.is_some() {
            true => own.rules,
            false => self.rules_of_new(repo, &target.branch).await?,
        };
        if brings_signatures || branch_snapshot.rules.signatures_required {
            branch_snapshot.rules.sign();
        }
        branch_snapshot.blocked_by = own.blocked_by;
        branch_snapshot.left_behind = own.head;
        Ok(branch_snapshot)
    }
}

impl Approved {
    /// The directory's id at the head that was approved, if that is known.
    pub(crate) fn directory(self) -> Option<Option<ObjectId>> {
        match self {
            Self::UnknownHead => None,
            Self::Directory(id) => Some(id),
        }
    }
}
