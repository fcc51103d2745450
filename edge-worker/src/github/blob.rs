//! What a file of a repository says.

use serde::Deserialize;
use serde_json::json;
use shared::git::{ObjectId, blob_id};
use shared::names::RepoName;

use super::client::about;
use super::graphql::nullable;
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
    object(oid: $oid) { oid ... on Blob { byteSize isBinary isTruncated text } }
  }
}
";

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "nullable")]
    repository: Option<RepositoryData>,
}

#[derive(Deserialize)]
struct RepositoryData {
    #[serde(deserialize_with = "nullable")]
    object: Option<BlobData>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct BlobData {
    oid: Option<ObjectId>,
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
        let Some(object) = data.object else {
            return Ok(None);
        };
        let object = about(self.host, object, |object| object.oid == Some(oid))?;
        let BlobData {
            byte_size: Some(bytes),
            is_binary,
            is_truncated,
            text,
            ..
        } = object
        else {
            return Ok(None);
        };
        // What is not UTF-8 comes as a text that is not the file's.
        let is_its = text
            .as_deref()
            .is_some_and(|text| blob_id(text.as_bytes()) == oid);
        let is_whole_text = is_binary == Some(false) && !is_truncated && is_its;
        Ok(Some(Blob {
            oid,
            text: text.filter(|_| is_whole_text),
            bytes,
        }))
    }
}
