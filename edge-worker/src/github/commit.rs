//! One commit, or none: `createCommitOnBranch` writes only if the branch still has the expected head.

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::change_set::ChangeSet;
use shared::git::ObjectId;
use shared::names::{BranchName, RepoName};

use super::{Github, GithubError};
use crate::host::Host;

const COMMIT: &str = "mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid url tree { oid } } }
}
";

/// A commit to be made.
pub(crate) struct NewCommit<'a> {
    /// The repository, as GitHub spells it now.
    pub repo: &'a RepoName,
    /// The branch.
    pub branch: &'a BranchName,
    /// The head that it must still have.
    pub parent: ObjectId,
    /// The first line of the message.
    pub headline: &'a str,
    /// The operation, for the message's trailer.
    pub operation: &'a str,
    /// What it does to the files.
    pub changes: &'a ChangeSet,
}

/// A commit that was seen on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeenCommit {
    /// Its id.
    pub id: ObjectId,
    /// The id of its root tree.
    pub root: ObjectId,
    /// Where to see it.
    pub url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    create_commit_on_branch: Option<Payload>,
}

#[derive(Deserialize)]
struct Payload {
    commit: Option<CommitData>,
}

#[derive(Deserialize)]
pub(super) struct CommitData {
    oid: ObjectId,
    url: String,
    tree: TreeData,
}

#[derive(Deserialize)]
struct TreeData {
    oid: ObjectId,
}

impl CommitData {
    /// The commit's id.
    pub(super) fn oid(&self) -> ObjectId {
        self.oid
    }
}

impl From<CommitData> for SeenCommit {
    fn from(commit: CommitData) -> Self {
        Self {
            id: commit.oid,
            root: commit.tree.oid,
            url: commit.url,
        }
    }
}

impl<H: Host> Github<'_, H> {
    /// Makes a commit: one request.
    pub(crate) async fn commit(&self, commit: &NewCommit<'_>) -> Result<SeenCommit, GithubError> {
        let data: Data = self
            .graphql(
                COMMIT,
                &json!({ "input": input(commit) }),
                commit.repo.as_str(),
            )
            .await?;
        let made = data
            .create_commit_on_branch
            .and_then(|payload| payload.commit);
        made.map(SeenCommit::from)
            .ok_or_else(|| GithubError::NotUnderstood("no commit in the answer".to_owned()))
    }
}

fn input(commit: &NewCommit) -> Value {
    let addition = |(path, content): (&str, &[u8])| json!({ "path": path, "contents": BASE64.encode(content) });
    let deletion = |path: &str| json!({ "path": path });
    json!({
        "branch": { "repositoryNameWithOwner": commit.repo, "branchName": commit.branch },
        "message": { "headline": commit.headline, "body": super::history::trailer(commit.operation) },
        "fileChanges": {
            "additions": commit.changes.writes().map(addition).collect::<Vec<_>>(),
            "deletions": commit.changes.deletions().map(deletion).collect::<Vec<_>>(),
        },
        "expectedHeadOid": commit.parent,
    })
}
