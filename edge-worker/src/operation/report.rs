//! What a fabric's directory is like, for its record: what was read from the branch, or is left by a write.

use shared::diff::diff;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::layout::layout;
use shared::names::FabricId;
use shared::plan::layout_tree;
use shared::record::{Compared, FabricRecord};
use shared::report::Report;
use shared::snapshot::Snapshot;

use super::deleted::{compare, compared};
use super::full_scan::{full_scan, scan_tree};
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github};
use crate::host::Host;
use crate::timestamp::rfc3339;

/// Says what a directory holds and what is wrong with it. Beyond the query that was made it costs nothing where the
/// directory's id is the one of the last full scan, else one request (three at the repository's root), and more only
/// where GitHub cuts an answer short. Of a branch that does not exist it says that; an empty repository has none yet.
pub(crate) async fn report_of_branch<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    id: &FabricId,
    spec: &FabricSpec,
    branch_snapshot: &BranchSnapshot,
    known: &FabricRecord,
) -> Result<Report, ApiError> {
    let repository = &branch_snapshot.repository;
    if branch_snapshot.head.is_none() && !repository.is_empty {
        let default_branch = repository.default_branch.as_deref();
        return Ok(Report::without_branch(spec, default_branch));
    }
    let snapshot = &branch_snapshot.snapshot;
    let tree = snapshot.directory_id(&spec.gitops_directory);
    let found = diff(&layout(spec), &spec.gitops_directory, snapshot);
    let report = Report::new(&found, snapshot.head().map(|head| head.commit), tree)
        .committed_at(branch_snapshot.committed_at.clone());
    let repo = &branch_snapshot.repository.name;
    let (mut report, contents) = match tree {
        Some(tree) => {
            let (scan, contents) =
                full_scan(host, github, id, spec, (repo, snapshot, tree)).await?;
            (report.with_depth(&scan.findings, &scan.unread), contents)
        }
        None => (report, None),
    };
    report.head_commit.clone_from(&branch_snapshot.head_commit);
    let comparison = compare(github, known, spec, branch_snapshot, contents).await;
    report.comparison = comparison.map(Box::new);
    // Whoever spent their limit learns that; it says nothing of a directory that others look at.
    github.is_answered()?;
    Ok(report.explained(spec))
}

/// The same for a branch that no fabric follows yet: nothing of the scan is kept.
pub(crate) async fn report_unkept<H: Host>(
    github: &Github<'_, H>,
    spec: &FabricSpec,
    branch_snapshot: &BranchSnapshot,
) -> Result<Report, ApiError> {
    let snapshot = &branch_snapshot.snapshot;
    let tree = snapshot.directory_id(&spec.gitops_directory);
    let found = diff(&layout(spec), &spec.gitops_directory, snapshot);
    let mut report = Report::new(&found, snapshot.head().map(|head| head.commit), tree)
        .committed_at(branch_snapshot.committed_at.clone());
    report.head_commit.clone_from(&branch_snapshot.head_commit);
    let Some(tree) = tree else {
        return Ok(report.explained(spec));
    };
    let repo = &branch_snapshot.repository.name;
    let scan = scan_tree(github, spec, (repo, snapshot, tree)).await?;
    Ok(report
        .with_depth(&scan.findings, &scan.unread)
        .explained(spec))
}

/// What a directory is like after a commit that was seen, at any depth: `after` is what the approved change set leaves,
/// and `head` the commit. A directory that holds the layout alone is known; where it holds more, that is read, since
/// otherwise the record would call good what was not looked at. Where it cannot be read now, the report says so. `known` is
/// the record from before the write.
pub(crate) async fn report_after_write<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    (id, known): (&FabricId, Option<&FabricRecord>),
    (from, spec): (&FabricSpec, &FabricSpec),
    branch_snapshot: &BranchSnapshot,
    after: (&Snapshot, ObjectId, ObjectId),
) -> Report {
    let (snapshot, head, tree) = after;
    let found = diff(&layout(spec), &spec.gitops_directory, snapshot);
    // Where nothing was written, the head is the one that was read.
    let (time, head_commit) = match branch_snapshot.head == Some(head) {
        true => (
            branch_snapshot.committed_at.clone(),
            branch_snapshot.head_commit.clone(),
        ),
        false => (Some(rfc3339(host.now_ms())), None),
    };
    let mut report = Report::new(&found, Some(head), Some(tree)).committed_at(time);
    report.head_commit = head_commit;
    // What people deleted before this write is told of what it was built on.
    if let Some(known) = known {
        let comparison = compare(github, known, from, branch_snapshot, None).await;
        report.comparison = comparison.map(|comparison| {
            let to = compared(spec, snapshot);
            let head = Some(head);
            let to = Compared { head, ..to };
            Box::new(comparison.ending_at(to))
        });
    }
    if layout_tree(spec) == Some(tree) {
        return report;
    }
    let repo = &branch_snapshot.repository.name;
    match full_scan(host, github, id, spec, (repo, snapshot, tree)).await {
        Ok((scan, _)) => report.with_depth(&scan.findings, &scan.unread),
        Err(_) => report.with_depth(&[], &[spec.gitops_directory.to_string()]),
    }
}
