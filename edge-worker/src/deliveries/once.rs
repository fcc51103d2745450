//! A delivery is worked once for each fabric, however often it comes; the object of its repository keeps which.

use shared::names::FabricId;

use crate::host::{Host, ObjectUnavailable};
use crate::jobs::queue::{Delivery, What};
use crate::objects::ask;
use crate::objects::repository::{DeliveryMessage, RepositoryMessage, RepositoryReply};

/// Whether a delivery is to be worked now.
pub(super) enum Turn {
    Taken,
    /// It was, or the fabric was looked at after it came.
    Worked,
    /// Another delivery about the fabric is being worked.
    Later,
}

pub(super) async fn take_turn(
    host: &impl Host,
    (object, delivery): (&str, &Delivery),
    fabric: &FabricId,
    what: &What,
) -> Result<Turn, ObjectUnavailable> {
    let message = DeliveryMessage::Begin {
        guid: delivery.guid.clone(),
        fabric: fabric.clone(),
        told_ms: match what {
            What::Look { .. } | What::LookIfProposed => Some(delivery.told_ms),
            What::Hide => None,
        },
        now_ms: host.now_ms(),
    };
    Ok(match tell(host, object, message).await? {
        RepositoryReply::Granted => Turn::Taken,
        RepositoryReply::Worked => Turn::Worked,
        _ => Turn::Later,
    })
}

pub(super) async fn done(
    host: &impl Host,
    (object, delivery): (&str, &Delivery),
    fabric: &FabricId,
) -> Result<(), ObjectUnavailable> {
    let (guid, fabric) = (delivery.guid.clone(), fabric.clone());
    let message = DeliveryMessage::Done { guid, fabric };
    tell(host, object, message).await.map(drop)
}

pub(super) async fn give_back(
    host: &impl Host,
    (object, delivery): (&str, &Delivery),
    fabric: &FabricId,
) -> Result<(), ObjectUnavailable> {
    let (guid, fabric) = (delivery.guid.clone(), fabric.clone());
    let message = DeliveryMessage::GiveBack { guid, fabric };
    tell(host, object, message).await.map(drop)
}

async fn tell(
    host: &impl Host,
    object: &str,
    message: DeliveryMessage,
) -> Result<RepositoryReply, ObjectUnavailable> {
    ask(host, object, &RepositoryMessage::Delivery(message)).await
}
