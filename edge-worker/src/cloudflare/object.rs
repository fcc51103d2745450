//! The four classes of Durable Objects. Each hands its messages to the plain functions of `objects`, and none panics:
//! a panic inside an object leaves its caller hanging.

use worker::{
    DurableObject, Env, Method, Request, RequestInit, Response, Result, State, WebSocket,
    WebSocketIncomingMessage, durable_object,
};

use super::host::{OBJECT_DEADLINE_MS, within};
use super::live_sockets;
use super::sql::ObjectSql;
use crate::objects::fabric::kv_outbox::Due;
use crate::objects::{Class, fabric, handle, index, index_outbox, session};

macro_rules! object {
    ($(#[$doc:meta])* $name:ident, $class:expr) => {
        $(#[$doc])*
        #[durable_object]
        pub struct $name {
            state: State,
            env: Env,
        }

        impl DurableObject for $name {
            fn new(state: State, env: Env) -> Self {
                Self { state, env }
            }

            async fn fetch(&self, mut request: Request) -> Result<Response> {
                if $class == Class::Fabric && live_sockets::is_upgrade(&request)? {
                    return live_sockets::accept(&self.state, &request);
                }
                let message = request.text().await?;
                let before = live_sockets::version(&self.state);
                let reply = handle($class, &ObjectSql(self.state.storage().sql()), &message);
                live_sockets::broadcast(&self.state, before);
                schedule_alarm($class, &self.state).await?;
                Response::ok(reply)
            }

            async fn alarm(&self) -> Result<Response> {
                run_alarm($class, &self.state, &self.env).await?;
                Response::ok("")
            }

            /// Watchers send nothing that matters.
            async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> Result<()> {
                Ok(())
            }

            async fn websocket_close(&self, socket: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
                let _ = socket.close(Some(1000), Some("goodbye"));
                Ok(())
            }

            async fn websocket_error(&self, _: WebSocket, _: worker::Error) -> Result<()> {
                Ok(())
            }
        }
    };
}

object!(
    /// One fabric's record and history.
    FabricObject,
    Class::Fabric
);
object!(
    /// One repository's claimed directories and write lock.
    RepositoryObject,
    Class::Repository
);
object!(SessionObject, Class::Session);

object!(
    /// A row for each fabric, for lists.
    IndexObject,
    Class::Index
);

/// Sets the alarm for whatever has to be done next without being asked.
async fn schedule_alarm(class: Class, state: &State) -> Result<()> {
    let sql = ObjectSql(state.storage().sql());
    let next = match class {
        Class::Fabric => fabric::next_alarm(&sql, now_ms()),
        Class::Session => session::sweep(&sql, now_ms()),
        Class::Repository | Class::Index => return Ok(()),
    };
    if let Some(after_ms) = next.map_err(to_worker_error)? {
        let after_ms = i64::try_from(after_ms).unwrap_or(i64::MAX);
        let at_ms = i64::try_from(now_ms())
            .unwrap_or(i64::MAX)
            .saturating_add(after_ms);
        // An alarm that is due earlier stays: it arranges the next one, and a mere read must not postpone it.
        if state
            .storage()
            .get_alarm()
            .await?
            .is_none_or(|set| set > at_ms)
        {
            state.storage().set_alarm(after_ms).await?;
        }
    }
    Ok(())
}

/// Ends what has taken too long and writes the public copy that waits. What fails is tried at the next alarm.
async fn run_alarm(class: Class, state: &State, env: &Env) -> Result<()> {
    let sql = ObjectSql(state.storage().sql());
    match class {
        Class::Fabric => {}
        // A session that has ended leaves nothing behind, not even empty tables.
        Class::Session => {
            return match session::sweep(&sql, now_ms()).map_err(to_worker_error)? {
                Some(_) => schedule_alarm(class, state).await,
                None => state.storage().delete_all().await,
            };
        }
        Class::Repository | Class::Index => return Ok(()),
    }
    let before = live_sockets::version(state);
    fabric::end_overdue(&sql, now_ms()).map_err(to_worker_error)?;
    live_sockets::broadcast(state, before);
    match fabric::copy_due(&sql, now_ms()).map_err(to_worker_error)? {
        Some(Due::Write { key, version, text }) => match write_copy(env, &key, text).await {
            Ok(()) => fabric::copy_written(&sql, version, now_ms()).map_err(to_worker_error)?,
            Err(error) => {
                let line = serde_json::json!({ "event": "copy_not_written", "fabric": key, "error": error.to_string() });
                worker::console_log!("{line}");
                fabric::copy_failed(&sql, now_ms()).map_err(to_worker_error)?;
            }
        },
        Some(Due::Compare { key }) => {
            let found = env.kv("FABRICS")?.get(&key).text().await?;
            fabric::copy_compared(&sql, found.as_deref(), now_ms()).map_err(to_worker_error)?;
        }
        None => {}
    }
    if let Some((version, message)) = index_outbox::waiting(&sql).map_err(to_worker_error)? {
        match write_listing(env, message).await {
            Ok(()) => index_outbox::written(&sql, version).map_err(to_worker_error)?,
            Err(error) => {
                let line = serde_json::json!({ "event": "listing_not_written", "error": error.to_string() });
                worker::console_log!("{line}");
                index_outbox::failed(&sql, now_ms()).map_err(to_worker_error)?;
            }
        }
    }
    schedule_alarm(class, state).await
}

async fn write_listing(env: &Env, message: String) -> Result<()> {
    let stub = env
        .durable_object(Class::Index.binding())?
        .get_by_name(index::NAME)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_body(Some(message.into()));
    let request = Request::new_with_init("https://object/", &init)?;
    let asking = async { stub.fetch_with_request(request).await?.text().await };
    let reply = within(OBJECT_DEADLINE_MS, asking).await.transpose()?;
    match reply {
        Some(reply) if index::is_done(&reply) => Ok(()),
        Some(reply) => Err(worker::Error::RustError(reply)),
        None => Err(worker::Error::RustError("no answer in time".to_owned())),
    }
}

async fn write_copy(env: &Env, key: &str, text: Option<String>) -> Result<()> {
    let copies = env.kv("FABRICS")?;
    match text {
        Some(text) => Ok(copies.put(key, text)?.execute().await?),
        None => Ok(copies.delete(key).await?),
    }
}

pub(super) fn now_ms() -> u64 {
    worker::Date::now().as_millis()
}

pub(super) fn to_worker_error(error: crate::objects::ObjectError) -> worker::Error {
    worker::Error::RustError(error.to_string())
}
