//! Looking at a fabric's directory at any depth.

use std::collections::BTreeMap;

use shared::contents::{Contents, Walk, findings};
use shared::diff::diff;
use shared::fabric::FabricSpec;
use shared::git::Tree;
use shared::layout::layout;
use shared::names::{FabricId, RepoName};
use shared::report::Report;

use crate::error::ApiError;
use crate::github::{Github, GithubError, Reading};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Depth, FabricMessage, FabricReply};

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
    let report = Report::new(&found, snapshot.head().map(|head| head.commit), tree);
    let Some(tree) = tree else {
        return Ok(report.explained(spec));
    };
    let depth = match ask(host, id.as_str(), &FabricMessage::Depth { tree }).await? {
        FabricReply::Depth(depth) => depth,
        _ => {
            let contents = read(github, spec, reading).await?;
            let depth = Depth {
                tree,
                findings: findings(&spec.gitops_directory, &contents),
                unread: contents.unread().map(str::to_owned).collect(),
            };
            let keep = FabricMessage::KeepDepth {
                depth: depth.clone(),
            };
            ask(host, id.as_str(), &keep).await?;
            depth
        }
    };
    Ok(report
        .with_depth(&depth.findings, &depth.unread)
        .explained(spec))
}

/// Reads a fabric's directory at any depth. What could not be reached after the first answer is unread.
pub(crate) async fn read<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    reading: &Reading,
) -> Result<Contents, GithubError> {
    let repo = RepoName::parse(&reading.answer.repository.name)
        .unwrap_or_else(|_| spec.git_repository.clone());
    let mut walk = Walk::new(&spec.gitops_directory, &reading.snapshot, MOST_ASKS);
    let mut answers = 0;
    while let Some(ask) = walk.next_ask() {
        match github.tree(&repo, &ask).await {
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
        let reason = format!("not everything in `{path}` could be read, so nothing is moved");
        return Err(ApiError::CannotArrange(reason));
    }
    Ok(contents.listings().clone())
}
