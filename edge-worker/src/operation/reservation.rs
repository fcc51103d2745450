//! Asks the object of a repository about its claims, wherever they are: objects of older repositories were named by GitHub's
//! older node ids, and hand their claims to the object of today's ([`crate::objects::repository`]).

use crate::host::{Host, ObjectUnavailable};
use crate::objects::ask;
use crate::objects::repository::{RepositoryMessage, RepositoryReply};
use crate::repository_id::RepositoryId;

/// Asks about claims: one message, and three more the first time that a repository's object is asked.
pub(crate) async fn ask_about_claims(
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
    let RepositoryReply::Claims(claims) = ask(host, source, &hand_over).await? else {
        let reason = "claims were not handed over".to_owned();
        return Err(ObjectUnavailable(reason));
    };
    let take_over = RepositoryMessage::TakeOver {
        source: source.to_owned(),
        claims,
    };
    ask(host, name, &take_over).await?;
    ask(host, name, &message).await
}
