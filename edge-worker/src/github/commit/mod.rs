//! One commit, or none, whichever way GitHub has to be asked for it.

mod branch;
mod create_commit_on_branch;
mod first_commit;
mod git_data;

use serde::{Deserialize, Serialize};
use shared::change_set::{Carrier, ChangeSet};
use shared::git::ObjectId;
use shared::names::{BranchName, RepoName};
use shared::snapshot::Head;

use super::lacking::Newer;
use super::{Github, GithubError, find_commit};
use crate::host::Host;

pub(crate) struct NewCommit<'a> {
    /// The repository, as GitHub spells it now.
    pub repo: &'a RepoName,
    pub branch: &'a BranchName,
    pub start: Start,
    pub message: &'a CommitMessage,
    pub changes: &'a ChangeSet,
    /// The most files that `createCommitOnBranch` is asked for.
    pub most_files: usize,
    /// The root tree that it must lead to.
    pub root: ObjectId,
    /// Whom the commit names as its author. Without one GitHub names the person whose token it is, and signs what an
    /// App commits.
    pub author: Option<Author<'a>>,
}

/// What a commit says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommitMessage {
    /// The first line.
    pub headline: String,
    /// What it is made of, a line each, where it carries more than one operation.
    pub lines: Vec<String>,
    /// Who it is of, besides its author: names with addresses.
    pub co_authors: Vec<String>,
    /// The operations, a trailer each.
    pub operations: Vec<String>,
}

impl CommitMessage {
    /// The message of one operation.
    pub(crate) fn of(headline: &str, operation: &str) -> Self {
        Self {
            headline: headline.to_owned(),
            lines: Vec::new(),
            co_authors: Vec::new(),
            operations: vec![operation.to_owned()],
        }
    }

    /// What follows the first line and an empty one.
    fn body(&self) -> String {
        let co_authors = self.co_authors.iter();
        let co_authors = co_authors.map(|author| format!("Co-authored-by: {author}"));
        let operations = self.operations.iter();
        let operations = operations.map(|operation| find_commit::trailer(operation));
        let trailers: Vec<String> = co_authors.chain(operations).collect();
        let trailers = trailers.join("\n");
        match self.lines.is_empty() {
            true => trailers,
            false => format!("{}\n\n{trailers}", self.lines.join("\n")),
        }
    }

    /// Tells whether a commit with this message is of all its operations.
    fn is_in(&self, message: &str) -> bool {
        let mut operations = self.operations.iter();
        operations.all(|operation| find_commit::has_line(message, &find_commit::trailer(operation)))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Author<'a> {
    pub name: &'a str,
    pub email: &'a str,
}

impl NewCommit<'_> {
    /// The interface that can carry it. `createCommitOnBranch` makes no branch, has one parent, and names no author but
    /// the person.
    fn carrier(&self) -> Carrier {
        match (self.start, self.author) {
            (Start::Head(_), None) => self.changes.carrier_within(self.most_files),
            _ => Carrier::GitData,
        }
    }
}

/// What a commit is built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// The head that the branch must still have.
    Head(Head),
    /// This commit of another branch; the commit's own branch does not exist and is made last.
    NewBranch(Head),
    /// This commit of another branch, and the commit's own branch, whose content is left behind: both are parents, so
    /// that the branch moves forward and nothing is forced.
    Over {
        /// What the content follows.
        base: Head,
        /// Where the commit's own branch is.
        tip: ObjectId,
    },
}

impl Start {
    /// The commit whose tree is changed.
    pub(crate) fn base(&self) -> Head {
        match self {
            Self::Head(head) | Self::NewBranch(head) | Self::Over { base: head, .. } => *head,
        }
    }
}

/// A commit that was seen on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeenCommit {
    pub id: ObjectId,
    pub root: ObjectId,
    /// Where to see it.
    pub url: String,
}

/// Why there is no commit, as far as is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommitFailure {
    pub error: GithubError,
    /// Whether the branch may still have the commit.
    pub may_have_happened: bool,
    /// Whether the request that moves the branch was sent.
    pub was_sent: bool,
}

impl CommitFailure {
    /// The step that moves the branch failed.
    fn while_moving_branch(error: GithubError) -> Self {
        Self {
            may_have_happened: error.leaves_write_unknown(),
            was_sent: true,
            error,
        }
    }

    /// A step before that one failed, so the branch is as it was.
    fn before_moving_branch(error: GithubError) -> Self {
        Self {
            error,
            may_have_happened: false,
            was_sent: false,
        }
    }
}

/// A commit in GraphQL.
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
    /// Makes a commit: one request where GraphQL can carry it, else trees, a commit and the branch.
    pub(crate) async fn commit(&self, commit: &NewCommit<'_>) -> Result<SeenCommit, CommitFailure> {
        match commit.carrier() {
            Carrier::CreateCommitOnBranch if !self.lacks(Newer::CommitOnBranch) => {
                let head = commit.start.base().commit;
                match self.create_commit_on_branch(commit, head).await {
                    // A server that does not have the mutation did not carry it out.
                    Err(failed) if self.learns_to_lack(Newer::CommitOnBranch, &failed.error) => {
                        self.commit_by_git_data(commit).await
                    }
                    answered => answered,
                }
            }
            _ => self.commit_by_git_data(commit).await,
        }
    }
}
