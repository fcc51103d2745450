//! Live updates: sockets that hibernate in a fabric's object. Who may have one, and what each is told, is decided in
//! `objects::fabric`.

use worker::{Env, Request, Response, Result, State, WebSocket, WebSocketPair};

use super::ask_for_socket::{SESSION, WATCH};
use super::object::{now_ms, tables, to_worker_error};
use crate::config::github_url;
use crate::objects::Class;
use crate::objects::fabric::{
    CONNECT_AGAIN, LiveRecord, NotOpened, SocketMessage, Watch, Watcher, live_record, news,
    next_end_ms, session_tag,
};

/// Answers in the object what is asked about sockets; none where something else is asked.
pub(super) fn answer(state: &State, env: &Env, request: &Request) -> Result<Option<Response>> {
    let headers = request.headers();
    if let Some(watch) = headers.get(WATCH)? {
        return accept(state, env, &serde_json::from_str(&watch)?).map(Some);
    }
    let Some(session) = headers.get(SESSION)? else {
        return Ok(None);
    };
    for socket in state.get_websockets_with_tag(&session_tag(&session)) {
        let _ = socket.close(Some(CONNECT_AGAIN), Some("signed out"));
    }
    Response::ok("").map(Some)
}

/// Takes a socket in the object, and tells it the record as it is now.
fn accept(state: &State, env: &Env, watch: &Watch) -> Result<Response> {
    let now = live(state, env)?;
    let count = |tag: Option<&str>| match tag {
        Some(tag) => state.get_websockets_with_tag(tag).len(),
        None => state.get_websockets().len(),
    };
    let watcher = match watch.admit(now.as_ref(), count, now_ms()) {
        Ok(watcher) => watcher,
        Err(NotOpened::Gone) => return Response::error("there is no such fabric", 404),
        Err(NotOpened::Full) => return Response::error("there is no room", 503),
    };
    let pair = WebSocketPair::new()?;
    let tags = watch.tags();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    state.accept_websocket_with_tags(&pair.server, &tags);
    pair.server.serialize_attachment(&watcher)?;
    if let Some(message) = news(now.as_ref(), None, Some(&watcher), now_ms()) {
        send_to(&pair.server, &message);
    }
    Response::from_websocket(pair.client)
}

fn live(state: &State, env: &Env) -> Result<Option<LiveRecord>> {
    let github = github_url(|name| env.var(name).ok().map(|value| value.to_string()));
    live_record(&tables(Class::Fabric, state), &github).map_err(to_worker_error)
}

/// The record as it is now, if anybody watches it.
fn watched(state: &State, env: &Env) -> Option<LiveRecord> {
    match state.get_websockets().is_empty() {
        true => None,
        false => live(state, env).ok()?,
    }
}

/// The version that watchers were told last: that of the record before a message is handled.
pub(super) fn version(state: &State, env: &Env) -> Option<u64> {
    watched(state, env).map(|now| now.version)
}

/// When the next socket ends by itself.
pub(super) fn next_end(state: &State, env: &Env) -> Option<u64> {
    let now = watched(state, env)?;
    let sockets = state.get_websockets();
    next_end_ms(&now, sockets.iter().filter_map(watcher), now_ms())
}

/// Tells every socket what is news to those who were told this version, and gives the version that they know now.
pub(super) fn broadcast(state: &State, env: &Env, told: Option<u64>) -> Option<u64> {
    let sockets = state.get_websockets();
    if sockets.is_empty() {
        return None;
    }
    let Ok(now) = live(state, env) else {
        return told;
    };
    for socket in sockets {
        if let Some(message) = news(now.as_ref(), told, watcher(&socket).as_ref(), now_ms()) {
            send_to(&socket, &message);
        }
    }
    now.map(|now| now.version)
}

fn watcher(socket: &WebSocket) -> Option<Watcher> {
    socket.deserialize_attachment().ok().flatten()
}

/// A socket that has gone is not a reason to stop; the runtime removes it.
fn send_to(socket: &WebSocket, message: &SocketMessage<'_>) {
    let _ = match message {
        SocketMessage::Record(text) => socket.send_with_str(text),
        SocketMessage::End(code, reason) => socket.close(Some(*code), Some(*reason)),
    };
}
