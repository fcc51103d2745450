//! Who a token belongs to, and what that person may see.

use serde::Deserialize;
use serde_json::json;
use shared::api::User;
use shared::names::RepoName;

use super::{Github, GithubError};
use crate::host::Host;

const VIEWER: &str = "query Viewer { viewer { databaseId login name } }";
const VISIBLE: &str = "query Visible($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { id } }";

#[derive(Deserialize)]
struct ViewerData {
    viewer: Viewer,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Viewer {
    database_id: Option<u64>,
    login: String,
    name: Option<String>,
}

#[derive(Deserialize)]
struct VisibleData {
    repository: Option<serde::de::IgnoredAny>,
}

impl<H: Host> Github<'_, H> {
    /// The person whose token this is: one request.
    pub(crate) async fn viewer(&self) -> Result<User, GithubError> {
        let data: ViewerData = self.graphql(VIEWER, &json!({}), "").await?;
        let Viewer {
            database_id,
            login,
            name,
        } = data.viewer;
        let id = database_id
            .ok_or_else(|| GithubError::NotUnderstood("a user without a number".to_owned()))?;
        Ok(User { id, login, name })
    }

    /// Whether the person can read a repository: one request.
    pub(crate) async fn can_read(&self, repo: &RepoName) -> Result<bool, GithubError> {
        let variables = json!({ "owner": repo.owner(), "name": repo.name() });
        match self
            .graphql::<VisibleData>(VISIBLE, &variables, repo.as_str())
            .await
        {
            Ok(data) => Ok(data.repository.is_some()),
            Err(GithubError::NoRepository(_) | GithubError::Forbidden(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
