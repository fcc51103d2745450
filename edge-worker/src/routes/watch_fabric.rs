//! `GET /api/fabrics/{id}/events`

use http::header::{HeaderValue, UPGRADE};
use http::{Method, StatusCode};
use shared::names::FabricId;

use crate::access::readable;
use crate::api_error::ApiError;
use crate::host::Host;
use crate::request::{Request, header};
use crate::response::{Response, empty};

/// How long a socket that a person opened may stay before GitHub is asked again whether they may read the fabric.
const READER_MS: u64 = 15 * 60_000;

/// A socket that the place where the Worker runs opens to the fabric's object, in place of the response that has this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    pub fabric: FabricId,
    /// Until when the socket may send a fabric that is not public, in milliseconds since 1970; none if it may not.
    pub reader_until_ms: Option<u64>,
}

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
    let reader_until_ms = seen.by_person.then(|| host.now_ms() + READER_MS);
    let mut response = empty();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let websocket = HeaderValue::from_static("websocket");
    response.headers_mut().insert(UPGRADE, websocket);
    response.extensions_mut().insert(Watch {
        fabric: id.clone(),
        reader_until_ms,
    });
    Ok(response)
}
