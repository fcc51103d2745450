//! What objects do without being asked: end what has taken too long, and keep the copies of their state elsewhere up to date.
//!
//! Nothing that fails keeps the rest from being done, and every alarm says when the next one is due.

use futures_util::future::join_all;
use serde_json::json;
use shared::names::FabricId;

use super::retry::{self, Duty, Failed};
use super::{Class, ObjectError, Sql, SqlError, Tables, fabric, index, repository, session};
use crate::host::before;

/// KV that says nothing for this long will not answer.
const KV_DEADLINE_MS: u64 = 10_000;
/// The same for the index.
const INDEX_DEADLINE_MS: u64 = 5_000;
/// The same for a fabric that is to end sockets.
const SOCKETS_DEADLINE_MS: u64 = 5_000;
/// How long the answer to a message may wait for the public copy, for the row, or for sockets to end.
const BEFORE_ANSWER_MS: u64 = 1_000;
/// When the storage of an object is deleted that holds nothing any more: often something follows.
const EMPTY_MS: u64 = 60_000;
/// When a copy is looked for again that another is writing.
const COPYING_MS: u64 = 1_000;

/// What an object reaches outside its own database. workerd is one such place, the native tests are the other.
#[allow(
    async_fn_in_trait,
    reason = "futures stay on one thread: workerd has only one, and the tests use one"
)]
pub trait ObjectHost {
    /// Milliseconds since 1970-01-01 UTC.
    fn now_ms(&self) -> u64;

    async fn sleep(&self, duration_ms: u64);

    /// Writes a key of the public copies; no text deletes it.
    ///
    /// # Errors
    /// Why KV did not.
    async fn put_copy(&self, key: &str, text: Option<&str>) -> Result<(), String>;

    /// Reads a key of the public copies.
    ///
    /// # Errors
    /// Why KV did not answer.
    async fn read_copy(&self, key: &str) -> Result<Option<String>, String>;

    /// Gives a message to the index and waits for its reply, both JSON.
    ///
    /// # Errors
    /// Why there is no reply.
    async fn ask_index(&self, message: String) -> Result<String, String>;

    /// Ends the sockets of this name at a fabric.
    ///
    /// # Errors
    /// Why its object did not.
    async fn end_sockets(&self, fabric: &FabricId, name: &str) -> Result<(), String>;

    /// Deletes everything that the object has.
    ///
    /// # Errors
    /// Why the storage did not.
    async fn delete_all(&self) -> Result<(), String>;

    /// Tells those who watch the record, where it changed.
    fn tell_watchers(&self);

    /// Says that the public copy is being written, and tells whether it was already: a later one must not be overtaken.
    fn begin_copying(&self) -> bool;

    /// The public copy is not being written any more.
    fn end_copying(&self);

    /// Writes a line of the log.
    fn log(&self, line: &str);
}

/// Does what is due, and gives in how many milliseconds there is more to do.
pub async fn run(sql: &Tables<impl Sql>, host: &impl ObjectHost) -> Option<u64> {
    let class = sql.class();
    let mut errors = Vec::new();
    let mut is_over = false;
    let mut least_ms = 0;
    match class {
        Class::Fabric => {
            errors.extend(fabric::end_overdue(sql, host.now_ms()).err());
            host.tell_watchers();
            match write_copy(sql, host, KV_DEADLINE_MS).await {
                Ok(Written::ByAnother) => least_ms = COPYING_MS,
                Ok(Written::Tried) => {}
                Err(error) => errors.push(error),
            }
            errors.extend(compare_copy(sql, host).await.err());
            errors.extend(write_row(sql, host, INDEX_DEADLINE_MS).await.err());
            match fabric::is_over(sql, host.now_ms()) {
                Ok(over) => is_over = over,
                Err(error) => errors.push(error),
            }
        }
        Class::Session => {
            errors.extend(end_sockets(sql, host, SOCKETS_DEADLINE_MS).await.err());
            match session::sweep(sql, host.now_ms()) {
                Ok(left) => is_over = left.is_none(),
                Err(error) => errors.push(error),
            }
        }
        // What waits to be written is worked off before (`operation::writer`).
        Class::Repository => match repository::next_alarm(sql) {
            Ok((_, nothing)) => is_over = nothing,
            Err(error) => errors.push(error),
        },
        Class::Index => return None,
    }
    // What has ended leaves nothing behind, not even empty tables.
    if is_over {
        match host.delete_all().await {
            Ok(()) => return None,
            Err(error) => errors.push(SqlError(error).into()),
        }
    }
    let next = next(sql, host.now_ms()).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    if errors.is_empty() {
        return next.map(|after_ms| after_ms.max(least_ms));
    }
    let now_ms = host.now_ms();
    let failed = retry::failed(sql, Duty::Alarm, &now_ms.to_string(), now_ms);
    // The database itself may refuse, so that nothing can be kept in it.
    let failed = failed.unwrap_or(Failed {
        times: 1,
        after_ms: retry::LONGEST_MS,
    });
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    log_failure(
        host,
        "alarm_failed",
        class.binding(),
        failed.times,
        &errors.join("; "),
    );
    Some(failed.after_ms)
}

/// Writes what waits to be written elsewhere and is due.
pub async fn deliver(sql: &Tables<impl Sql>, host: &impl ObjectHost) -> Result<(), ObjectError> {
    let copied = write_copy(sql, host, KV_DEADLINE_MS).await;
    write_row(sql, host, INDEX_DEADLINE_MS).await?;
    copied.map(|_| ())
}

/// In how many milliseconds from `now_ms` an object of this class has something to do.
///
/// # Errors
/// [`ObjectError`] where the database refuses.
pub fn next(sql: &Tables<impl Sql>, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    if !sql.are_made()? {
        return Ok(None);
    }
    let (next, is_over) = match sql.class() {
        Class::Fabric => match fabric::next_alarm(sql, now_ms)? {
            None => (None, fabric::is_over(sql, now_ms)?),
            next => (next, false),
        },
        Class::Session => {
            let next = session::next_alarm(sql, now_ms)?;
            (next, next.is_none())
        }
        Class::Repository => repository::next_alarm(sql)?,
        Class::Index => (None, false),
    };
    Ok(next.or(is_over.then_some(EMPTY_MS)))
}

/// When the alarm of an object has to be set to, where another one, or none, is `set`. One that is due earlier stays: it
/// arranges the next one, and a mere read must not postpone it.
///
/// # Errors
/// [`ObjectError`] where the database refuses.
pub fn to_set(
    sql: &Tables<impl Sql>,
    now_ms: u64,
    set: Option<u64>,
) -> Result<Option<u64>, ObjectError> {
    let at_ms = next(sql, now_ms)?.map(|after_ms| now_ms.saturating_add(after_ms));
    // What is overdue is due now, whenever it was set to.
    Ok(at_ms.filter(|at_ms| set.is_none_or(|set| set > *at_ms)))
}

/// Tries once to write the public copy before a message is answered that ended an operation, so that who reads it next reads
/// how that ended. What fails is left to the alarm.
pub async fn copy_before_answer(message: &str, sql: &Tables<impl Sql>, host: &impl ObjectHost) {
    if sql.class() != Class::Fabric || !fabric::ends_operation(message) {
        return;
    }
    if let Err(error) = write_copy(sql, host, BEFORE_ANSWER_MS).await {
        let line = json!({ "event": "copy_not_written", "error": error.to_string() });
        host.log(&line.to_string());
    }
}

/// Tries once to write the row of the index before a message is answered that asks for it, or that ended a creation, so that the
/// list has it then. What fails is left to the alarm.
pub async fn row_before_answer(message: &str, sql: &Tables<impl Sql>, host: &impl ObjectHost) {
    if sql.class() != Class::Fabric {
        return;
    }
    let written = match fabric::needs_row(sql, message) {
        Ok(true) => write_row(sql, host, BEFORE_ANSWER_MS).await,
        needs_none => needs_none.map(drop),
    };
    if let Err(error) = written {
        let line = json!({ "event": "row_not_written", "error": error.to_string() });
        host.log(&line.to_string());
    }
}

/// Tries once to end a session's sockets before the message is answered that ended it, so that whoever signed out is told nothing
/// more. What fails is left to the alarm.
pub async fn sockets_before_answer(message: &str, sql: &Tables<impl Sql>, host: &impl ObjectHost) {
    if sql.class() != Class::Session || !session::ends_session(message) {
        return;
    }
    if let Err(error) = end_sockets(sql, host, BEFORE_ANSWER_MS).await {
        let line = json!({ "event": "sockets_not_ended", "error": error.to_string() });
        host.log(&line.to_string());
    }
}

/// Ends the sockets of a session that ended, at each fabric that answers.
async fn end_sockets(
    sql: &impl Sql,
    host: &impl ObjectHost,
    deadline_ms: u64,
) -> Result<(), ObjectError> {
    let Some((name, fabrics)) = session::to_end(sql, host.now_ms())? else {
        return Ok(());
    };
    let asked = fabrics.iter().map(async |fabric| {
        let ending = host.end_sockets(fabric, &name);
        (fabric, within(host, deadline_ms, ending).await)
    });
    for (fabric, ended) in join_all(asked).await {
        match ended {
            Ok(()) => session::ended(sql, fabric)?,
            Err(error) => {
                let line =
                    json!({ "event": "sockets_not_ended", "fabric": fabric, "error": error });
                host.log(&line.to_string());
            }
        }
    }
    session::end_again(sql, host.now_ms())
}

/// Ends with whoever writes the copy, also where nobody waits for it any more.
struct Copying<'a, H: ObjectHost>(&'a H);

impl<H: ObjectHost> Drop for Copying<'_, H> {
    fn drop(&mut self) {
        self.0.end_copying();
    }
}

enum Written {
    Tried,
    ByAnother,
}

/// Writes the public copy, if it is due.
async fn write_copy(
    sql: &impl Sql,
    host: &impl ObjectHost,
    deadline_ms: u64,
) -> Result<Written, ObjectError> {
    let Some(copy) = fabric::copy_due(sql, host.now_ms())? else {
        return Ok(Written::Tried);
    };
    if host.begin_copying() {
        return Ok(Written::ByAnother);
    }
    let written = {
        let _copying = Copying(host);
        fabric::copy_sent(sql)?;
        let writing = host.put_copy(&copy.key, copy.text.as_deref());
        within(host, deadline_ms, writing).await
    };
    match written {
        Ok(()) => fabric::copy_written(sql, &copy, host.now_ms())?,
        Err(error) => {
            let failures = fabric::copy_failed(sql, &copy.key, host.now_ms())?;
            log_failure(host, "copy_not_written", &copy.key, failures, &error);
        }
    }
    Ok(Written::Tried)
}

/// Compares the public copy with what it should be, if that is due.
async fn compare_copy(sql: &impl Sql, host: &impl ObjectHost) -> Result<(), ObjectError> {
    let Some(key) = fabric::comparison_due(sql, host.now_ms())? else {
        return Ok(());
    };
    match within(host, KV_DEADLINE_MS, host.read_copy(&key)).await {
        Ok(found) => fabric::copy_compared(sql, found.as_deref(), host.now_ms())?,
        Err(error) => {
            let failures = fabric::comparison_failed(sql, &key, host.now_ms())?;
            log_failure(host, "copy_not_compared", &key, failures, &error);
        }
    }
    Ok(())
}

/// Writes the row of the index, if that is due.
async fn write_row(
    sql: &impl Sql,
    host: &impl ObjectHost,
    deadline_ms: u64,
) -> Result<(), ObjectError> {
    let Some(message) = fabric::row_due(sql, host.now_ms())? else {
        return Ok(());
    };
    let asking = host.ask_index(index::sent_at(&message, host.now_ms()));
    let reply = within(host, deadline_ms, asking).await;
    let error = match reply {
        Ok(reply) if index::is_done(&reply) => {
            return fabric::row_written(sql, &message, host.now_ms());
        }
        Ok(reply) => reply,
        Err(error) => error,
    };
    let failures = fabric::row_failed(sql, &message, host.now_ms())?;
    log_failure(host, "row_not_written", index::NAME, failures, &error);
    Ok(())
}

/// One line for the first failure, and one each time that there were twice as many.
fn log_failure(host: &impl ObjectHost, event: &str, key: &str, failures: u64, error: &str) {
    if failures.is_power_of_two() {
        let line = json!({ "event": event, "key": key, "failures": failures, "error": error });
        host.log(&line.to_string());
    }
}

async fn within<T>(
    host: &impl ObjectHost,
    deadline_ms: u64,
    future: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    let result = before(host.sleep(deadline_ms), future).await;
    result.unwrap_or_else(|| Err(format!("no answer within {} s", deadline_ms / 1_000)))
}
