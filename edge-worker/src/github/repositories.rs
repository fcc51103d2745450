//! Which repositories a person has a role in.

use serde::Deserialize;
use serde_json::{Value, json};
use shared::names::RepoName;

use super::repository::can_push;
use super::{Github, GithubError};
use crate::host::Host;

/// A repository in which the person has a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MemberRepository {
    pub node_id: String,
    pub number: Option<u64>,
    pub name: RepoName,
    pub is_private: bool,
    pub is_archived: bool,
    /// The default branch; none if there is no commit.
    pub default_branch: Option<String>,
    pub can_push: bool,
}

const REPOSITORIES: &str = "query Repositories($after: String) { viewer { repositories(first: 100, after: $after, affiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER], ownerAffiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER]) { nodes { id databaseId nameWithOwner isPrivate isArchived viewerPermission defaultBranchRef { name } } pageInfo { hasNextPage endCursor } } } }";

/// Nobody chooses among more; reading them takes 30 requests.
const MOST: usize = 3_000;

#[derive(Deserialize)]
struct Data {
    viewer: Viewer,
}

#[derive(Deserialize)]
struct Viewer {
    repositories: Connection,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    nodes: Option<Vec<Option<Node>>>,
    page_info: PageInfo,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    id: String,
    database_id: Option<u64>,
    name_with_owner: String,
    is_private: bool,
    is_archived: bool,
    viewer_permission: Option<String>,
    default_branch_ref: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl<H: Host> Github<'_, H> {
    /// Every repository in which the person has a role, and why others are left out: one request for each hundred of them.
    pub(crate) async fn repositories(
        &self,
    ) -> Result<(Vec<MemberRepository>, Vec<GithubError>), GithubError> {
        let (mut found, mut left_out) = (Vec::new(), Vec::new());
        // An organisation may refuse its own; the list is still everybody else's.
        let of_list = |path: &[Value]| path.iter().any(|part| part == "repositories");
        let mut after = None;
        while found.len() < MOST {
            let variables = json!({ "after": after });
            let answer = self.graphql_in_part(REPOSITORIES, &variables, "", of_list);
            let (data, refused): (Data, _) = answer.await?;
            let Connection { nodes, page_info } = data.viewer.repositories;
            let nodes = nodes.into_iter().flatten().flatten();
            let shows_public = self.host.config().shows_public();
            found.extend(nodes.filter_map(|node| member_repository(node, shows_public)));
            left_out.extend(refused);
            match (page_info.has_next_page, page_info.end_cursor) {
                (true, Some(cursor)) => after = Some(cursor),
                _ => break,
            }
        }
        Ok((found, left_out))
    }
}

/// A repository whose name Hedgerow does not take cannot be chosen either.
fn member_repository(node: Node, shows_public: bool) -> Option<MemberRepository> {
    Some(MemberRepository {
        name: RepoName::parse(&node.name_with_owner).ok()?,
        can_push: can_push(node.viewer_permission.as_deref()),
        node_id: node.id,
        number: node.database_id,
        is_private: node.is_private || !shows_public,
        is_archived: node.is_archived,
        default_branch: node.default_branch_ref.map(|branch| branch.name),
    })
}
