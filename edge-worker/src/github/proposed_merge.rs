//! What a pull request would leave if it were merged, and where it comes from.

use serde::Deserialize;
use serde_json::json;
use shared::git::ObjectId;
use shared::names::RepoName;

use super::graphql::nullable;
use super::repository::RepositoryData;
use super::{Github, GithubError};
use crate::host::Host;
use crate::repository_id::RepositoryId;

/// A pull request, as far as it is checked. That of a fork is read in the repository that would take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProposedMerge {
    pub repository: RepositoryId,
    /// In GitHub's spelling of today.
    pub name: RepoName,
    pub is_open: bool,
    /// The branch that would take it; Hedgerow may not take the name.
    pub base: String,
    /// Where that is now; none where it is gone.
    pub base_head: Option<ObjectId>,
    pub head: ObjectId,
    pub merge: Merge,
}

/// What merging would leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Merge {
    /// The commit of `base`, a head of the base branch, and the head.
    Commit { base: ObjectId, commit: ObjectId },
    /// Both change the same.
    Conflicting,
    /// GitHub has not found out yet.
    NotYet,
}

const PROPOSED_MERGE: &str = "query ProposedMerge($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    id databaseId nameWithOwner isPrivate isArchived viewerPermission
    pullRequest(number: $number) {
      number state baseRefName headRefOid mergeable
      baseRef { target { oid } }
      potentialMergeCommit { oid parents(first: 2) { nodes { oid } } }
    }
  }
}
";

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "nullable")]
    repository: Option<RepositoryPart>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RepositoryPart {
    #[serde(flatten)]
    repository: RepositoryData,
    name_with_owner: String,
    #[serde(deserialize_with = "nullable")]
    pull_request: Option<PullRequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PullRequest {
    number: u64,
    state: String,
    base_ref_name: String,
    head_ref_oid: ObjectId,
    mergeable: String,
    #[serde(deserialize_with = "nullable")]
    base_ref: Option<Ref>,
    #[serde(deserialize_with = "nullable")]
    potential_merge_commit: Option<MergeCommit>,
}

#[derive(Deserialize)]
struct Ref {
    #[serde(deserialize_with = "nullable")]
    target: Option<Oid>,
}

#[derive(Deserialize)]
struct Oid {
    oid: ObjectId,
}

#[derive(Deserialize)]
struct MergeCommit {
    oid: ObjectId,
    parents: Parents,
}

#[derive(Deserialize)]
struct Parents {
    nodes: Option<Vec<Option<Oid>>>,
}

#[derive(Deserialize)]
struct Comparison {
    merge_base_commit: Sha,
}

#[derive(Deserialize)]
struct Sha {
    sha: ObjectId,
}

impl PullRequest {
    fn merge(&self) -> Merge {
        if self.mergeable == "CONFLICTING" {
            return Merge::Conflicting;
        }
        let Some(made) = &self.potential_merge_commit else {
            return Merge::NotYet;
        };
        let parents: Vec<ObjectId> = made
            .parents
            .nodes
            .iter()
            .flatten()
            .flatten()
            .map(|parent| parent.oid)
            .collect();
        match parents[..] {
            // One that was made for an earlier head, or whose base moved on meanwhile, says nothing of today's.
            [base, head]
                if head == self.head_ref_oid
                    && self
                        .base_ref
                        .as_ref()
                        .and_then(|base| base.target.as_ref())
                        .is_none_or(|tip| tip.oid == base) =>
            {
                Merge::Commit {
                    base,
                    commit: made.oid,
                }
            }
            _ => Merge::NotYet,
        }
    }
}

impl<H: Host> Github<'_, H> {
    /// Reads a pull request: one request. None if there is none of this number.
    pub(crate) async fn proposed_merge(
        &self,
        repo: &RepoName,
        number: u64,
    ) -> Result<Option<ProposedMerge>, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "number": number });
        let answer = self.graphql::<Data>(PROPOSED_MERGE, &variables, repo.as_str());
        let repository = match answer.await {
            Err(GithubError::NoRepository(_)) => return Ok(None),
            answer => answer?.repository,
        };
        let Some(repository) = repository else {
            return Ok(None);
        };
        let Some(pull) = repository.pull_request else {
            return Ok(None);
        };
        if pull.number != number {
            return Err(self.not_understood("it is about another pull request"));
        }
        Ok(Some(ProposedMerge {
            repository: repository.repository.id(),
            name: RepoName::parse(&repository.name_with_owner).unwrap_or_else(|_| repo.clone()),
            is_open: pull.state == "OPEN",
            merge: pull.merge(),
            base_head: pull
                .base_ref
                .and_then(|base| base.target)
                .map(|tip| tip.oid),
            base: pull.base_ref_name,
            head: pull.head_ref_oid,
        }))
    }

    /// The commit where a head left a base: one request. None where they have nothing in common.
    pub(crate) async fn merge_base(
        &self,
        repo: &RepoName,
        base: ObjectId,
        head: ObjectId,
    ) -> Result<Option<ObjectId>, GithubError> {
        // The files that differ are on the first page.
        let path = format!("/repos/{repo}/compare/{base}...{head}?per_page=1&page=2");
        let answer = self.get::<Comparison>(&path, repo.as_str(), |_| true);
        match answer.await {
            Ok(comparison) => Ok(Some(comparison.merge_base_commit.sha)),
            Err(GithubError::NoRepository(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
