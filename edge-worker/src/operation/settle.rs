//! Settling operations whose outcome is not known: the branch's history tells whether their commits are there.

use shared::fabric::FabricSpec;
use shared::names::FabricId;
use shared::record::{OperationOutcome, Partly};

use super::pull_request::proposal_branch;
use crate::api_error::ApiError;
use crate::github::{Found, Github};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply, Intent};

/// An answer that is younger than this may be from before the write, which may even be on its way.
const LOOKS_AGAIN_MS: u64 = 10 * 60 * 1000;

/// Asks the branch's history about operations whose outcome is not known: one request each. What it does not reach
/// stays unknown. What is not there, though it may still be, failed until another validation sees it.
pub(super) async fn settle<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    id: &FabricId,
    (spec, repository): (&FabricSpec, u64),
    unsettled: Vec<Intent>,
) -> Result<(), ApiError> {
    let proposals = proposal_branch(id)?;
    for intent in unsettled {
        let branch = intent.branch.as_ref().unwrap_or(&spec.branch);
        let (repo, proof) = (
            &spec.git_repository,
            (intent.operation.as_str(), intent.parent),
        );
        let found = match *branch == proposals {
            // Nobody renames it; where it is gone its pull request ended.
            true => github.find_commit(repo, repository, branch, proof).await,
            false => {
                let places = (branch, &spec.branch);
                github
                    .find_commit_after_rename(repo, repository, places, proof)
                    .await
            }
        };
        let is_recent = host.now_ms().saturating_sub(intent.started_ms) < LOOKS_AGAIN_MS;
        let (outcome, commit) = match found.clone() {
            Ok(Found::Commit(seen)) if seen.root == intent.root => {
                (OperationOutcome::Committed, Some((seen.id, seen.url)))
            }
            Ok(Found::Commit(seen)) => (OperationOutcome::Failed, Some((seen.id, seen.url))),
            Ok(Found::NotYet) if is_recent && intent.is_presumed => continue,
            Ok(Found::Absent | Found::NotYet) => (OperationOutcome::Failed, None),
            Ok(Found::NotSeen) if intent.is_presumed && !is_recent => {
                (OperationOutcome::Failed, None)
            }
            Ok(Found::NotSeen) | Err(_) => continue,
        };
        // Nothing says that the pull request was opened, and the next one goes on from the commit.
        let is_proposed = outcome == OperationOutcome::Committed
            && spec.branch != proposals
            && intent.branch.as_ref() == Some(&proposals);
        let (outcome, partly) = match is_proposed {
            true => (OperationOutcome::Failed, Some(Partly::ProposalCommitted)),
            false => (outcome, None),
        };
        let look_again = found == Ok(Found::NotYet) && is_recent;
        let is_absent = commit.is_none();
        let operation = intent.operation;
        let message = FabricMessage::Settle {
            operation,
            outcome,
            commit,
            look_again,
            partly,
        };
        let is_free = ask(host, id.as_str(), &message).await? != FabricReply::Busy;
        // By and by a person may have made it; nobody else makes those of pull requests.
        let is_ours = is_recent || intent.branch.as_ref() == Some(&proposals);
        let is_left = is_absent && is_ours && is_free;
        if let Some(at) = intent.made.filter(|_| is_left) {
            let repository = (&spec.git_repository, repository);
            let branch = intent.branch.as_ref().unwrap_or(&spec.branch);
            github.take_branch_back(repository, branch, at).await;
        }
    }
    Ok(())
}
