//! The branches of a repository, to choose from.

use serde::Deserialize;
use serde_json::json;
use shared::names::RepoName;

use super::graphql::nullable;
use super::{Github, GithubError};
use crate::host::Host;

/// The most branches that are named at once.
const BRANCHES: u32 = 50;

/// The branches whose names contain a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Branches {
    /// The first of them.
    pub names: Vec<String>,
    /// The repository's default branch; none if there is no commit.
    pub default: Option<String>,
    /// How many there are.
    pub total: usize,
}

const BRANCHES_QUERY: &str =
    "query Branches($owner: String!, $name: String!, $query: String!, $first: Int!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { name }
    refs(refPrefix: \"refs/heads/\", query: $query, first: $first) { totalCount nodes { name } }
  }
}
";

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "nullable")]
    repository: Option<BranchesData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BranchesData {
    #[serde(deserialize_with = "nullable")]
    default_branch_ref: Option<Named>,
    #[serde(deserialize_with = "nullable")]
    refs: Option<Refs>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refs {
    total_count: usize,
    nodes: Option<Vec<Option<Named>>>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl<H: Host> Github<'_, H> {
    /// The branches whose names contain `query`, the default branch first: one request.
    pub(crate) async fn branches(
        &self,
        repo: &RepoName,
        query: &str,
    ) -> Result<Branches, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "query": query, "first": BRANCHES });
        let data: Data = self
            .graphql(BRANCHES_QUERY, &variables, repo.as_str())
            .await?;
        let data = data
            .repository
            .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
        let default_branch = data.default_branch_ref.map(|named| named.name);
        let (total, nodes) = data
            .refs
            .map_or((0, None), |refs| (refs.total_count, refs.nodes));
        let names = nodes
            .into_iter()
            .flatten()
            .flatten()
            .map(|named| named.name);
        let mut branches: Vec<String> = names.collect();
        branches.sort_by_key(|name| Some(name) != default_branch.as_ref());
        Ok(Branches {
            names: branches,
            default: default_branch,
            total,
        })
    }
}
