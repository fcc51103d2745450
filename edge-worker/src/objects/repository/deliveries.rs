//! Which deliveries of GitHub's were worked: each once for each fabric that it concerns, and for one fabric one at a time.

use serde::{Deserialize, Serialize};
use shared::names::FabricId;

use super::RepositoryReply;
use crate::objects::{ObjectError, Row, Sql};

/// What was worked is known for so long: GitHub delivers again what is at most three days old.
const KEPT_MS: u64 = 4 * 24 * 60 * 60 * 1000;
/// Who works a delivery and says nothing for this long works it no more.
const SILENT_MS: u64 = 60_000;
/// A look that began so long after a delivery came saw what it tells of; GitHub's copies of a branch follow within a second or so.
const SEEN_AFTER_MS: u64 = 3_000;

/// What is said of a delivery.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum DeliveryMessage {
    /// Asks for the right to work it.
    Begin {
        guid: String,
        fabric: FabricId,
        /// When it came. Where the fabric was looked at after that, it need not be looked at again; none where that is not enough.
        told_ms: Option<u64>,
        now_ms: u64,
    },
    /// It was worked.
    Done { guid: String, fabric: FabricId },
    /// It was not, and somebody else may.
    GiveBack { guid: String, fabric: FabricId },
}

pub(super) fn answer(
    sql: &impl Sql,
    message: &DeliveryMessage,
) -> Result<RepositoryReply, ObjectError> {
    match message {
        DeliveryMessage::Begin {
            guid,
            fabric,
            told_ms,
            now_ms,
        } => begin(sql, (guid, fabric.as_str()), *told_ms, *now_ms),
        DeliveryMessage::Done { guid, fabric } => {
            sql.run(
                "UPDATE deliveries SET until_ms = NULL WHERE guid = ? AND fabric = ?",
                &[guid.as_str().into(), fabric.as_str().into()],
            )?;
            Ok(RepositoryReply::Granted)
        }
        DeliveryMessage::GiveBack { guid, fabric } => {
            sql.run(
                "DELETE FROM deliveries WHERE guid = ? AND fabric = ? AND until_ms IS NOT NULL",
                &[guid.as_str().into(), fabric.as_str().into()],
            )?;
            Ok(RepositoryReply::Granted)
        }
    }
}

fn begin(
    sql: &impl Sql,
    (guid, fabric): (&str, &str),
    told_ms: Option<u64>,
    now_ms: u64,
) -> Result<RepositoryReply, ObjectError> {
    let old_ms = now_ms.saturating_sub(KEPT_MS);
    sql.run(
        "DELETE FROM deliveries WHERE begun_ms < ? OR until_ms <= ?",
        &[old_ms.into(), now_ms.into()],
    )?;
    let rows = sql.run(
        "SELECT EXISTS (SELECT 1 FROM deliveries WHERE guid = ?1 AND fabric = ?2 AND until_ms IS NULL), \
         EXISTS (SELECT 1 FROM deliveries WHERE fabric = ?2 AND until_ms IS NOT NULL), \
         EXISTS (SELECT 1 FROM deliveries WHERE fabric = ?2 AND begun_ms >= ?3)",
        &[
            guid.into(),
            fabric.into(),
            told_ms.map_or(now_ms + 1, |told_ms| told_ms + SEEN_AFTER_MS).into(),
        ],
    )?;
    let is = |at: usize| {
        let row = rows.first().map(Row::as_slice).unwrap_or_default();
        row.get(at).and_then(|value| value.number()) == Some(1)
    };
    if is(0) {
        return Ok(RepositoryReply::Worked);
    }
    if is(1) {
        return Ok(RepositoryReply::Busy);
    }
    let is_seen = is(2);
    let until_ms = match is_seen {
        true => super::Value::Null,
        false => (now_ms + SILENT_MS).into(),
    };
    // When the look began that saw it, for those that came before.
    let begun_ms = match is_seen {
        true => told_ms.unwrap_or(now_ms),
        false => now_ms,
    };
    sql.run(
        "INSERT OR REPLACE INTO deliveries (guid, fabric, begun_ms, until_ms) VALUES (?, ?, ?, ?)",
        &[guid.into(), fabric.into(), begun_ms.into(), until_ms],
    )?;
    Ok(match is_seen {
        true => RepositoryReply::Worked,
        false => RepositoryReply::Granted,
    })
}
