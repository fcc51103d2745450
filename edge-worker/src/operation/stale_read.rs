//! Snapshots that are stale: right after a write GitHub may answer from a copy that does not have it yet.
//!
//! A snapshot that is older than what a fabric's record knows already, and tells another directory, is not believed at
//! once. It is read again a few times, and believed if it stays: somebody may have set the branch back.

use shared::fabric::FabricSpec;
use shared::record::FabricRecord;

use crate::access::Fabric;
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github};
use crate::host::{Host, jittered};
use crate::timestamp::from_rfc3339;

/// How often it is read again.
const REREADS: u32 = 3;
/// The first pause; each further one is twice as long.
const PAUSE_MS: u64 = 250;
/// What the record has known for longer than this, GitHub's copies know as well.
const SETTLED_MS: u64 = 60_000;

/// Reads a fabric's branch, and again where the answer is from before what `known` says.
///
/// # Errors
/// [`ApiError::NoFabric`] where the name is another repository's by now: nothing of that one is waited for.
pub(crate) async fn read_at_least<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    known: &Fabric,
    spec: &FabricSpec,
) -> Result<BranchSnapshot, ApiError> {
    let (repo, branch) = (&spec.git_repository, &spec.branch);
    let directory = &spec.gitops_directory;
    let mut branch_snapshot = github.read(repo, branch, directory, None).await?;
    known.same_repository(&branch_snapshot.repository.id)?;
    for attempt in 0..REREADS {
        if !seems_stale(&known.record, spec, &branch_snapshot, host.now_ms()) {
            break;
        }
        host.sleep(jittered(host, PAUSE_MS << attempt)).await;
        branch_snapshot = github.read(repo, branch, directory, None).await?;
        known.same_repository(&branch_snapshot.repository.id)?;
    }
    Ok(branch_snapshot)
}

fn seems_stale(
    known: &FabricRecord,
    spec: &FabricSpec,
    branch_snapshot: &BranchSnapshot,
    now_ms: u64,
) -> bool {
    let Some(known_ms) = known.checked_at.as_deref().and_then(from_rfc3339) else {
        return false;
    };
    let head = branch_snapshot.head;
    let tells_something_else = head != known.head
        && branch_snapshot
            .snapshot
            .directory_id(&spec.gitops_directory)
            != known.tree;
    let committed_at = branch_snapshot.committed_at.as_deref();
    // A branch that is missing has no date; it may have been made a moment ago.
    let is_older = committed_at
        .and_then(from_rfc3339)
        .is_none_or(|committed_ms| committed_ms < known_ms);
    known.head.is_some()
        && tells_something_else
        && is_older
        && now_ms.saturating_sub(known_ms) < SETTLED_MS
}
