//! Looking at a fabric's directory at any depth.

use std::collections::BTreeMap;

use shared::contents::{Contents, Walk, findings};
use shared::diff::diff;
use shared::fabric::FabricSpec;
use shared::git::{ObjectId, Tree};
use shared::layout::layout;
use shared::names::{FabricId, RepoName};
use shared::plan::layout_tree;
use shared::quote::sentence::Name;
use shared::report::Report;
use shared::snapshot::Snapshot;

use crate::error::ApiError;
use crate::github::{Github, GithubError, Reading};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Depth, FabricMessage, FabricReply};
use crate::timestamp::rfc3339;

/// The most requests for one directory; a request of the Worker may make 50 in all.
const MOST_ASKS: usize = 40;

/// Says what a directory holds and what is wrong with it. Beyond the query that was made it costs nothing where the
/// directory's id is the one of the last full reading, else one request (three at the repository's root), and more only
/// where GitHub cuts an answer short.
pub(crate) async fn report<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    id: &FabricId,
    spec: &FabricSpec,
    reading: &Reading,
) -> Result<Report, ApiError> {
    let snapshot = &reading.snapshot;
    let tree = snapshot.directory_id(&spec.gitops_directory);
    let found = diff(&layout(spec), &spec.gitops_directory, snapshot);
    let report = Report::new(&found, snapshot.head().map(|head| head.commit), tree)
        .committed_at(reading.answer.committed_at.clone());
    let Some(tree) = tree else {
        return Ok(report.explained(spec));
    };
    let repo = named(reading, spec);
    let depth = depth(host, github, id, spec, (&repo, snapshot, tree)).await?;
    Ok(report
        .with_depth(&depth.findings, &depth.unread)
        .explained(spec))
}

/// What a directory is like after a commit that was seen, at any depth: `after` is what the approved change set leaves,
/// and `head` the commit. A directory that holds the layout alone is known; where it holds more, that is read, since
/// the record would else call good what nobody looked at. Where it cannot be read now, the report says so.
pub(crate) async fn after_write<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    id: &FabricId,
    spec: &FabricSpec,
    reading: &Reading,
    after: (&Snapshot, ObjectId, ObjectId),
) -> Report {
    let (snapshot, head, tree) = after;
    let found = diff(&layout(spec), &spec.gitops_directory, snapshot);
    // Where nothing was written, the head is the one that was read.
    let time = match reading.answer.head == Some(head) {
        true => reading.answer.committed_at.clone(),
        false => Some(rfc3339(host.now_ms())),
    };
    let report = Report::new(&found, Some(head), Some(tree)).committed_at(time);
    if layout_tree(spec) == Some(tree) {
        return report;
    }
    let repo = named(reading, spec);
    match depth(host, github, id, spec, (&repo, snapshot, tree)).await {
        Ok(depth) => report.with_depth(&depth.findings, &depth.unread),
        Err(_) => report.with_depth(&[], &[spec.gitops_directory.to_string()]),
    }
}

/// What a full reading of a tree finds: the last one, if it was of this tree, else one now.
async fn depth<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    id: &FabricId,
    spec: &FabricSpec,
    (repo, snapshot, tree): (&RepoName, &Snapshot, ObjectId),
) -> Result<Depth, ApiError> {
    if let FabricReply::Depth(depth) =
        ask(host, id.as_str(), &FabricMessage::Depth { tree }).await?
    {
        return Ok(depth);
    }
    let contents = walked(github, spec, repo, snapshot).await?;
    let depth = Depth {
        tree,
        findings: findings(&spec.gitops_directory, &contents),
        unread: contents.unread().map(str::to_owned).collect(),
    };
    let keep = FabricMessage::KeepDepth {
        depth: depth.clone(),
    };
    ask(host, id.as_str(), &keep).await?;
    Ok(depth)
}

/// The repository's name as GitHub spells it now.
fn named(reading: &Reading, spec: &FabricSpec) -> RepoName {
    RepoName::parse(&reading.answer.repository.name).unwrap_or_else(|_| spec.git_repository.clone())
}

/// Reads a fabric's directory at any depth. What could not be reached after the first answer is unread.
pub(crate) async fn read<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    reading: &Reading,
) -> Result<Contents, GithubError> {
    walked(github, spec, &named(reading, spec), &reading.snapshot).await
}

async fn walked<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    repo: &RepoName,
    snapshot: &Snapshot,
) -> Result<Contents, GithubError> {
    let mut walk = Walk::new(&spec.gitops_directory, snapshot, MOST_ASKS);
    let mut answers = 0;
    while let Some(ask) = walk.next_ask() {
        match github.tree(repo, &ask).await {
            Ok(listing) => walk
                .answer(&ask, &listing)
                .map_err(|error| GithubError::NotUnderstood(error.to_string()))?,
            Err(error) if answers == 0 => return Err(error),
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
pub(crate) async fn everything<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    reading: &Reading,
) -> Result<BTreeMap<String, Tree>, ApiError> {
    let contents = read(github, spec, reading).await?;
    if let Some(path) = contents.unread().next() {
        let reason = format!(
            "not everything in {} could be read, so nothing is moved",
            Name(path)
        );
        return Err(ApiError::CannotArrange(reason));
    }
    Ok(contents.listings().clone())
}
