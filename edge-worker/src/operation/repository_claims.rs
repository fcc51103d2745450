//! Asks the object of a repository about its claims, wherever they are: objects of older repositories were named by GitHub's
//! older node ids, and hand their claims to the object of today's ([`crate::objects::repository`]).
//!
//! **Invariant.** Who only asks writes nothing: neither what is handed over nor what is given up. Whoever claims does both.

use shared::names::FabricId;

use crate::host::{Host, ObjectUnavailable};
use crate::objects::fabric::{FabricMessage, FabricReply, Wanted};
use crate::objects::repository::{
    Claim, Ground, PreviousClaim, RepositoryMessage, RepositoryReply, Supposed,
};
use crate::objects::{ask, unavailable};
use crate::repository_id::RepositoryId;

/// How many claims of fabrics that are no more are passed over for one question, or given up for one claim.
const GIVEN_UP: usize = 5;

/// Asks who has a place: one message. Where another fabric is said to have it, that one is asked whether there still is one; the claim
/// of one that is no more, or of which nothing is on GitHub, counts as free. What was not handed over yet counts where it is.
pub(crate) async fn ask_who_has(
    host: &impl Host,
    repository: &RepositoryId,
    question: impl Fn(Supposed) -> RepositoryMessage,
) -> Result<RepositoryReply, ObjectUnavailable> {
    let (mut name, old_name) = (repository.node_id.clone(), repository.old_node_id());
    // GitHub, or the record, may still name it so.
    let mut is_direct = name == old_name;
    let mut supposed = Supposed::default();
    // Two of the answers may say where the claims are.
    for _ in 0..GIVEN_UP + 3 {
        let message = question(supposed.clone());
        let message = match is_direct {
            true => message,
            false => RepositoryMessage::AfterHandOver(Box::new(message)),
        };
        let reply = ask(host, &name, &message).await?;
        let by = match &reply {
            RepositoryReply::HandedOver { successor } if name == old_name => {
                (name, is_direct) = (successor.clone(), false);
                continue;
            }
            RepositoryReply::HandOverFirst => {
                supposed.had = not_handed_over(host, &old_name, &name).await?;
                is_direct = true;
                continue;
            }
            RepositoryReply::Taken { by, .. } => &by.fabric,
            _ => return Ok(reply),
        };
        // An object of a version before this one passes none over.
        let is_last = supposed.gone.len() == GIVEN_UP || supposed.gone.contains(by);
        if is_last || holder(host, by, Wanted::Asks).await? == Holder::Known {
            return Ok(reply);
        }
        supposed.gone.push(by.clone());
    }
    let reason = "no object has the claims".to_owned();
    Err(unavailable::<RepositoryMessage>(host, reason))
}

/// The claims of a source that its successor does not have yet.
async fn not_handed_over(
    host: &impl Host,
    source: &str,
    successor: &str,
) -> Result<Vec<Claim>, ObjectUnavailable> {
    let mut reply = ask(host, source, &RepositoryMessage::Claims).await?;
    let given = RepositoryReply::HandedOver {
        successor: successor.to_owned(),
    };
    if reply == given {
        // They were given, and did not arrive: they are given again, which changes nothing there.
        let successor = successor.to_owned();
        reply = ask(host, source, &RepositoryMessage::HandOver { successor }).await?;
    }
    claims_in(host, reply)
}

fn claims_in(host: &impl Host, reply: RepositoryReply) -> Result<Vec<Claim>, ObjectUnavailable> {
    match reply {
        RepositoryReply::Claims(claims) => Ok(claims),
        _ => {
            let reason = "claims were not handed over".to_owned();
            Err(unavailable::<RepositoryMessage>(host, reason))
        }
    }
}

/// Claims a place, or gives one up: one message, and three more the first time that somebody claims there. Where another fabric
/// is said to have what is wanted, that one is asked whether there still is one: what was forgotten where nobody could
/// tell this object is given up now. A fabric of which nothing is on GitHub gives way, and is forgotten.
pub(crate) async fn change_claims(
    host: &impl Host,
    repository: &RepositoryId,
    message: RepositoryMessage,
) -> Result<RepositoryReply, ObjectUnavailable> {
    for _ in 0..GIVEN_UP {
        let reply = ask_after_hand_over(host, repository, message.clone()).await?;
        let RepositoryReply::Taken { by, .. } = &reply else {
            return Ok(reply);
        };
        if holder(host, &by.fabric, Wanted::Takes).await? != Holder::Unknown {
            return Ok(reply);
        }
        let forget = RepositoryMessage::Forget {
            fabric: by.fabric.clone(),
            only: None,
        };
        ask_after_hand_over(host, repository, forget).await?;
        // A backup may have brought it back just now: it has its claim from before.
        if holder(host, &by.fabric, Wanted::Takes).await? != Holder::Unknown {
            let again = RepositoryMessage::Claim {
                claim: by.clone(),
                previous: PreviousClaim::Keep,
                ground: Ground::Record,
                is_over: false,
            };
            ask_after_hand_over(host, repository, again).await?;
            return Ok(reply);
        }
    }
    ask_after_hand_over(host, repository, message).await
}

/// What the object of a fabric says that has a claim.
#[derive(PartialEq, Eq)]
enum Holder {
    Known,
    /// It would be forgotten if its place were claimed.
    GivesWay,
    Unknown,
}

async fn holder(
    host: &impl Host,
    fabric: &FabricId,
    wanted: Wanted,
) -> Result<Holder, ObjectUnavailable> {
    let get = FabricMessage::Get {
        now_ms: host.now_ms(),
        restores: false,
        wanted: Some(wanted),
        relist: false,
    };
    Ok(match ask(host, fabric.as_str(), &get).await? {
        FabricReply::Unknown => Holder::Unknown,
        FabricReply::Nothing => Holder::GivesWay,
        _ => Holder::Known,
    })
}

async fn ask_after_hand_over(
    host: &impl Host,
    repository: &RepositoryId,
    message: RepositoryMessage,
) -> Result<RepositoryReply, ObjectUnavailable> {
    let (name, old_name) = (&repository.node_id, repository.old_node_id());
    if *name != old_name {
        return ask_successor(host, name, &old_name, message).await;
    }
    // GitHub, or the record, still names it so.
    match ask(host, name, &message).await? {
        RepositoryReply::HandedOver { successor } => {
            ask_successor(host, &successor, name, message).await
        }
        reply => Ok(reply),
    }
}

async fn ask_successor(
    host: &impl Host,
    name: &str,
    source: &str,
    message: RepositoryMessage,
) -> Result<RepositoryReply, ObjectUnavailable> {
    let message = RepositoryMessage::AfterHandOver(Box::new(message));
    let reply = ask(host, name, &message).await?;
    if reply != RepositoryReply::HandOverFirst {
        return Ok(reply);
    }
    let hand_over = RepositoryMessage::HandOver {
        successor: name.to_owned(),
    };
    let claims = claims_in(host, ask(host, source, &hand_over).await?)?;
    let take_over = RepositoryMessage::TakeOver {
        source: source.to_owned(),
        claims,
    };
    ask(host, name, &take_over).await?;
    match ask(host, name, &message).await? {
        RepositoryReply::HandOverFirst => {
            let reason = "claims were not taken over".to_owned();
            Err(unavailable::<RepositoryMessage>(host, reason))
        }
        reply => Ok(reply),
    }
}
