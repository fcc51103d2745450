//! What the Worker asks a fabric's object about sockets.

use worker::{Env, Headers, Method, Request, RequestInit, Response, Result};

use crate::objects::Class;
use crate::objects::fabric::{NotOpened, Watch};

/// Where an object takes what is asked about sockets.
const ADDRESS: &str = "https://object/sockets";
/// Who wants to watch, as JSON.
pub(super) const WATCH: &str = "x-hedgerow-watch";
/// Whose sockets end.
pub(super) const SESSION: &str = "x-hedgerow-session";

/// Asks a fabric's object for a socket. The answer that has one goes to whoever asked.
pub(super) async fn open(
    env: &Env,
    watch: &Watch,
) -> Result<std::result::Result<Response, NotOpened>> {
    let headers = Headers::new();
    headers.set("upgrade", "websocket")?;
    headers.set(WATCH, &serde_json::to_string(watch)?)?;
    let answer = ask(env, watch.fabric.as_str(), Method::Get, headers).await?;
    match answer.status_code() {
        101 => Ok(Ok(answer)),
        404 => Ok(Err(NotOpened::Gone)),
        503 => Ok(Err(NotOpened::Full)),
        other => Err(worker::Error::RustError(format!(
            "a socket was answered with {other}"
        ))),
    }
}

/// Ends the sockets of a session.
pub(super) async fn end(env: &Env, fabric: &str, session: &str) -> Result<()> {
    let headers = Headers::new();
    headers.set(SESSION, session)?;
    ask(env, fabric, Method::Delete, headers).await.map(drop)
}

async fn ask(env: &Env, fabric: &str, method: Method, headers: Headers) -> Result<Response> {
    let stub = env
        .durable_object(Class::Fabric.binding())?
        .get_by_name(fabric)?;
    let mut init = RequestInit::new();
    init.with_method(method).with_headers(headers);
    stub.fetch_with_request(Request::new_with_init(ADDRESS, &init)?)
        .await
}
