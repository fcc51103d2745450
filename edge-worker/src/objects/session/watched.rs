//! Where a session has sockets, so that they end with it. Its object asks the fabrics, and those that do not answer again.

use shared::names::FabricId;

use super::{ObjectError, Row, SessionReply, Sql};

/// At how many fabrics a session may have sockets. Its end asks each of them at once.
const MOST: u64 = 40;
/// When fabrics are asked again that did not answer.
const AGAIN_MS: u64 = 10_000;

/// Keeps that a socket was opened at a fabric; where there are too many already, gives them back.
pub(super) fn keep(
    sql: &impl Sql,
    fabric: &FabricId,
    until_ms: u64,
    now_ms: u64,
) -> Result<SessionReply, ObjectError> {
    sql.run("DELETE FROM watched WHERE until_ms <= ?", &[now_ms.into()])?;
    let fabric = fabric.as_str();
    let kept = sql.run(
        "INSERT OR REPLACE INTO watched (fabric, until_ms) SELECT ?1, ?2 WHERE (SELECT COUNT(*) FROM watched WHERE fabric <> ?1) < ?3 RETURNING fabric",
        &[fabric.into(), until_ms.into(), MOST.into()],
    )?;
    if !kept.is_empty() {
        return Ok(SessionReply::Done);
    }
    let rows = sql.run("SELECT fabric FROM watched", &[])?;
    Ok(SessionReply::Watched(fabrics(&rows)))
}

/// Forgets all of them, and gives them back.
pub(super) fn give_back(sql: &impl Sql) -> Result<SessionReply, ObjectError> {
    let rows = sql.run("DELETE FROM watched RETURNING fabric", &[])?;
    Ok(match rows.is_empty() {
        true => SessionReply::Done,
        false => SessionReply::Watched(fabrics(&rows)),
    })
}

/// The session ended: its sockets, which have this name, are to end too.
pub(super) fn end(sql: &impl Sql, name: &str, now_ms: u64) -> Result<(), ObjectError> {
    // Of a session without sockets there is nothing to remember.
    sql.run(
        "INSERT INTO short (kind, sealed, state, until_ms) SELECT 'ending', ?1, NULL, ?2 WHERE EXISTS (SELECT 1 FROM watched WHERE until_ms > ?3) \
         ON CONFLICT (kind) DO UPDATE SET until_ms = excluded.until_ms",
        &[name.into(), (now_ms + AGAIN_MS).into(), now_ms.into()],
    )?;
    Ok(())
}

/// Tells whether a message on the wire ends the session.
pub(in crate::objects) fn ends_session(message: &str) -> bool {
    message.starts_with(r#"{"End":"#)
}

/// The name of the sockets that are to end, and the fabrics at which they are.
pub(in crate::objects) fn to_end(
    sql: &impl Sql,
    now_ms: u64,
) -> Result<Option<(String, Vec<FabricId>)>, ObjectError> {
    let rows = sql.run("SELECT sealed FROM short WHERE kind = 'ending'", &[])?;
    let Some(name) = super::first_text(&rows) else {
        return Ok(None);
    };
    // The others have ended by themselves.
    let rows = sql.run(
        "SELECT fabric FROM watched WHERE until_ms > ?",
        &[now_ms.into()],
    )?;
    Ok(Some((name, fabrics(&rows))))
}

/// The sockets at a fabric have ended.
pub(in crate::objects) fn ended(sql: &impl Sql, fabric: &FabricId) -> Result<(), ObjectError> {
    sql.run(
        "DELETE FROM watched WHERE fabric = ?",
        &[fabric.as_str().into()],
    )?;
    Ok(())
}

/// Has those asked again that are left, a short time later.
pub(in crate::objects) fn end_again(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    sql.run("DELETE FROM watched WHERE until_ms <= ?", &[now_ms.into()])?;
    sql.run(
        "DELETE FROM short WHERE kind = 'ending' AND NOT EXISTS (SELECT 1 FROM watched)",
        &[],
    )?;
    sql.run(
        "UPDATE short SET until_ms = ? WHERE kind = 'ending'",
        &[(now_ms + AGAIN_MS).into()],
    )?;
    Ok(())
}

fn fabrics(rows: &[Row]) -> Vec<FabricId> {
    let names = rows.iter().filter_map(|row| row.first()?.text());
    names.filter_map(|id| FabricId::parse(id).ok()).collect()
}
