//! What a person may do in a repository, and who may see it: one request.

use serde::Deserialize;
use serde_json::json;
use shared::names::RepoName;

use super::graphql::nullable;
use super::repository::RepositoryData;
use super::{Github, GithubError};
use crate::config::Config;
use crate::host::Host;
use crate::repository_id::RepositoryId;

const REPOSITORY_ACCESS: &str = "query RepositoryAccess($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id databaseId isPrivate isArchived viewerPermission } }";

/// A person's access to a repository that they can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RepositoryAccess {
    pub repository: RepositoryId,
    /// Whether only some may see it.
    pub is_private: bool,
    /// Whether it is read-only for everybody.
    pub is_archived: bool,
    /// Whether the person may push to it.
    pub can_push: bool,
    /// Whether the person administers it.
    pub can_administer: bool,
}

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "nullable")]
    repository: Option<RepositoryData>,
}

impl RepositoryAccess {
    fn new(data: &RepositoryData, config: &Config) -> Self {
        Self {
            repository: data.id(),
            is_private: data.is_private(config),
            is_archived: data.is_archived,
            can_push: data.can_push(),
            can_administer: data.can_administer(),
        }
    }
}

impl<H: Host> Github<'_, H> {
    /// The person's access to a repository; none if they cannot see it.
    pub(crate) async fn repository_access(
        &self,
        repo: &RepoName,
    ) -> Result<Option<RepositoryAccess>, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name() });
        let answer = self.graphql::<Data>(REPOSITORY_ACCESS, &variables, repo.as_str());
        match answer.await {
            Ok(data) => {
                let seen = data.repository.as_ref();
                Ok(seen.map(|data| RepositoryAccess::new(data, self.host.config())))
            }
            Err(error) if error.is_no_access() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
