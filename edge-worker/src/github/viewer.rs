//! Who a token belongs to, and how far it sees.

use serde::Deserialize;
use serde_json::{Value, json};

use super::client::not_understood;
use super::{Github, GithubError};
use crate::host::Host;

/// The person whose token it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Viewer {
    /// GitHub's number, which survives renaming.
    pub number: u64,
    pub login: String,
    /// The name that the person shows, if any.
    pub name: Option<String>,
}

const VIEWER: &str = "query Viewer { viewer { databaseId login name } }";
const REACH: &str = "query Reach { viewer { databaseId login name repositories(first: 1, affiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER], ownerAffiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER]) { totalCount } } }";

#[derive(Deserialize)]
struct ViewerData {
    viewer: UserData,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserData {
    database_id: Option<u64>,
    login: String,
    name: Option<String>,
    repositories: Option<Counted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Counted {
    total_count: u64,
}

impl<H: Host> Github<'_, H> {
    /// The person whose token this is: one request.
    pub(crate) async fn viewer(&self) -> Result<Viewer, GithubError> {
        let data: ViewerData = self.graphql(VIEWER, &json!({}), "").await?;
        viewer(self.host, data.viewer)
    }

    /// The person whose token this is, and how many repositories the token sees of those in which that person has a
    /// role: one request.
    pub(crate) async fn viewer_and_reach(&self) -> Result<(Viewer, u64), GithubError> {
        // What an organisation keeps to itself is not seen.
        let of_list = |path: &[Value]| path.iter().any(|part| part == "repositories");
        let none = json!({});
        let answer = self.graphql_in_part(REACH, &none, "", of_list);
        let (data, _): (ViewerData, _) = answer.await?;
        let seen = data.viewer.repositories.as_ref();
        let seen = seen
            .map(|counted| counted.total_count)
            .ok_or_else(|| self.not_understood("a user without repositories"))?;
        Ok((viewer(self.host, data.viewer)?, seen))
    }
}

fn viewer(host: &impl Host, viewer: UserData) -> Result<Viewer, GithubError> {
    let number = viewer
        .database_id
        .ok_or_else(|| not_understood(host, "a user without a number"))?;
    Ok(Viewer {
        number,
        login: viewer.login,
        name: viewer.name,
    })
}
