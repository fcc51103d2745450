//! Has rows written again that the index lost, where it says that it may have ([`crate::objects::index`]).

use futures_util::future::join_all;
use serde_json::json;
use shared::names::FabricId;

use crate::host::{Host, MOST_ASKED, ObjectUnavailable};
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply};
use crate::objects::index::{self, IndexMessage, IndexReply, Learnt, Lost};
use crate::objects::repository::{RepositoryMessage, RepositoryReply};
use crate::objects::session::ListedRepository;
use crate::repository_id::RepositoryId;

/// What the index finds, with the rows that it had lost: claims lead to fabrics, and those to their rows. What was learnt goes along
/// with the next question, and is kept nowhere. An index whose storage is not young is asked once.
pub(crate) async fn find_rows(
    host: &impl Host,
    repositories: &[ListedRepository],
    find: impl Fn(Learnt) -> IndexMessage,
) -> Result<IndexReply, ObjectUnavailable> {
    let first = ask(host, index::NAME, &find(Learnt::default())).await?;
    let mut learnt = Learnt {
        claims: claims(host, repositories, &lost(&first).repositories).await,
        answered: Vec::new(),
    };
    if learnt.claims.is_empty() {
        return Ok(first);
    }
    // Without an answer what is known is listed; the next list looks for the rest.
    let Some(second) = known(host, ask(host, index::NAME, &find(learnt.clone())).await) else {
        return Ok(first);
    };
    learnt.answered = written_again(host, &lost(&second).fabrics).await;
    if learnt.answered.is_empty() {
        return Ok(second);
    }
    let third = known(host, ask(host, index::NAME, &find(learnt)).await);
    Ok(third.unwrap_or(second))
}

fn lost(reply: &IndexReply) -> Lost {
    match reply {
        IndexReply::Found { lost, .. } => lost.clone(),
        _ => Lost::default(),
    }
}

/// The fabrics that have claims in these repositories. Who cannot be asked now is asked with another list.
async fn claims(
    host: &impl Host,
    repositories: &[ListedRepository],
    numbers: &[u64],
) -> Vec<(u64, Vec<FabricId>)> {
    let claims = numbers.iter().map(|number| async move {
        let mut all = repositories.iter();
        let listed = all.find(|listed| listed.number == Some(*number))?;
        let repository = RepositoryId {
            number: *number,
            node_id: listed.choice.id.clone(),
        };
        let fabrics = known(host, claimants(host, &repository).await)??;
        Some((*number, fabrics))
    });
    join_all(claims).await.into_iter().flatten().collect()
}

/// Those of these fabrics that have written their rows, or have none. Who cannot be asked now is asked with another list.
async fn written_again(host: &impl Host, fabrics: &[FabricId]) -> Vec<FabricId> {
    let answered = fabrics.iter().map(|fabric| async move {
        if !may_ask(host) {
            return None;
        }
        known(host, relist(host, fabric).await)?;
        Some(fabric.clone())
    });
    join_all(answered).await.into_iter().flatten().collect()
}

/// Tells whether somebody may still be asked for this request, and the index after that. Who is not, is with another list.
fn may_ask(host: &impl Host) -> bool {
    host.asked() + 2 <= MOST_ASKED
}

fn known<T>(host: &impl Host, result: Result<T, ObjectUnavailable>) -> Option<T> {
    result
        .inspect_err(|error| {
            let line = json!({ "event": "lost_rows_not_found", "error": error.to_string() });
            host.log(&line.to_string());
        })
        .ok()
}

/// The fabrics that have claims in a repository, whichever of its node ids named the object that keeps them. Nothing is
/// handed over for this. None where not all could be asked.
async fn claimants(
    host: &impl Host,
    repository: &RepositoryId,
) -> Result<Option<Vec<FabricId>>, ObjectUnavailable> {
    let (today, old) = (&repository.node_id, &repository.old_node_id());
    let mut names = vec![today.clone(), old.clone()];
    names.dedup();
    let mut fabrics = Vec::new();
    while let Some(name) = names.pop() {
        if !may_ask(host) {
            return Ok(None);
        }
        match ask(host, &name, &RepositoryMessage::Claims).await? {
            RepositoryReply::Claims(claims) => {
                fabrics.extend(claims.into_iter().map(|claim| claim.fabric));
            }
            // GitHub's list still names it so.
            RepositoryReply::HandedOver { successor } if !names.contains(&successor) => {
                names.push(successor);
            }
            _ => {}
        }
    }
    fabrics.sort_unstable();
    fabrics.dedup();
    Ok(Some(fabrics))
}

async fn relist(host: &impl Host, fabric: &FabricId) -> Result<FabricReply, ObjectUnavailable> {
    let get = FabricMessage::Get {
        now_ms: host.now_ms(),
        restores: false,
        wanted: None,
        relist: true,
    };
    ask(host, fabric.as_str(), &get).await
}
