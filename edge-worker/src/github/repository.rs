//! A repository as GitHub names it, and what the person may do there.

use serde::{Deserialize, Serialize};
use shared::names::RepoName;

use crate::config::Config;
use crate::repository_id::RepositoryId;

/// A repository that the person can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Repository {
    pub id: RepositoryId,
    /// In GitHub's spelling; of a repository that was renamed, the new name.
    pub name: RepoName,
    /// Where to see it.
    pub url: String,
    /// Whether only some may see it.
    pub is_private: bool,
    /// Whether it is read-only for everybody.
    pub is_archived: bool,
    /// Whether it has no commit.
    pub is_empty: bool,
    /// The default branch, which may have a name that Hedgerow does not take; none if there is no commit.
    pub default_branch: Option<String>,
    /// Whether the person may push to it.
    pub can_push: bool,
}

/// What every GraphQL query asks of a repository.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RepositoryData {
    id: String,
    database_id: u64,
    is_private: bool,
    pub is_archived: bool,
    viewer_permission: Option<String>,
}

/// What REST says of a repository.
#[derive(Deserialize)]
pub(super) struct RestRepositoryData {
    id: u64,
    node_id: String,
    private: bool,
    /// Older servers do not say it.
    visibility: Option<String>,
}

impl RepositoryData {
    pub(super) fn id(&self) -> RepositoryId {
        repository_id(self.database_id, &self.id)
    }

    /// Whether only some may see it: `isPrivate` is said of internal ones as well.
    pub(super) fn is_private(&self, config: &Config) -> bool {
        self.is_private || !config.shows_public()
    }

    pub(super) fn can_push(&self) -> bool {
        can_push(self.viewer_permission.as_deref())
    }

    pub(super) fn can_administer(&self) -> bool {
        self.viewer_permission.as_deref() == Some("ADMIN")
    }
}

impl RestRepositoryData {
    pub(super) fn id(&self) -> RepositoryId {
        repository_id(self.id, &self.node_id)
    }

    /// Whether only some may see it.
    pub(super) fn is_private(&self, config: &Config) -> bool {
        let is_public = matches!(self.visibility.as_deref(), None | Some("public"));
        self.private || !is_public || !config.shows_public()
    }
}

fn repository_id(number: u64, node_id: &str) -> RepositoryId {
    RepositoryId {
        number,
        node_id: node_id.to_owned(),
    }
}

/// Whether GraphQL's `viewerPermission` is one that may push.
pub(super) fn can_push(viewer_permission: Option<&str>) -> bool {
    matches!(viewer_permission, Some("ADMIN" | "MAINTAIN" | "WRITE"))
}
