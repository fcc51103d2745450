//! `createCommitOnBranch`: one request that writes only if the branch still has the expected head.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::git::ObjectId;

use super::{CommitData, CommitFailure, NewCommit, SeenCommit};
use crate::github::Github;
use crate::host::Host;

const COMMIT: &str = "mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) {
    commit { oid url message tree { oid } parents(first: 2) { nodes { oid } } }
    ref { name prefix }
  }
}
";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    create_commit_on_branch: Option<Payload>,
}

#[derive(Deserialize)]
struct Payload {
    commit: Option<Made>,
    #[serde(rename = "ref")]
    branch: Option<Named>,
}

#[derive(Deserialize)]
struct Made {
    #[serde(flatten)]
    commit: CommitData,
    message: String,
    parents: Parents,
}

#[derive(Deserialize)]
struct Parents {
    nodes: Vec<Option<Parent>>,
}

#[derive(Deserialize)]
struct Parent {
    oid: ObjectId,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    prefix: String,
}

impl<H: Host> Github<'_, H> {
    pub(super) async fn create_commit_on_branch(
        &self,
        commit: &NewCommit<'_>,
        parent: ObjectId,
    ) -> Result<SeenCommit, CommitFailure> {
        let variables = json!({ "input": input(commit, parent) });
        let data: Data = self
            .mutate(COMMIT, &variables, commit.repo.as_str())
            .await
            .map_err(CommitFailure::while_moving_branch)?;
        let payload = data.create_commit_on_branch;
        let made = payload.and_then(|payload| proved(payload, commit, parent));
        let missing = || self.not_understood("no such commit in the answer");
        made.ok_or_else(|| CommitFailure::while_moving_branch(missing()))
    }
}

/// The commit, if it is the one that was asked for, on the branch that was asked for.
fn proved(payload: Payload, asked: &NewCommit, parent: ObjectId) -> Option<SeenCommit> {
    let branch = payload.branch?;
    let made = payload.commit?;
    let mut parents = made.parents.nodes.iter().flatten();
    let is_it = format!("{}{}", branch.prefix, branch.name) == asked.branch.full_ref()
        && parents.next().is_some_and(|first| first.oid == parent)
        && parents.next().is_none()
        && asked.message.is_in(&made.message);
    is_it.then(|| made.commit.into())
}

fn input(commit: &NewCommit, parent: ObjectId) -> Value {
    let addition = |(path, content): (&str, &[u8])| json!({ "path": path, "contents": BASE64.encode(content) });
    let deletion = |path: &str| json!({ "path": path });
    json!({
        "branch": { "repositoryNameWithOwner": commit.repo, "branchName": commit.branch },
        "message": { "headline": commit.message.headline, "body": commit.message.body() },
        "fileChanges": {
            "additions": commit.changes.writes().map(addition).collect::<Vec<_>>(),
            "deletions": commit.changes.deletions().map(deletion).collect::<Vec<_>>(),
        },
        "expectedHeadOid": parent,
    })
}
