//! Looking around in a repository: its branches, and what a file says.

use serde::Deserialize;
use serde_json::json;
use shared::api::{BlobAnswer, BranchesAnswer};
use shared::git::ObjectId;
use shared::names::RepoName;

use super::{Github, GithubError};
use crate::host::Host;

/// The most branches that are named at once.
const BRANCHES: u32 = 50;

const BRANCHES_QUERY: &str =
    "query Branches($owner: String!, $name: String!, $query: String!, $first: Int!) {
  repository(owner: $owner, name: $name) {
    defaultBranchRef { name }
    refs(refPrefix: \"refs/heads/\", query: $query, first: $first) { totalCount nodes { name } }
  }
}
";

const BLOB_QUERY: &str = "query Blob($owner: String!, $name: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) { ... on Blob { byteSize isBinary isTruncated text } }
  }
}
";

#[derive(Deserialize)]
struct Data<T> {
    repository: Option<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BranchesData {
    default_branch_ref: Option<Named>,
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

#[derive(Deserialize)]
struct ObjectData {
    object: Option<Blob>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Blob {
    byte_size: Option<u64>,
    is_binary: Option<bool>,
    is_truncated: bool,
    text: Option<String>,
}

impl<H: Host> Github<'_, H> {
    /// The branches whose names contain `query`, the default branch first: one request.
    pub(crate) async fn branches(
        &self,
        repo: &RepoName,
        query: &str,
    ) -> Result<BranchesAnswer, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "query": query, "first": BRANCHES });
        let data: Data<BranchesData> = self
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
        Ok(BranchesAnswer {
            branches,
            default_branch,
            total,
        })
    }

    /// What a file says: one request. None where there is no such file.
    pub(crate) async fn blob(
        &self,
        repo: &RepoName,
        oid: ObjectId,
    ) -> Result<Option<BlobAnswer>, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "oid": oid });
        let data: Data<ObjectData> = self.graphql(BLOB_QUERY, &variables, repo.as_str()).await?;
        let data = data
            .repository
            .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
        let Some(Blob {
            byte_size: Some(bytes),
            is_binary,
            is_truncated,
            text,
        }) = data.object
        else {
            return Ok(None);
        };
        let is_whole_text = is_binary == Some(false) && !is_truncated;
        Ok(Some(BlobAnswer {
            oid,
            text: text.filter(|_| is_whole_text),
            bytes,
        }))
    }
}
