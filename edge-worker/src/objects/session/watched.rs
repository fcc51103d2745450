//! Where a session has sockets, so that they end with it.

use shared::names::FabricId;

use super::{ObjectError, Row, SessionReply, Sql};

/// At how many fabrics a session may have sockets. Whoever ends it asks each of them, in one request.
const MOST: u64 = 40;

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
pub(super) fn end(sql: &impl Sql) -> Result<SessionReply, ObjectError> {
    let rows = sql.run("DELETE FROM watched RETURNING fabric", &[])?;
    Ok(match rows.is_empty() {
        true => SessionReply::Done,
        false => SessionReply::Watched(fabrics(&rows)),
    })
}

fn fabrics(rows: &[Row]) -> Vec<FabricId> {
    let names = rows.iter().filter_map(|row| row.first()?.text());
    names.filter_map(|id| FabricId::parse(id).ok()).collect()
}
