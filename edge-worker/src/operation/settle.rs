//! Settling operations whose outcome is not known: the branch's history tells whether their commits are there.

use shared::fabric::FabricSpec;
use shared::names::FabricId;
use shared::record::OperationOutcome;

use crate::api_error::ApiError;
use crate::github::{Found, Github};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, Intent};

/// Asks the branch's history about operations whose outcome is not known: one request each. What it does not reach
/// stays unknown.
pub(super) async fn settle<H: Host>(
    host: &H,
    github: &Github<'_, H>,
    id: &FabricId,
    (spec, repository): (&FabricSpec, u64),
    unsettled: Vec<Intent>,
) -> Result<(), ApiError> {
    for intent in unsettled {
        let found = github
            .find_commit(
                &spec.git_repository,
                repository,
                intent.branch.as_ref().unwrap_or(&spec.branch),
                (&intent.operation, intent.parent),
            )
            .await;
        let (outcome, commit) = match found {
            Ok(Found::Commit(seen)) if seen.root == intent.root => {
                (OperationOutcome::Committed, Some((seen.id, seen.url)))
            }
            Ok(Found::Commit(seen)) => (OperationOutcome::Failed, Some((seen.id, seen.url))),
            Ok(Found::Absent) => (OperationOutcome::Failed, None),
            Ok(Found::NotSeen) | Err(_) => continue,
        };
        let operation = intent.operation;
        let message = FabricMessage::Settle {
            operation,
            outcome,
            commit,
        };
        ask(host, id.as_str(), &message).await?;
    }
    Ok(())
}
