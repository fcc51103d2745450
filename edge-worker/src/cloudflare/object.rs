//! The four classes of Durable Objects. Each hands its messages to the plain functions of `objects`, and none panics:
//! a panic inside an object leaves its caller hanging.

use std::cell::Cell;
use std::time::Duration;

use shared::names::FabricId;
use worker::{
    Delay, DurableObject, Env, Request, Response, Result, ScheduledTime, State, WebSocket,
    WebSocketIncomingMessage, durable_object,
};

use super::host::{CloudflareHost, ask_object};
use super::sql::ObjectSql;
use super::{ask_for_socket, live_sockets};
use crate::objects::alarm::{self, ObjectHost};
use crate::objects::{Class, Tables, handle, index};
use crate::operation::{Accepted, Writer};

macro_rules! object {
    ($(#[$doc:meta])* $name:ident, $class:expr) => {
        $(#[$doc])*
        #[durable_object]
        pub struct $name {
            state: State,
            env: Env,
            is_copying: Cell<bool>,
            writer: Writer,
        }

        impl $name {
            /// What waits to be written is worked off by the alarm; who asked for it is answered when it is over.
            async fn write(&self, message: &str) -> Result<Response> {
                let sql = tables($class, &self.state);
                match self.writer.accept(&sql, now_ms(), message) {
                    Accepted::Now(reply) => Response::ok(reply),
                    Accepted::Later(receiver) => {
                        schedule_alarm(&sql, &self.state).await?;
                        Response::ok(receiver.await.map_err(to_worker_error)?)
                    }
                }
            }

            /// Works off what waits to be written, and gives in how many milliseconds there is more to do.
            async fn work_off_writes(&self, sql: &Tables<ObjectSql>) -> Option<u64> {
                if $class != Class::Repository {
                    return None;
                }
                let host = CloudflareHost::new(self.env.clone());
                self.writer.work(sql, &host).await
            }

            fn host(&self) -> CloudflareObject<'_> {
                CloudflareObject {
                    state: &self.state,
                    env: &self.env,
                    is_copying: &self.is_copying,
                    told: Cell::new(live_sockets::version(&self.state, &self.env)),
                }
            }
        }

        impl DurableObject for $name {
            fn new(state: State, env: Env) -> Self {
                let is_copying = Cell::new(false);
                let writer = Writer::default();
                Self { state, env, is_copying, writer }
            }

            async fn fetch(&self, mut request: Request) -> Result<Response> {
                if $class == Class::Fabric
                    && let Some(answer) = live_sockets::answer(&self.state, &self.env, &request)?
                {
                    set_earlier(&self.state, live_sockets::next_end(&self.state, &self.env)).await?;
                    return Ok(answer);
                }
                let message = request.text().await?;
                if $class == Class::Repository && request.path() == "/write" {
                    return self.write(&message).await;
                }
                let host = self.host();
                let sql = tables($class, &self.state);
                let reply = handle(&sql, &message);
                host.tell_watchers();
                alarm::copy_before_answer(&message, &sql, &host).await;
                alarm::row_before_answer(&message, &sql, &host).await;
                alarm::sockets_before_answer(&message, &sql, &host).await;
                // What was carried out is answered; the next message sets the alarm anew.
                if let Err(error) = schedule_alarm(&sql, &self.state).await {
                    let line = serde_json::json!({ "event": "alarm_not_set", "error": error.to_string() });
                    host.log(&line.to_string());
                }
                Response::ok(reply)
            }

            async fn alarm(&self) -> Result<Response> {
                let sql = tables($class, &self.state);
                let writes = self.work_off_writes(&sql).await;
                let next = alarm::run(&sql, &self.host()).await;
                let next = writes.or(next).map(|after_ms| now_ms().saturating_add(after_ms));
                let sockets = live_sockets::next_end(&self.state, &self.env);
                set_earlier(&self.state, next.into_iter().chain(sockets).min()).await?;
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
    /// One repository's claimed directories, and its writes.
    RepositoryObject,
    Class::Repository
);
object!(SessionObject, Class::Session);

object!(
    /// A row for each fabric, for lists.
    IndexObject,
    Class::Index
);

/// The tables of the object that is running.
pub(super) fn tables(class: Class, state: &State) -> Tables<ObjectSql> {
    Tables::of(class, ObjectSql(state.storage().sql()))
}

/// Sets the alarm for whatever has to be done next without being asked.
async fn schedule_alarm(sql: &Tables<ObjectSql>, state: &State) -> Result<()> {
    let set = alarm_set(state).await;
    match alarm::to_set(sql, now_ms(), set).map_err(to_worker_error)? {
        Some(at_ms) => set_alarm(state, at_ms).await,
        None => Ok(()),
    }
}

/// Sets the alarm to a time, where one is due and no earlier one is set: a message that came meanwhile may have asked for that.
async fn set_earlier(state: &State, at_ms: Option<u64>) -> Result<()> {
    match at_ms {
        Some(at_ms) if alarm_set(state).await.is_none_or(|set_ms| set_ms > at_ms) => {
            set_alarm(state, at_ms).await
        }
        _ => Ok(()),
    }
}

/// When the alarm that is set will come. Where that cannot be told it is taken for none, so that one is set in any case.
async fn alarm_set(state: &State) -> Option<u64> {
    let set = state.storage().get_alarm().await.ok()??;
    Some(u64::try_from(set).unwrap_or_default())
}

/// The time is told, not how far away it is: while this waits it would move on.
async fn set_alarm(state: &State, at_ms: u64) -> Result<()> {
    #[allow(clippy::cast_precision_loss, reason = "dates are below 2^53")]
    let at = worker::js_sys::Date::new(&(at_ms as f64).into());
    state.storage().set_alarm(ScheduledTime::new(at)).await
}

/// What an object reaches in workerd.
struct CloudflareObject<'a> {
    state: &'a State,
    env: &'a Env,
    is_copying: &'a Cell<bool>,
    /// The version that watchers were told last.
    told: Cell<Option<u64>>,
}

impl CloudflareObject<'_> {
    async fn copies(&self, key: &str, text: Option<&str>) -> Result<()> {
        let copies = self.env.kv("FABRICS")?;
        match text {
            Some(text) => Ok(copies.put(key, text)?.execute().await?),
            None => Ok(copies.delete(key).await?),
        }
    }
}

impl ObjectHost for CloudflareObject<'_> {
    fn now_ms(&self) -> u64 {
        now_ms()
    }

    async fn sleep(&self, duration_ms: u64) {
        Delay::from(Duration::from_millis(duration_ms)).await;
    }

    async fn put_copy(&self, key: &str, text: Option<&str>) -> std::result::Result<(), String> {
        self.copies(key, text).await.map_err(to_text)
    }

    async fn read_copy(&self, key: &str) -> std::result::Result<Option<String>, String> {
        let copies = self.env.kv("FABRICS").map_err(to_text)?;
        copies.get(key).text().await.map_err(to_text)
    }

    async fn ask_index(&self, message: String) -> std::result::Result<String, String> {
        let asking = ask_object(self.env, Class::Index, index::NAME, message);
        asking.await.map_err(to_text)
    }

    async fn end_sockets(&self, fabric: &FabricId, name: &str) -> std::result::Result<(), String> {
        let ending = ask_for_socket::end(self.env, fabric.as_str(), name);
        ending.await.map_err(to_text)
    }

    async fn delete_all(&self) -> std::result::Result<(), String> {
        self.state.storage().delete_all().await.map_err(to_text)
    }

    fn tell_watchers(&self) {
        let told = live_sockets::broadcast(self.state, self.env, self.told.get());
        self.told.set(told);
    }

    fn begin_copying(&self) -> bool {
        self.is_copying.replace(true)
    }

    fn end_copying(&self) {
        self.is_copying.set(false);
    }

    fn log(&self, line: &str) {
        worker::console_log!("{line}");
    }
}

fn to_text(error: impl ToString) -> String {
    error.to_string()
}

pub(super) fn now_ms() -> u64 {
    worker::Date::now().as_millis()
}

pub(super) fn to_worker_error(error: impl std::error::Error) -> worker::Error {
    worker::Error::RustError(error.to_string())
}
