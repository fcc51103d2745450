//! `createCommitOnBranch`: one request that writes only if the branch still has the expected head.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::git::ObjectId;

use super::{CommitData, CommitFailure, NewCommit, SeenCommit};
use crate::github::{Github, GithubError, find_commit};
use crate::host::Host;

const COMMIT: &str = "mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid url tree { oid } } }
}
";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    create_commit_on_branch: Option<Payload>,
}

#[derive(Deserialize)]
struct Payload {
    commit: Option<CommitData>,
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
        let made = data
            .create_commit_on_branch
            .and_then(|payload| payload.commit);
        let missing = || GithubError::NotUnderstood("no commit in the answer".to_owned());
        made.map(SeenCommit::from)
            .ok_or_else(|| CommitFailure::while_moving_branch(missing()))
    }
}

fn input(commit: &NewCommit, parent: ObjectId) -> Value {
    let addition = |(path, content): (&str, &[u8])| json!({ "path": path, "contents": BASE64.encode(content) });
    let deletion = |path: &str| json!({ "path": path });
    json!({
        "branch": { "repositoryNameWithOwner": commit.repo, "branchName": commit.branch },
        "message": { "headline": commit.headline, "body": find_commit::trailer(commit.operation) },
        "fileChanges": {
            "additions": commit.changes.writes().map(addition).collect::<Vec<_>>(),
            "deletions": commit.changes.deletions().map(deletion).collect::<Vec<_>>(),
        },
        "expectedHeadOid": parent,
    })
}
