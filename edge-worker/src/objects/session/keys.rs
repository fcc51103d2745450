//! Idempotency keys: each leads to one answer and, from its first request on, to one fabric and one operation. Whoever
//! carries the write out says so every few seconds; when nothing is heard any more, the next who asks goes on. They are the
//! person's, whatever the session; versions before this one kept them in the session's object, where they are only looked up.

use shared::names::FabricId;

use crate::objects::SILENT_MS;

use super::{Attempt, KEPT_FOR_MS, ObjectError, Row, SessionReply, Sql, Value};

/// The same for a write that was begun by a version which says nothing meanwhile.
const ABANDONED_AFTER_MS: u64 = 240_000;

/// Begins a write under a key, or tells what became of it.
pub(super) fn begin(
    sql: &impl Sql,
    (key, fingerprint): (&str, &str),
    attempt: Option<&Attempt>,
    now_ms: u64,
) -> Result<SessionReply, ObjectError> {
    let of_attempt =
        |part: fn(&Attempt) -> &str| attempt.map_or(Value::Null, |attempt| part(attempt).into());
    let silent_ms = attempt.map_or(Value::Null, |_| (now_ms + SILENT_MS).into());
    forget_old(sql, now_ms)?;
    let inserted = sql.run(
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
    )?;
    if !inserted.is_empty() {
        return Ok(SessionReply::New);
    }
    let reply = look(sql, (key, fingerprint), attempt, now_ms)?;
    if let (Some(attempt), SessionReply::New | SessionReply::Resume { .. }) = (attempt, &reply) {
        sql.run(
            "UPDATE answers SET attempt = ?, silent_ms = ? WHERE key = ?",
            &[attempt.id.as_str().into(), silent_ms, key.into()],
        )?;
    }
    Ok(reply)
}

/// Tells what is known of a key.
pub(super) fn look(
    sql: &impl Sql,
    (key, fingerprint): (&str, &str),
    attempt: Option<&Attempt>,
    now_ms: u64,
) -> Result<SessionReply, ObjectError> {
    forget_old(sql, now_ms)?;
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
    let by = by.text();
    // Its beginning was not heard, or a version says so that knows no other way to go on.
    if by.is_some() && by == attempt.map(|attempt| attempt.id.as_str()) {
        return Ok(SessionReply::New);
    }
    let fabric = fabric.text().and_then(|text| FabricId::parse(text).ok());
    let (Some(_), Some(fabric), Some(operation)) = (attempt, fabric, operation.text()) else {
        return Ok(SessionReply::UnderWay);
    };
    let operation = operation.to_owned();
    Ok(
        match silent.number().is_some_and(|silent| silent > now_ms) {
            true => SessionReply::UnderWay,
            false => SessionReply::Resume { fabric, operation },
        },
    )
}

fn forget_old(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "DELETE FROM answers WHERE begun_ms < ?",
        &[now_ms.saturating_sub(KEPT_FOR_MS).into()],
    )?;
    let abandoned = now_ms.saturating_sub(ABANDONED_AFTER_MS);
    sql.run(
        "DELETE FROM answers WHERE status IS NULL AND attempt IS NULL AND begun_ms < ?",
        &[abandoned.into()],
    )?;
    Ok(())
}

/// Says that an attempt goes on, unless it gave the key up or is another's by now.
pub(super) fn renew(
    sql: &impl Sql,
    key: &str,
    attempt: &str,
    until_ms: u64,
) -> Result<SessionReply, ObjectError> {
    sql.run(
        "UPDATE answers SET silent_ms = ? WHERE key = ? AND attempt = ? AND silent_ms > 0",
        &[until_ms.into(), key.into(), attempt.into()],
    )?;
    Ok(SessionReply::Done)
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
