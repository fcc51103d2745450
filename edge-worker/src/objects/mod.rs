//! The Durable Objects as plain functions: a message and a database in, a reply out. No await happens inside one, so a
//! message is never half done when the next arrives.

pub mod alarm;
pub mod fabric;
pub mod index;
pub mod index_outbox;
mod kept;
#[cfg(test)]
mod landed;
pub mod repository;
pub(crate) mod repository_facts;
mod retry;
pub mod session;
pub(crate) mod shares;
mod sql;
mod tables;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub(crate) use kept::Kept;
pub use repository_facts::PublicCopy;
pub use sql::{Row, Sql, SqlError, Value};
pub use tables::Tables;

use crate::host::{Host, ObjectUnavailable};

/// The classes of objects, as bound in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// One per fabric id: its record and history.
    Fabric,
    /// One per GitHub repository, named by the node id that GitHub gives it today: claimed directories and the queue of writes.
    Repository,
    /// One per session: the sealed token, and answers to repeat.
    Session,
    /// One for all: a row for each fabric, for lists.
    Index,
}

impl Class {
    /// The binding's name.
    pub fn binding(self) -> &'static str {
        match self {
            Self::Fabric => "FABRIC",
            Self::Repository => "REPOSITORY",
            Self::Session => "SESSION",
            Self::Index => "INDEX",
        }
    }
}

/// What nothing is heard of for this long is carried out by nobody any more. Whoever carries something out says so three
/// times as often.
pub(crate) const SILENT_MS: u64 = 9_000;

/// What the object of a repository writes is over by then, or that object is no more: it begins anew each time that it sends something,
/// and whoever wakes it ends what it left.
pub(crate) const WRITE_MS: u64 = 150_000;

/// A draft is kept for so long.
pub(crate) const DRAFT_KEPT_MS: u64 = 7 * 24 * 3_600_000;

/// A message to an object, with the reply that it gets.
pub(crate) trait Message: Serialize + DeserializeOwned {
    type Reply: Serialize + DeserializeOwned;
    /// Which objects take the message.
    const CLASS: Class;

    /// The reply as people may read it, who see GitHub at `github_url`: what a record holds may come from a backup's file, which
    /// anybody may have written.
    fn linked_to(reply: Self::Reply, _github_url: &str) -> Self::Reply {
        reply
    }
}

/// An object could not carry a message out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// The database refused a statement.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// A message or a stored value is not what it should be.
    #[error("cannot read JSON: {0}")]
    Json(String),
}

impl From<serde_json::Error> for ObjectError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error.to_string())
    }
}

/// What an object answers on the wire: its reply or, as text, why there is none.
#[derive(Serialize, Deserialize)]
enum Envelope<R> {
    Reply(R),
    Failed(String),
}

/// Carries a message out in the object that owns the database, and gives the reply as JSON.
pub fn handle(sql: &Tables<impl Sql>, message: &str) -> String {
    let reply = match sql.class() {
        Class::Fabric => respond(message, |message| fabric::handle(sql, message)),
        Class::Repository => respond(message, |message| repository::handle(sql, message)),
        Class::Session => respond(message, |message| session::handle(sql, message)),
        Class::Index => respond(message, |message| index::handle(sql, message)),
    };
    reply.unwrap_or_else(|error| serde_json::json!({ "Failed": error.to_string() }).to_string())
}

fn respond<M: Message>(
    message: &str,
    carry_out: impl Fn(M) -> Result<M::Reply, ObjectError>,
) -> Result<String, ObjectError> {
    let envelope = match serde_json::from_str(message)
        .map_err(ObjectError::from)
        .and_then(carry_out)
    {
        Ok(reply) => Envelope::Reply(reply),
        Err(error) => Envelope::Failed(error.to_string()),
    };
    Ok(serde_json::to_string(&envelope)?)
}

/// What this version can read of rows of JSON. The others stay where they are, for the version that wrote them.
fn readable<T: DeserializeOwned>(rows: &[Row]) -> Vec<T> {
    let texts = rows.iter().filter_map(|row| row.first()?.text());
    texts
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect()
}

/// Sends a message to an object. Whatever is told of its reply, addresses in it lead to GitHub or are none.
pub(crate) async fn ask<M: Message>(
    host: &impl Host,
    name: &str,
    message: &M,
) -> Result<M::Reply, ObjectUnavailable> {
    let answered = exchange(host, name, message).await;
    answered.map_err(|ObjectUnavailable(error)| unavailable::<M>(host, error))
}

/// An object did not answer, or not with a reply to what it was asked. Whoever asked is told what to do, and the log why.
pub(crate) fn unavailable<M: Message>(host: &impl Host, error: String) -> ObjectUnavailable {
    let line = serde_json::json!({ "event": "storage_failed", "class": M::CLASS.binding(), "error": error });
    host.log(&line.to_string());
    ObjectUnavailable(error)
}

async fn exchange<M: Message>(
    host: &impl Host,
    name: &str,
    message: &M,
) -> Result<M::Reply, ObjectUnavailable> {
    let unreadable =
        |error: serde_json::Error| ObjectUnavailable(format!("cannot read JSON: {error}"));
    let message = serde_json::to_string(message).map_err(unreadable)?;
    let reply = host.call(M::CLASS, name, message).await?;
    match serde_json::from_str(&reply).map_err(unreadable)? {
        Envelope::Reply(reply) => Ok(M::linked_to(reply, &host.config().github_url)),
        Envelope::Failed(reason) => Err(ObjectUnavailable(reason)),
    }
}
