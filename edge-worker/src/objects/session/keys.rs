//! Idempotency keys: each leads to one answer and, from its first request on, to one fabric and one operation. Whoever
//! carries the write out says so every few seconds; when nothing is heard any more, the next who asks goes on. They are the
//! person's, whatever the session; versions before this one kept them in the session's object, where they are only looked up.

use shared::names::FabricId;

use crate::objects::SILENT_MS;

use super::{Attempt, KEPT_FOR_MS, ObjectError, Row, SessionReply, Sql, Value};

/// The same for a write that was begun by a version which says nothing meanwhile.
const ABANDONED_AFTER_MS: u64 = 240_000;

pub(super) fn create_table(sql: &impl Sql) -> Result<(), ObjectError> {
    sql.run("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, begun_ms INTEGER NOT NULL, status INTEGER, body TEXT, fabric TEXT, operation TEXT, attempt TEXT, silent_ms INTEGER)", &[])?;
    for column in [
        "fabric TEXT",
        "operation TEXT",
        "attempt TEXT",
        "silent_ms INTEGER",
    ] {
        crate::objects::add_column(sql, "answers", column)?;
    }
    Ok(())
}

pub(super) fn begin(
    sql: &impl Sql,
    (key, fingerprint): (&str, &str),
    (attempt, looks): (Option<Attempt>, bool),
    now_ms: u64,
) -> Result<SessionReply, ObjectError> {
    sql.run(
        "DELETE FROM answers WHERE begun_ms < ?",
        &[now_ms.saturating_sub(KEPT_FOR_MS).into()],
    )?;
    let abandoned = now_ms.saturating_sub(ABANDONED_AFTER_MS);
    sql.run(
        "DELETE FROM answers WHERE status IS NULL AND attempt IS NULL AND begun_ms < ?",
        &[abandoned.into()],
    )?;
    let of_attempt = |part: fn(&Attempt) -> &str| {
        let attempt = attempt.as_ref();
        attempt.map_or(Value::Null, |attempt| part(attempt).into())
    };
    let silent_ms = match &attempt {
        Some(_) => (now_ms + SILENT_MS).into(),
        None => Value::Null,
    };
    let inserted = match looks {
        true => Vec::new(),
        false => sql.run(
        "INSERT OR IGNORE INTO answers (key, fingerprint, begun_ms, fabric, operation, attempt, silent_ms) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING key",
        &[
            key.into(),
            fingerprint.into(),
            now_ms.into(),
            of_attempt(|attempt| attempt.fabric.as_str()),
            of_attempt(|attempt| &attempt.operation),
            of_attempt(|attempt| &attempt.id),
            silent_ms.clone(),
        ],
    )?,
    };
    if !inserted.is_empty() {
        return Ok(SessionReply::New);
    }
    let rows = sql.run(
        "SELECT fingerprint, status, body, fabric, operation, attempt, silent_ms FROM answers WHERE key = ?",
        &[key.into()],
    )?;
    let Some([known, status, body, fabric, operation, by, silent]) =
        rows.first().map(Row::as_slice)
    else {
        return Ok(SessionReply::New);
    };
    if known.text() != Some(fingerprint) {
        return Ok(SessionReply::OtherRequest);
    }
    if let (Some(status), Some(body)) = (status.number(), body.text()) {
        return Ok(SessionReply::Answered {
            status: u16::try_from(status).unwrap_or(200),
            body: body.to_owned(),
        });
    }
    let fabric = fabric.text().and_then(|text| FabricId::parse(text).ok());
    let (Some(attempt), Some(fabric), Some(operation)) = (&attempt, fabric, operation.text())
    else {
        return Ok(SessionReply::UnderWay);
    };
    let is_ours = by.text() == Some(attempt.id.as_str());
    if !is_ours && silent.number().is_some_and(|silent| silent > now_ms) {
        return Ok(SessionReply::UnderWay);
    }
    if !looks {
        sql.run(
            "UPDATE answers SET attempt = ?, silent_ms = ? WHERE key = ?",
            &[attempt.id.as_str().into(), silent_ms, key.into()],
        )?;
    }
    let operation = operation.to_owned();
    Ok(match is_ours {
        true => SessionReply::New,
        false => SessionReply::Resume { fabric, operation },
    })
}

/// Gives a key up, unless somebody else goes on with it.
pub(super) fn abandon(
    sql: &impl Sql,
    key: String,
    attempt: Option<String>,
    keeps_ids: bool,
) -> Result<SessionReply, ObjectError> {
    let statement = match keeps_ids {
        true => "UPDATE answers SET silent_ms = 0 WHERE key = ?1 AND attempt = ?2",
        false => {
            "DELETE FROM answers WHERE key = ?1 AND status IS NULL AND (?2 IS NULL OR attempt = ?2)"
        }
    };
    let attempt = attempt.map_or(Value::Null, Value::Text);
    sql.run(statement, &[key.into(), attempt])?;
    Ok(SessionReply::Done)
}
