//! What a person may do in a repository, and who may see it: one request.

use serde::Deserialize;
use serde_json::json;
use shared::api::Permission;
use shared::names::RepoName;

use super::{Github, GithubError};
use crate::host::Host;
use crate::repository_id::RepositoryId;

const REPOSITORY_ACCESS: &str = "query Standing($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id databaseId isPrivate isArchived viewerPermission } }";

/// A person's standing in a repository that they can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RepositoryAccess {
    /// The repository.
    pub repository: RepositoryId,
    /// Whether only some may see it.
    pub private: bool,
    /// Whether it is read-only for everybody.
    pub archived: bool,
    /// What the person may do.
    pub permission: Permission,
}

#[derive(Deserialize)]
struct Data {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Repository {
    id: String,
    database_id: u64,
    is_private: bool,
    is_archived: bool,
    viewer_permission: Option<String>,
}

impl<H: Host> Github<'_, H> {
    /// The person's standing in a repository; none where they cannot see it.
    pub(crate) async fn repository_access(
        &self,
        repo: &RepoName,
    ) -> Result<Option<RepositoryAccess>, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name() });
        let answer = self.graphql::<Data>(REPOSITORY_ACCESS, &variables, repo.as_str());
        match answer.await {
            Ok(data) => Ok(data.repository.map(access)),
            Err(error) if error.is_no_access() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn access(repository: Repository) -> RepositoryAccess {
    let may_push = matches!(
        repository.viewer_permission.as_deref(),
        Some("ADMIN" | "MAINTAIN" | "WRITE")
    );
    RepositoryAccess {
        repository: RepositoryId {
            number: repository.database_id,
            node_id: repository.id,
        },
        private: repository.is_private,
        archived: repository.is_archived,
        permission: if may_push {
            Permission::Write
        } else {
            Permission::Read
        },
    }
}
