//! `SESSION`: one person's sealed token, and the answers to writes that may be repeated.

use serde::{Deserialize, Serialize};
use shared::api::{RepositoryChoice, User};

use super::{Class, Message, ObjectError, Row, Sql, Value};

/// A write that got no answer is given up after this long, and its key may be used again.
const ABANDONED_AFTER_MS: u64 = 240_000;
/// A session ends this long after it was opened, as its cookie does.
const SESSION_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// Answers are kept this long.
const KEPT_FOR_MS: u64 = 24 * 60 * 60 * 1000;

/// How long GitHub's list of repositories is good for.
const REPOSITORIES_MS: u64 = 5 * 60 * 1000;

/// What a session object can be asked.
#[derive(Serialize, Deserialize)]
pub(crate) enum SessionMessage {
    /// Keeps a sealed token.
    Open {
        sealed: String,
        user: User,
        now_ms: u64,
    },
    /// Gives the sealed token back.
    Get { now_ms: u64 },
    /// Gives the repositories that the person can see, if they were asked for a short time ago.
    Repositories { now_ms: u64 },
    /// Keeps the repositories that GitHub listed.
    KeepRepositories {
        repositories: Vec<RepositoryChoice>,
        now_ms: u64,
    },
    /// Forgets everything.
    Close,
    /// A write begins under an idempotency key; `fingerprint` tells requests apart.
    Begin {
        key: String,
        fingerprint: String,
        now_ms: u64,
    },
    /// The write was answered.
    Answered {
        key: String,
        status: u16,
        body: String,
    },
    /// The write was not carried out, so that the key may be used again.
    Abandon { key: String },
}

/// The replies.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum SessionReply {
    /// Done.
    Done,
    /// The session's content.
    Session { sealed: String, user: User },
    /// There is no such session.
    Nobody,
    /// The repositories that GitHub listed.
    Repositories(Vec<RepositoryChoice>),
    /// The key is new: carry the write out.
    New,
    /// The same write is under way.
    UnderWay,
    /// The same write was answered with this.
    Answered { status: u16, body: String },
    /// The key was used for another request.
    OtherRequest,
}

impl Message for SessionMessage {
    type Reply = SessionReply;
    const CLASS: Class = Class::Session;
}

pub(super) fn handle(sql: &impl Sql, message: SessionMessage) -> Result<SessionReply, ObjectError> {
    sql.run("CREATE TABLE IF NOT EXISTS session (one INTEGER PRIMARY KEY CHECK (one = 1), sealed TEXT NOT NULL, user TEXT NOT NULL, opened_ms INTEGER NOT NULL)", &[])?;
    sql.run(
        "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_ms INTEGER NOT NULL, status INTEGER, body TEXT)",
        &[],
    )?;
    sql.run("CREATE TABLE IF NOT EXISTS repositories (one INTEGER PRIMARY KEY CHECK (one = 1), listed_ms INTEGER NOT NULL, list TEXT NOT NULL)", &[])?;
    match message {
        SessionMessage::Open {
            sealed,
            user,
            now_ms,
        } => {
            let user = serde_json::to_string(&user)?;
            sql.run(
                "INSERT OR REPLACE INTO session (one, sealed, user, opened_ms) VALUES (1, ?, ?, ?)",
                &[sealed.into(), user.into(), now_ms.into()],
            )?;
            Ok(SessionReply::Done)
        }
        SessionMessage::Get { now_ms } => session(sql, now_ms),
        SessionMessage::Repositories { now_ms } => {
            let oldest = now_ms.saturating_sub(REPOSITORIES_MS);
            let rows = sql.run(
                "SELECT list FROM repositories WHERE listed_ms > ?",
                &[oldest.into()],
            )?;
            Ok(
                match rows
                    .first()
                    .and_then(|row| row.first())
                    .and_then(Value::text)
                {
                    Some(list) => SessionReply::Repositories(serde_json::from_str(list)?),
                    None => SessionReply::Nobody,
                },
            )
        }
        SessionMessage::KeepRepositories {
            repositories,
            now_ms,
        } => {
            let list = serde_json::to_string(&repositories)?;
            sql.run(
                "INSERT OR REPLACE INTO repositories (one, listed_ms, list) VALUES (1, ?, ?)",
                &[now_ms.into(), list.into()],
            )?;
            Ok(SessionReply::Done)
        }
        SessionMessage::Close => {
            sql.run("DELETE FROM session", &[])?;
            sql.run("DELETE FROM repositories", &[])?;
            sql.run("DELETE FROM answers", &[])?;
            Ok(SessionReply::Done)
        }
        SessionMessage::Begin {
            key,
            fingerprint,
            now_ms,
        } => begin(sql, &key, &fingerprint, now_ms),
        SessionMessage::Answered { key, status, body } => {
            sql.run(
                "UPDATE answers SET status = ?, body = ? WHERE key = ?",
                &[u64::from(status).into(), body.into(), key.into()],
            )?;
            Ok(SessionReply::Done)
        }
        SessionMessage::Abandon { key } => {
            sql.run(
                "DELETE FROM answers WHERE key = ? AND status IS NULL",
                &[key.into()],
            )?;
            Ok(SessionReply::Done)
        }
    }
}

fn session(sql: &impl Sql, now_ms: u64) -> Result<SessionReply, ObjectError> {
    let oldest = now_ms.saturating_sub(SESSION_MS);
    sql.run("DELETE FROM session WHERE opened_ms < ?", &[oldest.into()])?;
    let rows = sql.run("SELECT sealed, user FROM session", &[])?;
    let Some([Value::Text(sealed), Value::Text(user)]) = rows.first().map(Row::as_slice) else {
        return Ok(SessionReply::Nobody);
    };
    Ok(SessionReply::Session {
        sealed: sealed.clone(),
        user: serde_json::from_str(user)?,
    })
}

fn begin(
    sql: &impl Sql,
    key: &str,
    fingerprint: &str,
    now_ms: u64,
) -> Result<SessionReply, ObjectError> {
    sql.run(
        "DELETE FROM answers WHERE begun_ms < ?",
        &[now_ms.saturating_sub(KEPT_FOR_MS).into()],
    )?;
    let abandoned = now_ms.saturating_sub(ABANDONED_AFTER_MS);
    sql.run(
        "DELETE FROM answers WHERE status IS NULL AND begun_ms < ?",
        &[abandoned.into()],
    )?;
    let inserted = sql.run(
        "INSERT OR IGNORE INTO answers (key, fingerprint, begun_ms) VALUES (?, ?, ?) RETURNING key",
        &[key.into(), fingerprint.into(), now_ms.into()],
    )?;
    if !inserted.is_empty() {
        return Ok(SessionReply::New);
    }
    let rows = sql.run(
        "SELECT fingerprint, status, body FROM answers WHERE key = ?",
        &[key.into()],
    )?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([Value::Text(known), ..]) if known != fingerprint => SessionReply::OtherRequest,
        Some([_, status, Value::Text(body)]) => {
            let status = status
                .number()
                .and_then(|status| u16::try_from(status).ok())
                .unwrap_or(200);
            SessionReply::Answered {
                status,
                body: body.clone(),
            }
        }
        _ => SessionReply::UnderWay,
    })
}
