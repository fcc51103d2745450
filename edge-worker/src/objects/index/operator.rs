//! What the operator is told, and what is asked of GitHub once an hour, for all repositories together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{IndexReply, ObjectError, Sql};

/// How many jobs that failed for good are kept, and for how long.
const FAILED_KEPT: u64 = 100;
const FAILED_MS: u64 = 14 * 24 * 3_600_000;
/// GitHub keeps a delivery for three days.
const DELIVERED_MS: u64 = 4 * 24 * 3_600_000;
/// The least time between two attempts to have one delivered again.
const AGAIN_MS: u64 = 3_600_000;

/// What is kept for the operator.
#[derive(Serialize, Deserialize)]
pub enum OperatorMessage {
    /// Asks for all of it.
    Get,
    /// Keeps what was found out, in the place of what was found out before under this name.
    Note { name: String, text: String },
    /// A job failed for good; what is said of it has no content.
    Failed { about: String, now_ms: u64 },
    /// Asks which of these deliveries, each with when it failed last, are to be delivered again.
    Redeliver {
        failed: Vec<(String, u64)>,
        now_ms: u64,
    },
    /// GitHub was asked to deliver these again.
    Redelivered { guids: Vec<String>, now_ms: u64 },
}

/// What is known for the operator.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    pub notes: BTreeMap<String, String>,
    /// The jobs that failed for good, the newest first, each with when.
    pub failed: Vec<(u64, String)>,
}

pub(super) fn answer(sql: &impl Sql, message: &OperatorMessage) -> Result<IndexReply, ObjectError> {
    match message {
        OperatorMessage::Get => Ok(IndexReply::Operator(known(sql)?)),
        OperatorMessage::Note { name, text } => {
            sql.run(
                "INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)",
                &[name.as_str().into(), text.as_str().into()],
            )?;
            Ok(IndexReply::Done)
        }
        OperatorMessage::Failed { about, now_ms } => {
            sql.run(
                "INSERT INTO failed_jobs (about, at_ms) VALUES (?, ?)",
                &[about.as_str().into(), (*now_ms).into()],
            )?;
            sql.run(
                "DELETE FROM failed_jobs WHERE at_ms < ? OR number <= (SELECT MAX(number) FROM failed_jobs) - ?",
                &[now_ms.saturating_sub(FAILED_MS).into(), FAILED_KEPT.into()],
            )?;
            Ok(IndexReply::Done)
        }
        OperatorMessage::Redeliver { failed, now_ms } => redeliver(sql, failed, *now_ms),
        OperatorMessage::Redelivered { guids, now_ms } => {
            for guid in guids {
                sql.run(
                    "INSERT OR REPLACE INTO redelivered (guid, at_ms) VALUES (?, ?)",
                    &[guid.as_str().into(), (*now_ms).into()],
                )?;
            }
            sql.run(
                "DELETE FROM redelivered WHERE at_ms < ?",
                &[now_ms.saturating_sub(DELIVERED_MS).into()],
            )?;
            Ok(IndexReply::Done)
        }
    }
}

fn known(sql: &impl Sql) -> Result<Operator, ObjectError> {
    let notes = sql.run("SELECT name, text FROM notes", &[])?;
    let notes = notes.iter().filter_map(|row| match row.as_slice() {
        [name, text] => Some((name.text()?.to_owned(), text.text()?.to_owned())),
        _ => None,
    });
    let failed = sql.run(
        "SELECT at_ms, about FROM failed_jobs ORDER BY number DESC",
        &[],
    )?;
    let failed = failed.iter().filter_map(|row| match row.as_slice() {
        [at_ms, about] => Some((at_ms.number()?, about.text()?.to_owned())),
        _ => None,
    });
    Ok(Operator {
        notes: notes.collect(),
        failed: failed.collect(),
    })
}

/// One that failed again since it was asked for is asked for again, an hour later; one that did not has arrived or is on its way.
fn redeliver(
    sql: &impl Sql,
    failed: &[(String, u64)],
    now_ms: u64,
) -> Result<IndexReply, ObjectError> {
    let hour_ago_ms = now_ms.saturating_sub(AGAIN_MS);
    let mut again = Vec::new();
    for (guid, failed_ms) in failed {
        let rows = sql.run(
            "SELECT 1 FROM redelivered WHERE guid = ? AND at_ms > ?",
            &[guid.as_str().into(), (*failed_ms).min(hour_ago_ms).into()],
        )?;
        if rows.is_empty() {
            again.push(guid.clone());
        }
    }
    Ok(IndexReply::Redeliver(again))
}
