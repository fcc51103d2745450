//! `GET /api/fabrics/{id}/events`

use data_encoding::HEXLOWER;
use http::header::{HeaderValue, UPGRADE};
use http::{Method, StatusCode};
use shared::names::FabricId;

use crate::access::{load, readable, require_push_role};
use crate::admission::counted_address;
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::fabric::{NotOpened, PERSON_MS, Watch, WatchingPerson, session_digest};
use crate::request::{Request, header};
use crate::response::{Response, empty};
use crate::session::{SignedIn, derive, keep_socket};

/// Lets people who may read a fabric's record watch it: a WebSocket, whose every message is the whole record, with its
/// version, as `GET /api/fabrics/{id}` answers it. Where sockets do not get through, ask for the record with its tag.
pub(crate) async fn watch_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let asks_upgrade = header(request, "upgrade")
        .is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
    if *request.method() != Method::GET || !asks_upgrade {
        return Err(ApiError::UpgradeRequired);
    }
    let seen = readable(host, request, id).await?;
    let until_ms = host.now_ms() + PERSON_MS;
    let mut watch = Watch {
        fabric: id.clone(),
        address: address(host, request, id),
        person: seen.person.as_ref().map(|person| WatchingPerson {
            session: session_digest(&person.session),
            until_ms,
            reads: seen.reads,
            may_push: false,
        }),
    };
    let mut opened = host.open_socket(&watch).await?;
    if opened == Err(NotOpened::Full)
        && let (Some(person), Some(watching)) = (&seen.person, &mut watch.person)
        && may_push(host, person, id).await
    {
        watching.may_push = true;
        opened = host.open_socket(&watch).await?;
    }
    match opened {
        Ok(()) => {}
        Err(NotOpened::Gone) => return Err(ApiError::NoFabric),
        Err(NotOpened::Full) => return Err(ApiError::TooManyWatchers),
    }
    // Once it is open, so that a session which ends meanwhile takes it along.
    if let Some(person) = &seen.person {
        keep_socket(host, &person.session, id, until_ms).await?;
    }
    let mut response = empty();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let websocket = HeaderValue::from_static("websocket");
    response.headers_mut().insert(UPGRADE, websocket);
    Ok(response)
}

/// The network address as it is counted among those that watch this fabric: nobody else can make the same of it.
fn address(host: &impl Host, request: &Request, id: &FabricId) -> Option<String> {
    let address = counted_address(request)?;
    let digest = derive(
        host,
        "hedgerow watching address",
        format!("{id} {address}").as_bytes(),
    );
    Some(HEXLOWER.encode(&digest.ok()?))
}

/// Asks GitHub; who cannot be told to be allowed to, is not.
async fn may_push(host: &impl Host, person: &SignedIn, id: &FabricId) -> bool {
    match load(host, id).await {
        Ok(fabric) => require_push_role(host, person, &fabric).await.is_ok(),
        Err(_) => false,
    }
}
