//! For tests: what no route does, a change set of any kind and size that is committed as every operation commits, and a look by
//! the App.

use shared::change_set::ChangeSet;
use shared::git::ObjectId;
use shared::names::{BranchName, DirectoryPath, FabricId, RepoName};

use crate::Secret;
use crate::github::{Author, CommitMessage, Github, NewCommit};
use crate::host::Host;
use crate::operation::{self, LookedByApp};

/// Commits `changes` on top of what the branch holds, and gives the commit and how many requests that took. `author` is
/// a name and an address.
///
/// # Errors
/// The message of the error.
pub async fn commit_change_set<H: Host>(
    host: &H,
    token: &Secret,
    repo: &RepoName,
    branch: &BranchName,
    changes: &ChangeSet,
    author: Option<(&str, &str)>,
) -> Result<(ObjectId, u32), String> {
    let github = Github::new(host, token);
    let root = DirectoryPath::root();
    let branch_snapshot = github
        .read(repo, branch, &root, None)
        .await
        .map_err(|error| error.to_string())?;
    let after = changes
        .root_after(&branch_snapshot.snapshot)
        .map_err(|error| error.to_string())?;
    let commit = NewCommit {
        repo,
        branch,
        start: branch_snapshot.start().ok_or("there is no branch")?,
        message: &CommitMessage::of("Change many files", "test"),
        changes,
        most_files: ChangeSet::MAX_FILES,
        root: after,
        author: author.map(|(name, email)| Author { name, email }),
    };
    let seen = github
        .commit(&commit)
        .await
        .map_err(|failed| failed.error.to_string())?;
    Ok((seen.id, github.requests()))
}

/// Lets the App look at a fabric, and gives what came of it in a word.
pub async fn look_by_app<H: Host>(host: &H, fabric: &FabricId) -> &'static str {
    match operation::look_by_app(host, fabric).await {
        LookedByApp::Read => "read",
        LookedByApp::NoFabric => "no fabric",
        LookedByApp::NoApp => "no app",
        LookedByApp::NotVisible => "not visible",
        LookedByApp::Later { .. } => "later",
    }
}
