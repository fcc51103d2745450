//! A branch that is made before it gets a commit. GitHub signs only what it commits itself, by `createCommitOnBranch`, and
//! that makes no branch: where rules demand signatures a new branch begins at a commit that another one has.

use http::Method;
use serde::Deserialize;
use serde_json::json;
use shared::git::ObjectId;
use shared::names::{BranchName, RepoName};
use shared::quote::url;

use crate::github::client::Repeat;
use crate::github::{Github, GithubError};
use crate::host::Host;

const WHERE: &str = "query Where($owner: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $name) {
    id databaseId
    ref(qualifiedName: $ref) { target { oid } }
  }
}
";

/// With the commit that the branch must still be at: whoever moved it in the meantime keeps it.
const TAKE_BACK: &str = "mutation TakeBack($input: UpdateRefsInput!) {
  updateRefs(input: $input) { clientMutationId }
}
";

/// What a branch that goes away points to.
const NOTHING: &str = "0000000000000000000000000000000000000000";

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "ref")]
    name: String,
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    sha: ObjectId,
}

#[derive(Deserialize)]
struct Data {
    repository: Option<RepositoryData>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RepositoryData {
    id: String,
    database_id: u64,
    #[serde(rename = "ref")]
    branch: Option<Branch>,
}

#[derive(Deserialize)]
struct Branch {
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    oid: ObjectId,
}

impl<H: Host> Github<'_, H> {
    /// Makes a branch at a commit that another branch has: one request.
    pub(crate) async fn make_branch(
        &self,
        repo: &RepoName,
        branch: &BranchName,
        at: ObjectId,
    ) -> Result<(), GithubError> {
        let path = format!("/repos/{repo}/git/refs");
        let body = json!({ "ref": branch.full_ref(), "sha": at });
        self.point(repo, branch, (Method::POST, &path), (at, body))
            .await
    }

    /// Moves a branch forward to a commit of another branch that contains it: one request.
    pub(crate) async fn advance_branch(
        &self,
        repo: &RepoName,
        branch: &BranchName,
        to: ObjectId,
    ) -> Result<(), GithubError> {
        let path = format!(
            "/repos/{repo}/git/refs/heads/{}",
            url::path(branch.as_str())
        );
        let body = json!({ "sha": to, "force": false });
        self.point(repo, branch, (Method::PATCH, &path), (to, body))
            .await
    }

    async fn point(
        &self,
        repo: &RepoName,
        branch: &BranchName,
        request: (Method, &str),
        (at, body): (ObjectId, serde_json::Value),
    ) -> Result<(), GithubError> {
        let name = branch.full_ref();
        let is_there = |reference: &Reference| reference.name == name && reference.object.sha == at;
        self.write(request, &body, repo.as_str(), Repeat::Never, is_there)
            .await?;
        Ok(())
    }

    /// Takes a branch back that was made for a write which did not happen, in the repository of this number, if it is still
    /// where it was made: two requests. Nothing depends on it, since a branch that stays is written to by the next attempt.
    pub(crate) async fn take_branch_back(
        &self,
        (repo, number): (&RepoName, u64),
        branch: &BranchName,
        at: ObjectId,
    ) {
        let name = branch.full_ref();
        let variables = json!({ "owner": repo.owner(), "name": repo.name(), "ref": name });
        let found: Result<Data, _> = self.graphql(WHERE, &variables, repo.as_str()).await;
        let repository = found.ok().and_then(|data| data.repository);
        let Some(repository) = repository.filter(|found| found.database_id == number) else {
            return;
        };
        let target = repository.branch.and_then(|branch| branch.target);
        if target.is_none_or(|target| target.oid != at) {
            return;
        }
        let update = json!({ "name": name, "beforeOid": at, "afterOid": NOTHING });
        let variables =
            json!({ "input": { "repositoryId": repository.id, "refUpdates": [update] } });
        let _: Result<serde::de::IgnoredAny, _> =
            self.mutate(TAKE_BACK, &variables, repo.as_str()).await;
    }
}
