//! Did that write happen? The branch's history knows: look for the operation's trailer.

use serde::Deserialize;
use serde_json::json;
use shared::git::ObjectId;
use shared::names::{BranchName, RepoName};

use super::client::about;
use super::commit::CommitData;
use super::graphql::nullable;
use super::{Github, GithubError, SeenCommit};
use crate::host::Host;

const HISTORY: &str = "query History($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    databaseId
    defaultBranchRef { name }
    ref(qualifiedName: $ref) {
      name
      target { ... on Commit { history(first: 50) { nodes { message oid url tree { oid } } } } }
    }
  }
}
";

/// What the branch's history says about an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Its commit is on the branch.
    Commit(SeenCommit),
    /// It is not on the branch and can no longer arrive there: the branch went on from its parent without it.
    Absent,
    /// It is not there as far as this answer tells, which may be from before the write; the write may be on its way, too.
    NotYet,
    /// It is not among the last 50 commits, and its parent is not either.
    NotSeen,
}

/// What one branch said.
struct Looked {
    found: Found,
    /// There is no such branch.
    is_gone: bool,
    default_branch: Option<String>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "nullable")]
    repository: Option<RepositoryData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RepositoryData {
    database_id: u64,
    #[serde(deserialize_with = "nullable")]
    default_branch_ref: Option<BranchNamed>,
    #[serde(rename = "ref", deserialize_with = "nullable")]
    branch: Option<Branch>,
}

#[derive(Deserialize)]
struct BranchNamed {
    name: String,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    target: Target,
}

#[derive(Deserialize)]
struct Target {
    history: History,
}

#[derive(Deserialize)]
struct History {
    nodes: Vec<Option<Node>>,
}

#[derive(Deserialize)]
struct Node {
    message: String,
    #[serde(flatten)]
    commit: CommitData,
}

/// How many commits are looked through.
const LOOKED_THROUGH: usize = 50;

/// The trailer that every commit's message ends with.
pub(super) fn trailer(operation: &str) -> String {
    format!("Hedgerow-Operation: {operation}")
}

/// Tells whether a commit's message says that Hedgerow made it, also where GitHub put it into a squash.
pub(super) fn is_ours(message: &str) -> bool {
    message.lines().any(|line| line.starts_with(&trailer("")))
}

/// Tells whether a commit's message has this line, such as a trailer.
pub(super) fn has_line(message: &str, line: &str) -> bool {
    message.lines().any(|other| other == line)
}

/// The trailer of the first of an operation's two commits; it does not prove the operation.
pub(super) fn first_trailer(operation: &str) -> String {
    format!("{}/first", trailer(operation))
}

impl<H: Host> Github<'_, H> {
    /// Looks for an operation's commit in the repository of this number: one request.
    ///
    /// # Errors
    /// [`GithubError::NoRepository`] where another one has the name by now: its branches tell nothing.
    pub(crate) async fn find_commit(
        &self,
        repo: &RepoName,
        number: u64,
        branch: &BranchName,
        proof: (&str, Option<ObjectId>),
    ) -> Result<Found, GithubError> {
        let looked = self.look(repo, number, branch, proof).await?;
        Ok(looked.found)
    }

    /// The same for a branch that may have been renamed since: where it is gone, the commit may be on another one, which is
    /// `now` or today's default branch. One more request for each.
    ///
    /// # Errors
    /// As [`Self::find_commit`].
    pub(crate) async fn find_commit_after_rename(
        &self,
        repo: &RepoName,
        number: u64,
        (branch, now): (&BranchName, &BranchName),
        proof: (&str, Option<ObjectId>),
    ) -> Result<Found, GithubError> {
        let looked = self.look(repo, number, branch, proof).await?;
        if !looked.is_gone {
            return Ok(looked.found);
        }
        let default_branch = looked
            .default_branch
            .and_then(|name| BranchName::parse(&name).ok());
        let mut others = vec![now.clone()];
        others.extend(default_branch.filter(|other| other != now));
        for other in others.iter().filter(|other| *other != branch) {
            let there = self.look(repo, number, other, proof).await?;
            if matches!(there.found, Found::Commit(_)) {
                return Ok(there.found);
            }
        }
        Ok(looked.found)
    }

    async fn look(
        &self,
        repo: &RepoName,
        number: u64,
        branch: &BranchName,
        (operation, parent): (&str, Option<ObjectId>),
    ) -> Result<Looked, GithubError> {
        let variables =
            json!({ "owner": repo.owner(), "name": repo.name(), "ref": branch.full_ref() });
        let data: Data = self.graphql(HISTORY, &variables, repo.as_str()).await?;
        let repository = data
            .repository
            .filter(|repository| repository.database_id == number)
            .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
        let default_branch = repository.default_branch_ref.map(|branch| branch.name);
        let found = repository
            .branch
            .map(|found| about(self.host, found, |found| found.name == branch.as_str()));
        let history = found.transpose()?.map(|branch| branch.target.history);
        let is_gone = history.is_none();
        let nodes: Vec<Node> = history
            .into_iter()
            .flat_map(|history| history.nodes)
            .flatten()
            .collect();
        let trailer = trailer(operation);
        // A branch that does not exist, or whose whole history was looked through, does not have it either.
        let is_all = nodes.len() < LOOKED_THROUGH;
        let since_parent = nodes
            .iter()
            .position(|node| Some(node.commit.oid()) == parent);
        let commit = nodes
            .into_iter()
            .find(|node| has_line(&node.message, &trailer));
        let found = match commit {
            Some(node) => Found::Commit(node.commit.into()),
            // What is built on the parent alone cannot follow what was built on it since.
            None if since_parent.is_some_and(|commits| commits > 0) => Found::Absent,
            None if since_parent.is_some() || is_all => Found::NotYet,
            None => Found::NotSeen,
        };
        Ok(Looked {
            found,
            is_gone,
            default_branch,
        })
    }
}
