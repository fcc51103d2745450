//! The first commit of an empty repository: git data answers 409 there, so one file goes through the contents API and
//! makes the branch. The rest follows on top of it, in a second commit.

use data_encoding::BASE64;
use http::Method;
use serde::Deserialize;
use serde_json::json;
use shared::change_set::ChangeSet;
use shared::git::{ObjectId, blob_id};
use shared::names::{BranchName, RepoName};
use shared::quote::url;

use super::{CommitFailure, SeenCommit};
use crate::github::client::Repeat;
use crate::github::{Github, GithubError, find_commit};
use crate::host::Host;

#[derive(Deserialize)]
struct Answer {
    content: Content,
    commit: Commit,
}

#[derive(Deserialize)]
struct Content {
    path: String,
    sha: ObjectId,
}

#[derive(Deserialize)]
struct Commit {
    sha: ObjectId,
    message: String,
    html_url: String,
    tree: Tree,
}

#[derive(Deserialize)]
struct Tree {
    sha: ObjectId,
}

impl<H: Host> Github<'_, H> {
    /// Writes the one file of `changes` as the first commit: one request. GitHub refuses it where the file is there.
    pub(crate) async fn first_commit(
        &self,
        repo: &RepoName,
        branch: &BranchName,
        operation: &str,
        changes: &ChangeSet,
    ) -> Result<SeenCommit, CommitFailure> {
        let Some((path, content)) = changes.writes().next() else {
            let nothing = GithubError::Refused("there is nothing to write".to_owned());
            return Err(CommitFailure::before_moving_branch(nothing));
        };
        let trailer = find_commit::first_trailer(operation);
        let body = json!({
            "message": format!("Begin GitOps directory\n\n{trailer}"),
            "content": BASE64.encode(content),
            "branch": branch,
        });
        let file = blob_id(content);
        let is_it = |answer: &Answer| {
            (answer.content.path.as_str(), answer.content.sha) == (path, file)
                && find_commit::has_line(&answer.commit.message, &trailer)
        };
        let address = format!("/repos/{repo}/contents/{}", url::path(path));
        let request = (Method::PUT, address.as_str());
        let answer = self
            .write(request, &body, repo.as_str(), Repeat::Never, is_it)
            .await
            .map_err(CommitFailure::while_moving_branch)?;
        Ok(SeenCommit {
            id: answer.commit.sha,
            root: answer.commit.tree.sha,
            url: answer.commit.html_url,
        })
    }
}
