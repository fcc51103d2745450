//! The three classes of Durable Objects. Each hands its messages to the plain functions of `objects`, and none panics:
//! a panic inside an object leaves its caller hanging.

use worker::{
    DurableObject, Env, Request, Response, Result, State, WebSocket, WebSocketIncomingMessage,
    durable_object,
};

use super::sql::ObjectSql;
use crate::objects::{Class, fabric, handle};

/// The least time between two writes of one KV key, which takes one a second.
const COPY_INTERVAL_MS: i64 = 1_000;

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
                let message = request.text().await?;
                let reply = handle($class, &ObjectSql(self.state.storage().sql()), &message);
                arrange_copy($class, &self.state).await?;
                Response::ok(reply)
            }

            async fn alarm(&self) -> Result<Response> {
                write_copy($class, &self.state, &self.env).await?;
                Response::ok("")
            }

            async fn websocket_message(&self, _: WebSocket, _: WebSocketIncomingMessage) -> Result<()> {
                Ok(())
            }

            async fn websocket_close(&self, _: WebSocket, _: usize, _: String, _: bool) -> Result<()> {
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
    /// One repository's claimed directories and turn to write.
    RepositoryObject,
    Class::Repository
);
object!(
    /// One session.
    SessionObject,
    Class::Session
);

/// Sets the alarm that writes the public copy, if one waits.
async fn arrange_copy(class: Class, state: &State) -> Result<()> {
    let sql = ObjectSql(state.storage().sql());
    if class == Class::Fabric
        && waiting(&sql)?.is_some()
        && state.storage().get_alarm().await?.is_none()
    {
        state.storage().set_alarm(COPY_INTERVAL_MS).await?;
    }
    Ok(())
}

/// Writes the public copy that waits. An error lets the alarm fire again.
async fn write_copy(class: Class, state: &State, env: &Env) -> Result<()> {
    let sql = ObjectSql(state.storage().sql());
    if class != Class::Fabric {
        return Ok(());
    }
    let Some((key, version, text)) = waiting(&sql)? else {
        return Ok(());
    };
    let copies = env.kv("FABRICS")?;
    match text {
        Some(text) => copies.put(&key, text)?.execute().await?,
        None => copies.delete(&key).await?,
    }
    fabric::copy_written(&sql, version).map_err(wrong)?;
    if waiting(&sql)?.is_some() {
        state.storage().set_alarm(COPY_INTERVAL_MS).await?;
    }
    Ok(())
}

fn waiting(sql: &ObjectSql) -> Result<Option<(String, u64, Option<String>)>> {
    fabric::waiting_copy(sql).map_err(wrong)
}

fn wrong(error: crate::objects::ObjectError) -> worker::Error {
    worker::Error::RustError(error.to_string())
}
