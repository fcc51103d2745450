//! Git data: trees in chunks, each on top of the one before, then one commit, and the branch moved last, never by force.
//!
//! Nothing is visible before the last step, so the steps before it may be repeated, and the root tree is compared before
//! the branch moves. `force: false` does not compare the head: a branch that went back to an ancestor in the meantime moves
//! forward anyway.

use data_encoding::BASE64;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::change_set::FileChange;
use shared::git::{EntryKind, Mode, ObjectId, blob_id};
use shared::quote::url;

use super::{CommitFailure, NewCommit, SeenCommit, Start};
use crate::github::client::Repeat;
use crate::github::{Github, GithubError};
use crate::host::Host;

/// How many entries one request carries; GitHub was seen to give up at about 200 files.
const CHUNK: usize = 100;
/// How many bytes of content one request carries.
const CHUNK_BYTES: usize = 1_000_000;

#[derive(Deserialize)]
struct Made {
    sha: ObjectId,
}

#[derive(Deserialize)]
struct MadeCommit {
    sha: ObjectId,
    tree: Made,
    parents: Vec<Made>,
    message: String,
    html_url: String,
}

/// Where a branch is.
#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "ref")]
    name: String,
    object: Made,
}

impl<H: Host> Github<'_, H> {
    pub(super) async fn commit_by_git_data(
        &self,
        commit: &NewCommit<'_>,
    ) -> Result<SeenCommit, CommitFailure> {
        let made = self
            .create_unreferenced_commit(commit)
            .await
            .map_err(CommitFailure::before_moving_branch)?;
        let (id, branch) = (made.sha, commit.branch.as_str());
        let name = commit.branch.full_ref();
        let (method, path, body) = match commit.start {
            Start::NewBranch(_) => (
                Method::POST,
                "git/refs".to_owned(),
                json!({ "ref": name, "sha": id }),
            ),
            Start::Head(_) | Start::Over { .. } => (
                Method::PATCH,
                format!("git/refs/heads/{}", url::path(branch)),
                json!({ "sha": id, "force": false }),
            ),
        };
        let is_there = |reference: &Reference| reference.name == name && reference.object.sha == id;
        self.write_to_repository(commit, (method, &path), &body, Repeat::Never, is_there)
            .await
            .map_err(CommitFailure::while_moving_branch)?;
        Ok(SeenCommit {
            id,
            root: made.tree.sha,
            url: made.html_url,
        })
    }

    /// Makes a commit with the expected root tree that no branch has yet.
    async fn create_unreferenced_commit(
        &self,
        commit: &NewCommit<'_>,
    ) -> Result<MadeCommit, GithubError> {
        let base = commit.start.base();
        let mut tree = base.tree;
        for chunk in chunks(commit) {
            let mut entries = Vec::new();
            for (path, change) in chunk {
                entries.push(self.entry(commit, path, change).await?);
            }
            let body = json!({ "base_tree": tree, "tree": entries });
            // Which tree it has to be is known of the last one, and compared below.
            let request = (Method::POST, "git/trees");
            let made: Made = self
                .write_to_repository(commit, request, &body, Repeat::Freely, |_| true)
                .await?;
            tree = made.sha;
        }
        let unexpected = |actual: ObjectId| GithubError::TreeRefused {
            expected: commit.root.to_string(),
            actual: actual.to_string(),
        };
        if tree != commit.root {
            return Err(unexpected(tree));
        }
        let mut parents = vec![base.commit];
        if let Start::Over { tip, .. } = commit.start {
            parents.push(tip);
        }
        let mut body = json!({
            "message": format!("{}\n\n{}", commit.message.headline, commit.message.body()),
            "tree": tree,
            "parents": parents,
        });
        if let Some(author) = commit.author {
            body["author"] = json!(author);
        }
        // Its id cannot be foretold, since GitHub chooses the time and signs; all that was asked for can be compared.
        let is_it = |made: &MadeCommit| {
            made.parents
                .iter()
                .map(|parent| parent.sha)
                .eq(parents.iter().copied())
                && commit.message.is_in(&made.message)
        };
        let request = (Method::POST, "git/commits");
        let made = self
            .write_to_repository(commit, request, &body, Repeat::Freely, is_it)
            .await?;
        if made.tree.sha != commit.root {
            return Err(unexpected(made.tree.sha));
        }
        Ok(made)
    }

    /// A tree entry. JSON carries text; other content becomes a blob first.
    async fn entry(
        &self,
        commit: &NewCommit<'_>,
        path: &str,
        change: &FileChange,
    ) -> Result<Value, GithubError> {
        let mode = |mode: &Mode| format!("{:06o}", mode.bits());
        Ok(match change {
            FileChange::Write {
                content,
                mode: bits,
            } => match std::str::from_utf8(content) {
                Ok(text) => {
                    json!({ "path": path, "mode": mode(bits), "type": "blob", "content": text })
                }
                Err(_) => {
                    let body = json!({ "content": BASE64.encode(content), "encoding": "base64" });
                    let id = blob_id(content);
                    let request = (Method::POST, "git/blobs");
                    let blob = self
                        .write_to_repository(
                            commit,
                            request,
                            &body,
                            Repeat::Freely,
                            |made: &Made| made.sha == id,
                        )
                        .await?;
                    json!({ "path": path, "mode": mode(bits), "type": "blob", "sha": blob.sha })
                }
            },
            FileChange::Place { id, mode: bits } => {
                let kind = match bits.kind() {
                    EntryKind::Directory => "tree",
                    EntryKind::Submodule => "commit",
                    EntryKind::File | EntryKind::Executable | EntryKind::Symlink => "blob",
                };
                json!({ "path": path, "mode": mode(bits), "type": kind, "sha": id })
            }
            FileChange::Delete => {
                json!({ "path": path, "mode": "100644", "type": "blob", "sha": null })
            }
        })
    }

    async fn write_to_repository<T: serde::de::DeserializeOwned>(
        &self,
        commit: &NewCommit<'_>,
        (method, path): (Method, &str),
        body: &Value,
        repeat: Repeat,
        is_about: impl Fn(&T) -> bool,
    ) -> Result<T, GithubError> {
        let path = format!("/repos/{}/{path}", commit.repo);
        let (request, repo) = ((method, path.as_str()), commit.repo.as_str());
        self.write(request, body, repo, repeat, is_about).await
    }
}

/// The changes in portions that one request can carry: deletions first, so that a directory may give way to a file and
/// a file to a directory.
fn chunks<'a>(commit: &NewCommit<'a>) -> Vec<Vec<(&'a str, &'a FileChange)>> {
    let mut chunks = Vec::new();
    for deletes in [true, false] {
        let changes = commit
            .changes
            .iter()
            .filter(|(_, change)| (**change == FileChange::Delete) == deletes);
        let (mut chunk, mut bytes) = (Vec::new(), 0);
        for (path, change) in changes {
            let size = match change {
                FileChange::Write { content, .. } => content.len(),
                FileChange::Place { .. } | FileChange::Delete => 0,
            };
            if chunk.len() == CHUNK || (!chunk.is_empty() && bytes + size > CHUNK_BYTES) {
                chunks.push(std::mem::take(&mut chunk));
                bytes = 0;
            }
            bytes += size;
            chunk.push((path, change));
        }
        if !chunk.is_empty() {
            chunks.push(chunk);
        }
    }
    chunks
}
