//! Asks the object of a repository about its claims, wherever they are: objects of older repositories were named by GitHub's
//! older node ids, and hand their claims to the object of today's ([`crate::objects::repository`]).

use shared::names::FabricId;

use crate::host::{Host, ObjectUnavailable};
use crate::objects::fabric::{FabricMessage, FabricReply, Wanted};
use crate::objects::repository::{Ground, PreviousClaim, RepositoryMessage, RepositoryReply};
use crate::objects::{ask, unavailable};
use crate::repository_id::RepositoryId;

/// How many claims of fabrics that are no more are given up for one question.
const GIVEN_UP: usize = 5;

/// Asks about claims: one message, and three more the first time that somebody claims there. Where another fabric
/// is said to have what is wanted, that one is asked whether there still is one: what was forgotten where nobody could
/// tell this object is given up now. A fabric of which nothing is on GitHub gives way: to a claim it is forgotten, to who only asks its
/// place is free.
pub(crate) async fn ask_about_claims(
    host: &impl Host,
    repository: &RepositoryId,
    message: RepositoryMessage,
) -> Result<RepositoryReply, ObjectUnavailable> {
    for _ in 0..GIVEN_UP {
        let reply = ask_after_hand_over(host, repository, message.clone()).await?;
        let RepositoryReply::Taken { by, .. } = &reply else {
            return Ok(reply);
        };
        let wanted = match message {
            RepositoryMessage::Claim { .. } => Wanted::Takes,
            _ => Wanted::Asks,
        };
        match holder(host, &by.fabric, wanted).await? {
            Holder::Unknown => {}
            Holder::GivesWay => return Ok(RepositoryReply::Granted),
            Holder::Known => return Ok(reply),
        }
        let forget = RepositoryMessage::Forget {
            fabric: by.fabric.clone(),
            only: None,
        };
        ask_after_hand_over(host, repository, forget).await?;
        // A backup may have brought it back just now: it has its claim from before.
        if holder(host, &by.fabric, wanted).await? != Holder::Unknown {
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
    let only_asks = message.only_asks().then(|| message.clone());
    let message = RepositoryMessage::AfterHandOver(Box::new(message));
    let reply = ask(host, name, &message).await?;
    if reply != RepositoryReply::HandOverFirst {
        return Ok(reply);
    }
    // Who only asks writes nothing where nothing is to be handed over.
    if let Some(message) = only_asks
        && ask(host, source, &RepositoryMessage::Claims).await? == RepositoryReply::Claims(vec![])
    {
        return ask(host, name, &message).await;
    }
    let hand_over = RepositoryMessage::HandOver {
        successor: name.to_owned(),
    };
    let RepositoryReply::Claims(claims) = ask(host, source, &hand_over).await? else {
        let reason = "claims were not handed over".to_owned();
        return Err(unavailable::<RepositoryMessage>(host, reason));
    };
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
