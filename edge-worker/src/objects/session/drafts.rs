//! How many drafts a person has: counted here, where one message after the other is carried out, whatever the session.

use shared::names::FabricId;

use super::{ObjectError, Row, SessionReply, Sql};
use crate::objects::DRAFT_KEPT_MS;

/// How many drafts a person may have at once.
const MOST: usize = 5;
/// How many may be begun in an hour, with those that were discarded.
const MOST_AN_HOUR: usize = 10;
const HOUR_MS: u64 = 3_600_000;
/// A draft that was begun so short a time ago may only be about to be stored.
const YOUNG_MS: u64 = 60_000;

/// Counts a draft. Those that are gone count for the rest of their first hour.
pub(super) fn keep(
    sql: &impl Sql,
    fabric: &FabricId,
    gone: &[FabricId],
    now_ms: u64,
) -> Result<SessionReply, ObjectError> {
    for fabric in gone {
        sql.run(
            "UPDATE short SET state = 'gone', until_ms = until_ms - ? WHERE kind = ? AND state IS NULL AND until_ms <= ?",
            &[
                (DRAFT_KEPT_MS - HOUR_MS).into(),
                kind(fabric).into(),
                (now_ms + DRAFT_KEPT_MS - YOUNG_MS).into(),
            ],
        )?;
    }
    let rows = sql.run(
        "SELECT sealed, state, until_ms FROM short WHERE kind LIKE 'draft %' AND until_ms > ?",
        &[now_ms.into()],
    )?;
    let (mut known, mut of_this_hour) = (Vec::new(), 0);
    for [id, state, until_ms] in rows.iter().filter_map(|row: &Row| row.first_chunk::<3>()) {
        let is_gone = state.text().is_some();
        let since_ms =
            (now_ms + DRAFT_KEPT_MS).saturating_sub(until_ms.number().unwrap_or_default());
        of_this_hour += usize::from(is_gone || since_ms < HOUR_MS);
        if let (false, Some(Ok(id))) = (is_gone, id.text().map(FabricId::parse)) {
            known.push(id);
        }
    }
    if known.contains(fabric) {
        return Ok(SessionReply::Done);
    }
    if known.len() >= MOST || of_this_hour >= MOST_AN_HOUR {
        return Ok(SessionReply::Drafts(known));
    }
    sql.run(
        "INSERT OR REPLACE INTO short (kind, sealed, state, until_ms) VALUES (?, ?, NULL, ?)",
        &[
            kind(fabric).into(),
            fabric.as_str().into(),
            (now_ms + DRAFT_KEPT_MS).into(),
        ],
    )?;
    Ok(SessionReply::Done)
}

fn kind(fabric: &FabricId) -> String {
    format!("draft {fabric}")
}
