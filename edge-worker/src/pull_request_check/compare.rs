//! A fabric's directory at two commits: what is found in each, and which files differ.

use shared::contents::{Contents, Walk, findings};
use shared::diff::diff;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::layout::layout;
use shared::names::RepoName;
use shared::pull_request_check::{Changes, Side, changes};
use shared::report::Report;
use shared::snapshot::Snapshot;

use crate::api_error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::operation::answer_walk;

/// Reads both: one request for the listings of the layout's folders, and at most `most` for all below on each side. What these do not
/// reach is unread; what is the same on both sides is read once.
pub(super) async fn compare<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    repo: &RepoName,
    commits: [ObjectId; 2],
    most: usize,
) -> Result<(Side, Side, Changes), ApiError> {
    let [before, after] = github
        .read_commits(repo, commits, &spec.gitops_directory)
        .await?;
    let directory = &spec.gitops_directory;
    let old = answer_walk(github, repo, Walk::new(directory, &before, most), |_| false).await?;
    let walk = Walk::new(directory, &after, most).knowing(&old);
    let new = answer_walk(github, repo, walk, |_| false).await?;
    let files = changes(&old, &new);
    Ok((side(spec, &before, &old), side(spec, &after, &new), files))
}

/// What is worth saying of a directory at one commit. Later kinds of findings are added here ([`Side::with`]).
fn side(spec: &FabricSpec, snapshot: &Snapshot, contents: &Contents) -> Side {
    let found = diff(&layout(spec), &spec.gitops_directory, snapshot);
    let tree = snapshot.directory_id(&spec.gitops_directory);
    let scanned = findings(&spec.gitops_directory, contents);
    let unread: Vec<String> = contents.unread().map(str::to_owned).collect();
    let commit = snapshot.head().map(|head| head.commit);
    let report = Report::new(&found, commit, tree).with_depth(&scanned, &unread);
    Side::new(&report).cut(&scanned)
}
