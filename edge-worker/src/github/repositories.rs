//! Which repositories a person has a role in.

use serde::Deserialize;
use serde_json::json;
use shared::api::{Permission, RepositoryChoice};
use shared::names::RepoName;

use super::{Github, GithubError};
use crate::host::Host;
use crate::objects::session::ListedRepository;

const REPOSITORIES: &str = "query Repositories($after: String) { viewer { repositories(first: 100, after: $after, affiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER], ownerAffiliations: [OWNER, COLLABORATOR, ORGANIZATION_MEMBER]) { nodes { id databaseId nameWithOwner isPrivate isArchived viewerPermission defaultBranchRef { name } } pageInfo { hasNextPage endCursor } } } }";

/// Nobody chooses among more; 30 requests are what they take.
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
    nodes: Vec<Option<Node>>,
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
    /// Every repository in which the person has a role: one request for each hundred of them.
    pub(crate) async fn repositories(&self) -> Result<Vec<ListedRepository>, GithubError> {
        let mut found = Vec::new();
        let mut after = None;
        while found.len() < MOST {
            let variables = json!({ "after": after });
            let data: Data = self.graphql(REPOSITORIES, &variables, "").await?;
            let Connection { nodes, page_info } = data.viewer.repositories;
            found.extend(nodes.into_iter().flatten().filter_map(choice));
            match (page_info.has_next_page, page_info.end_cursor) {
                (true, Some(cursor)) => after = Some(cursor),
                _ => break,
            }
        }
        Ok(found)
    }
}

/// A repository whose name Hedgerow does not take cannot be chosen either.
fn choice(node: Node) -> Option<ListedRepository> {
    let may_push = matches!(
        node.viewer_permission.as_deref(),
        Some("ADMIN" | "MAINTAIN" | "WRITE")
    );
    let choice = RepositoryChoice {
        id: node.id,
        name: RepoName::parse(&node.name_with_owner).ok()?,
        private: node.is_private,
        archived: node.is_archived,
        default_branch: node.default_branch_ref.map(|branch| branch.name),
        permission: if may_push {
            Permission::Write
        } else {
            Permission::Read
        },
    };
    Some(ListedRepository {
        choice,
        number: node.database_id,
    })
}
