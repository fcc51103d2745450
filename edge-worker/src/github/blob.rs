//! What a file of a repository says.

use serde::Deserialize;
use serde_json::json;
use shared::git::ObjectId;
use shared::names::RepoName;

use super::{Github, GithubError};
use crate::host::Host;

/// A file of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    pub oid: ObjectId,
    /// Its text; none if it is not text, or longer than GitHub gives at once.
    pub text: Option<String>,
    pub bytes: u64,
}

const BLOB_QUERY: &str = "query Blob($owner: String!, $name: String!, $oid: GitObjectID!) {
  repository(owner: $owner, name: $name) {
    object(oid: $oid) { ... on Blob { byteSize isBinary isTruncated text } }
  }
}
";

#[derive(Deserialize)]
struct Data {
    repository: Option<RepositoryData>,
}

#[derive(Deserialize)]
struct RepositoryData {
    object: Option<BlobData>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct BlobData {
    byte_size: Option<u64>,
    is_binary: Option<bool>,
    is_truncated: bool,
    text: Option<String>,
}

impl<H: Host> Github<'_, H> {
    /// What a file says: one request. None if there is no such file.
    pub(crate) async fn blob(
        &self,
        repo: &RepoName,
        oid: ObjectId,
    ) -> Result<Option<Blob>, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "oid": oid });
        let data: Data = self.graphql(BLOB_QUERY, &variables, repo.as_str()).await?;
        let data = data
            .repository
            .ok_or_else(|| GithubError::NoRepository(repo.to_string()))?;
        let Some(BlobData {
            byte_size: Some(bytes),
            is_binary,
            is_truncated,
            text,
        }) = data.object
        else {
            return Ok(None);
        };
        let is_whole_text = is_binary == Some(false) && !is_truncated;
        Ok(Some(Blob {
            oid,
            text: text.filter(|_| is_whole_text),
            bytes,
        }))
    }
}
