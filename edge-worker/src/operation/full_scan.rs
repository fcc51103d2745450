//! A fabric's directory at any depth: every listing below it, and what they hold beyond the layout.

use std::collections::BTreeMap;

use shared::contents::{Contents, RULES, Walk, findings};
use shared::fabric::FabricSpec;
use shared::git::{ObjectId, Tree};
use shared::names::{FabricId, RepoName};
use shared::quote::sentence::Name;
use shared::snapshot::Snapshot;

use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github, GithubError};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply, FullScan};

/// The most requests to GitHub for what reads directories; a request of the Worker may make 50 in all.
const MOST_ASKS: usize = 40;

/// How many of them are left.
pub(super) fn asks_left<H: Host>(github: &Github<'_, H>) -> usize {
    let asked = usize::try_from(github.requests()).unwrap_or(MOST_ASKS);
    MOST_ASKS.saturating_sub(asked)
}

/// What a full scan of a tree finds: the last one, if it was of this tree, else one now, with what it read.
pub(super) async fn full_scan<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    id: &FabricId,
    spec: &FabricSpec,
    (repo, snapshot, tree): (&RepoName, &Snapshot, ObjectId),
) -> Result<(FullScan, Option<Contents>), ApiError> {
    if let FabricReply::FullScan(scan) =
        ask(host, id.as_str(), &FabricMessage::FullScan { tree }).await?
    {
        return Ok((scan, None));
    }
    let contents = walk_tree(github, spec, repo, snapshot).await?;
    let scan = scan_of(spec, tree, &contents);
    let keep = FabricMessage::KeepFullScan { scan: scan.clone() };
    ask(host, id.as_str(), &keep).await?;
    Ok((scan, Some(contents)))
}

/// What a full scan of a tree finds now.
pub(super) async fn scan_tree<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    (repo, snapshot, tree): (&RepoName, &Snapshot, ObjectId),
) -> Result<FullScan, ApiError> {
    let contents = walk_tree(github, spec, repo, snapshot).await?;
    Ok(scan_of(spec, tree, &contents))
}

fn scan_of(spec: &FabricSpec, tree: ObjectId, contents: &Contents) -> FullScan {
    FullScan {
        tree,
        findings: findings(&spec.gitops_directory, contents),
        unread: contents.unread().map(str::to_owned).collect(),
        rules: RULES,
    }
}

/// Reads a fabric's directory at any depth. What could not be reached after the first answer is unread.
///
/// # Errors
/// [`GithubError`] of the first answer, or about whoever asks: what their token may not do is no finding.
pub(super) async fn walk_tree<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    repo: &RepoName,
    snapshot: &Snapshot,
) -> Result<Contents, GithubError> {
    let walk = Walk::new(&spec.gitops_directory, snapshot, asks_left(github));
    answer_walk(github, repo, walk, |_| false).await
}

/// Asks what a walk asks for. What could not be reached after the first answer is unread, unless the error is one that ends it.
pub(crate) async fn answer_walk<H: Host>(
    github: &Github<'_, H>,
    repo: &RepoName,
    mut walk: Walk,
    ends: impl Fn(&GithubError) -> bool,
) -> Result<Contents, GithubError> {
    let mut answers = 0;
    while let Some(ask) = walk.next_ask() {
        match github.tree(repo, &ask).await {
            Ok(listing) => walk
                .answer(&ask, &listing)
                .map_err(|error| github.not_understood(&error.to_string()))?,
            Err(error) if answers == 0 || error.is_own() || ends(&error) => return Err(error),
            Err(_) => walk.give_up(ask),
        }
        answers += 1;
    }
    Ok(walk.finish())
}

/// The listings of everything below a fabric's directory.
///
/// # Errors
/// [`ApiError::CannotArrange`] where not everything could be read: nothing is moved that was not seen.
pub(crate) async fn list_contents<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    branch_snapshot: &BranchSnapshot,
) -> Result<BTreeMap<String, Tree>, ApiError> {
    let contents = walk_tree(
        github,
        spec,
        &branch_snapshot.repository.name,
        &branch_snapshot.snapshot,
    )
    .await?;
    if let Some(path) = contents.unread().next() {
        let reason = format!(
            "not everything in {} could be read, so nothing is moved",
            Name(path)
        );
        return Err(ApiError::CannotArrange(reason));
    }
    Ok(contents.listings().clone())
}
