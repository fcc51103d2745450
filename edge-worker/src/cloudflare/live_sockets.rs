//! Live updates: sockets that hibernate in a fabric's object, and are told the whole record whenever it changes.

use serde::{Deserialize, Serialize};
use worker::{
    Env, Headers, Request, RequestInit, Response, Result, State, WebSocket, WebSocketPair,
};

use super::object::{now_ms, tables};
use crate::Watch;
use crate::objects::Class;
use crate::objects::fabric::{FABRIC_GONE, LiveRecord, SocketMessage, live_record};

/// Says until when a socket may tell of a fabric that is not public.
const UNTIL: &str = "x-hedgerow-reader-until-ms";
/// The most sockets of one object.
const MOST: usize = 1_000;
/// What a socket may be told, kept with it while the object sleeps.
#[derive(Serialize, Deserialize)]
struct Reader {
    until_ms: u64,
}

/// Opens a socket to a fabric's object; who may was decided before.
pub(super) async fn open(env: &Env, watch: &Watch) -> Result<Response> {
    let stub = env
        .durable_object(Class::Fabric.binding())?
        .get_by_name(watch.fabric.as_str())?;
    let headers = Headers::new();
    headers.set("upgrade", "websocket")?;
    if let Some(until) = watch.reader_until_ms {
        headers.set(UNTIL, &until.to_string())?;
    }
    let mut init = RequestInit::new();
    init.with_headers(headers);
    stub.fetch_with_request(Request::new_with_init("https://object/events", &init)?)
        .await
}

/// Tells whether a request to an object asks for a socket.
pub(super) fn is_upgrade(request: &Request) -> Result<bool> {
    Ok(request.headers().get("upgrade")?.as_deref() == Some("websocket"))
}

/// Takes a socket in the object, and tells it the record as it is now.
pub(super) fn accept(state: &State, request: &Request) -> Result<Response> {
    let Some(now) =
        live_record(&tables(Class::Fabric, state)).map_err(super::object::to_worker_error)?
    else {
        return Response::error("there is no such fabric", 404);
    };
    if state.get_websockets().len() >= MOST {
        return Response::error(
            "too many people watch this fabric; poll the record instead",
            503,
        );
    }
    let until_ms = request.headers().get(UNTIL)?;
    let until_ms = until_ms.and_then(|until| until.parse().ok()).unwrap_or(0);
    let pair = WebSocketPair::new()?;
    state.accept_web_socket(&pair.server);
    pair.server.serialize_attachment(Reader { until_ms })?;
    send_to(&pair.server, Some(&now));
    Response::from_websocket(pair.client)
}

/// The version that watchers were told last: that of the record before a message is handled.
pub(super) fn version(state: &State) -> Option<u64> {
    if state.get_websockets().is_empty() {
        return None;
    }
    let now = live_record(&tables(Class::Fabric, state)).ok()?;
    now.map(|now| now.version)
}

/// Tells every socket the record, if its version is no longer `before`.
pub(super) fn broadcast(state: &State, before: Option<u64>) {
    let sockets = state.get_websockets();
    if sockets.is_empty() {
        return;
    }
    let Ok(now) = live_record(&tables(Class::Fabric, state)) else {
        return;
    };
    if now.is_some() && now.as_ref().map(|now| now.version) == before {
        return;
    }
    for socket in sockets {
        send_to(&socket, now.as_ref());
    }
}

/// A socket that has gone is not a reason to stop; the runtime removes it.
fn send_to(socket: &WebSocket, now: Option<&LiveRecord>) {
    let reader = socket.deserialize_attachment::<Reader>().ok().flatten();
    let until_ms = reader.map_or(0, |reader| reader.until_ms);
    let message = now.map_or(
        SocketMessage::End(FABRIC_GONE, "the fabric was forgotten"),
        |now| now.message_for(until_ms, now_ms()),
    );
    let _ = match message {
        SocketMessage::Record(text) => socket.send_with_str(text),
        SocketMessage::End(code, reason) => socket.close(Some(code), Some(reason)),
    };
}
