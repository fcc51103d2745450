//! Which sessions a person has, in the object of the person: only the last ones stay, so that nobody piles them up. Their names
//! are digests, which open nothing.

use super::{ObjectError, Row, SESSION_MS, SessionReply, Sql, Value};

/// How many sessions a person may have.
const MOST: u64 = 20;
/// How many of those that are too many are ended at once; what could not be ended is tried again at the next sign-in.
const ENDED_AT_ONCE: u64 = 2;

/// Keeps the name of a session, and gives the oldest ones where there are too many. These stay until they have ended.
pub(super) fn keep(
    sql: &impl Sql,
    session: &str,
    now_ms: u64,
) -> Result<SessionReply, ObjectError> {
    sql.run(
        "INSERT OR REPLACE INTO short (kind, sealed, state, until_ms) VALUES (?, ?, NULL, ?)",
        &[
            kind(session).into(),
            session.into(),
            (now_ms + SESSION_MS).into(),
        ],
    )?;
    let rows = sql.run(
        "SELECT sealed FROM short WHERE kind LIKE 'session %' AND until_ms > ?1 ORDER BY until_ms, rowid \
         LIMIT MIN(?3, MAX(0, (SELECT COUNT(*) FROM short WHERE kind LIKE 'session %' AND until_ms > ?1) - ?2))",
        &[now_ms.into(), MOST.into(), ENDED_AT_ONCE.into()],
    )?;
    let names = texts(&rows);
    Ok(match names.is_empty() {
        true => SessionReply::Done,
        false => SessionReply::Names(names),
    })
}

/// The names of all sessions, the oldest first.
pub(super) fn names(sql: &impl Sql, now_ms: u64) -> Result<SessionReply, ObjectError> {
    let rows = sql.run(
        "SELECT sealed FROM short WHERE kind LIKE 'session %' AND until_ms > ? ORDER BY until_ms, rowid",
        &[now_ms.into()],
    )?;
    Ok(SessionReply::Names(texts(&rows)))
}

fn texts(rows: &[Row]) -> Vec<String> {
    let names = rows.iter().filter_map(|row| row.first());
    names.filter_map(Value::text).map(String::from).collect()
}

/// A session has ended.
pub(super) fn forget(sql: &impl Sql, session: &str) -> Result<SessionReply, ObjectError> {
    sql.run("DELETE FROM short WHERE kind = ?", &[kind(session).into()])?;
    Ok(SessionReply::Done)
}

fn kind(session: &str) -> String {
    format!("session {session}")
}
