//! The parts of GitHub's REST answers that a check needs.

use serde::Deserialize;

use crate::git::{CommitFacts, ObjectId};
use crate::snapshot::Head;

/// `GET /repos/{owner}/{repo}/branches/{branch}`, as far as it is needed.
#[derive(Clone, Debug, Deserialize)]
pub struct BranchAnswer {
    /// GitHub answers under the new name where a branch was renamed.
    pub name: String,
    commit: Commit,
}

#[derive(Clone, Debug, Deserialize)]
struct Commit {
    sha: ObjectId,
    commit: Inner,
    #[serde(default)]
    html_url: Option<String>,
    #[serde(default)]
    parents: Vec<Sha>,
    /// The account of its author, where there is one.
    #[serde(default)]
    author: Option<Account>,
}

#[derive(Clone, Debug, Deserialize)]
struct Account {
    #[serde(default)]
    login: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Inner {
    tree: Sha,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    author: Option<Signature>,
    #[serde(default)]
    committer: Option<Signature>,
}

#[derive(Clone, Debug, Deserialize)]
struct Sha {
    sha: ObjectId,
}

#[derive(Clone, Debug, Deserialize)]
struct Signature {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    date: Option<String>,
}

/// The body of an error.
#[derive(Deserialize)]
pub(super) struct ErrorAnswer {
    pub(super) message: String,
}

impl BranchAnswer {
    /// The commit that the branch points at.
    pub fn head(&self) -> Head {
        Head {
            commit: self.commit.sha,
            tree: self.commit.commit.tree.sha,
        }
    }

    /// Whose commit that is; none where GitHub did not tell.
    pub fn head_commit(&self) -> Option<CommitFacts> {
        let Inner {
            message,
            author,
            committer,
            ..
        } = &self.commit.commit;
        let short = |text: &str| text.chars().take(200).collect::<String>();
        let name = author.as_ref().and_then(|author| author.name.as_deref());
        let account = self.commit.author.as_ref();
        let login = account.and_then(|account| account.login.as_deref());
        Some(CommitFacts {
            id: self.commit.sha,
            author: CommitFacts::author_of(name, login),
            subject: short(message.as_deref()?.lines().next().unwrap_or_default()),
            time: committer.as_ref().and_then(|by| by.date.clone()),
            url: self.commit.html_url.clone(),
            parent: self.commit.parents.first().map(|parent| parent.sha),
        })
    }
}
