//! Who a token belongs to.

use serde::Deserialize;
use serde_json::json;
use shared::api::User;

use super::{Github, GithubError};
use crate::host::Host;

const VIEWER: &str = "query Viewer { viewer { databaseId login name } }";

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
}
