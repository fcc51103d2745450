//! One write that shares its commit with no other.

use shared::git::ObjectId;
use shared::plan::Plan;
use shared::record::OperationOutcome;

use super::item::{Change, Item, Seen};
use super::memory::Token;
use super::message::Over;
use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github, GithubError};
use crate::host::Host;
use crate::objects::fabric::Event;
use crate::operation::approve::{Agreed, approved_plan, require_writable};
use crate::operation::relocate::carry_out_relocation;
use crate::operation::remove::carry_out_removal;
use crate::operation::write_and_record::carry_out_plan;

/// Carries a write out, on what was `seen` of the branch unless that is known to be no longer so, and gives with its end the head that
/// its commit was built on, if there may be one.
pub(super) async fn carry_out<H: Host>(
    host: &H,
    item: &Item,
    token: &Token,
    (seen, is_replaced): (Option<Box<Seen>>, bool),
    earlier_root: Option<ObjectId>,
) -> (Over, Option<ObjectId>) {
    let github = Github::after(host, token.secret(), item.requests);
    let task = item.task();
    let at = seen.as_ref().and_then(|seen| seen.branch.head);
    let root_write = |ended: Result<Over, ApiError>| (ended.unwrap_or_else(Over::Refused), at);
    let mut agreed = match &item.change {
        Change::Directory(change) => change.agreed(),
        Change::Relocation { to, approval } => {
            let write = carry_out_relocation(host, &github, &task, seen, (to, approval));
            let written = Box::pin(write).await;
            return root_write(written.map(|answer| Over::Recorded(Box::new(answer))));
        }
        Change::Removal { approval } => {
            let write = carry_out_removal(host, &github, &task, seen, approval);
            let written = Box::pin(write).await;
            return root_write(written.map(|seen| Over::Removed(seen, github.requests())));
        }
    };
    let is_apps = matches!(token, Token::App(_));
    let planned = plan_again(&github, item, &mut agreed, (seen, is_replaced, is_apps)).await;
    let (branch_snapshot, plan) = match planned {
        Ok(planned) => planned,
        Err(refusal) => return (refused(host, item, refusal).await, None),
    };
    let at = branch_snapshot.head;
    let planned = (branch_snapshot, plan);
    let write = carry_out_plan(host, &github, &task, &agreed, planned, earlier_root);
    (Box::pin(write).await.into(), at)
}

/// The end of a write of which nothing was sent, since the branch is no longer what the person saw. What an earlier try began in the
/// fabric is over with it.
pub(super) async fn refused(host: &impl Host, item: &Item, refusal: ApiError) -> Over {
    if item.has_begun {
        let task = item.task();
        let entry = task.entry(host, item.requests, (OperationOutcome::Refused, None));
        if let Err(error) = task.finish(host, entry, Event::Nothing).await {
            return Over::Unrecorded(error);
        }
    }
    Over::Refused(refusal)
}

/// The branch, and the plan on it as it was approved.
async fn plan_again<H: Host>(
    github: &Github<'_, H>,
    item: &Item,
    agreed: &mut Agreed,
    (seen, is_replaced, is_apps): (Option<Box<Seen>>, bool, bool),
) -> Result<(BranchSnapshot, Plan), ApiError> {
    let seen = seen.map(|seen| {
        if let Some(whole) = &seen.whole {
            agreed.contents.clone_from(whole.0.listings());
        }
        seen.branch
    });
    let branch_snapshot = match seen {
        Some(seen) if !is_replaced => seen,
        seen => match (
            agreed
                .read_again(github, &item.spec, item.repository.number)
                .await,
            seen,
        ) {
            (Ok(branch_snapshot), _) => branch_snapshot,
            (Err(error @ GithubError::NoRepository(_)), _) => return Err(error.into()),
            // A commit on what was seen finds out what is wrong.
            (Err(_), Some(seen)) => seen,
            (Err(error), None) => return Err(error.into()),
        },
    };
    let branch_snapshot = as_approved(branch_snapshot, item, is_apps);
    require_writable(&branch_snapshot, agreed.change.mode)?;
    if agreed.contents.is_empty() {
        agreed
            .list_contents(github, &item.spec, &branch_snapshot)
            .await?;
    }
    let plan = approved_plan(&item.spec, agreed, &branch_snapshot)?;
    Ok((branch_snapshot, plan))
}

/// What was read with the App's token does not say what the person may do, which they had asked themselves.
pub(super) fn as_approved(
    mut branch_snapshot: BranchSnapshot,
    item: &Item,
    is_apps: bool,
) -> BranchSnapshot {
    if is_apps {
        branch_snapshot.repository.can_push = item.is_for_all;
    }
    branch_snapshot
}
