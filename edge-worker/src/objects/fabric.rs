//! `FABRIC`: a fabric's record and history, the truth about it, and the only writer of its public copy.

use serde::{Deserialize, Serialize};
use shared::git::ObjectId;
use shared::record::{
    Committed, FabricRecord, Failure, HistoryEntry, OperationKind, OperationOutcome, Visibility,
};
use shared::report::Report;

use super::place::PublicCopy;
use super::{Class, Message, ObjectError, Row, Sql, Value, listing, place};
use crate::timestamp::rfc3339;

/// An operation that says nothing for this long is over, and its outcome is unconfirmed.
const INTENT_MS: u64 = 180_000;
/// The least time between two writes of one KV key, which takes one a second.
const COPY_INTERVAL_MS: u64 = 1_000;
/// How many operations a fabric remembers.
const HISTORY: u64 = 200;

/// What a fabric object can be asked.
#[derive(Serialize, Deserialize)]
pub(crate) enum FabricMessage {
    /// Keeps a new record; `creator` is GitHub's number of who made it.
    Create {
        record: Box<FabricRecord>,
        creator: u64,
        /// GitHub's node id of the repository, once GitHub was asked.
        #[serde(default)]
        repository: Option<String>,
        #[serde(default)]
        now_ms: u64,
    },
    /// Gives the record.
    Get { now_ms: u64 },
    /// GitHub confirmed who may see the repository.
    Confirm {
        visibility: Visibility,
        /// GitHub's node id of the repository.
        #[serde(default)]
        repository: Option<String>,
        #[serde(default)]
        now_ms: u64,
    },
    /// Asks whether GitHub may be asked now who may see the repository, by nobody in particular.
    MayAsk { now_ms: u64 },
    /// A write is about to be sent: what would prove it.
    Begin { intent: Intent },
    /// An operation is over.
    Finish {
        entry: HistoryEntry,
        event: Box<Event>,
        now_ms: u64,
    },
    /// The branch's history settled an operation whose outcome was not known.
    Settle {
        operation: String,
        outcome: OperationOutcome,
        commit: Option<(ObjectId, String)>,
    },
    /// Ends what has taken too long.
    Expire { now_ms: u64 },
    /// Forgets the fabric.
    Forget,
    /// Gives the public copy that waits to be written, if one does.
    Outbox,
    /// That version of the public copy was written.
    Written { version: u64, now_ms: u64 },
}

/// A write that is about to be sent: with these, its truth can be found later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// The operation, as in the commit's trailer.
    pub operation: String,
    /// What was asked for.
    pub kind: OperationKind,
    /// The login of who asked.
    pub actor: String,
    /// When it began.
    pub started_ms: u64,
    /// The commit that the write builds on.
    pub parent: Option<ObjectId>,
    /// The root tree that it leads to.
    pub root: ObjectId,
}

/// What an operation found or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// The branch holds what was approved.
    Committed {
        head: ObjectId,
        tree: ObjectId,
        url: Option<String>,
        report: Report,
    },
    /// The branch was read, when the record had this version.
    Checked { report: Report, version: u64 },
    /// A write failed, or nobody knows.
    Failed { failure: Failure },
    /// GitHub could not be asked.
    Unreachable { failure: Failure },
    /// Nothing changed.
    Nothing,
}

/// The replies.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FabricReply {
    /// The record as it is now.
    Record {
        record: Box<FabricRecord>,
        creator: u64,
        last: Option<HistoryEntry>,
        /// Operations whose outcome nobody knows yet.
        unsettled: Vec<Intent>,
        /// GitHub's node id of the repository, once known.
        repository: Option<String>,
        /// When GitHub last said who may see the repository.
        confirmed_ms: Option<u64>,
    },
    /// There is no such fabric.
    Unknown,
    /// The public copy to write: key, and the text or nothing to delete it.
    Copy {
        key: String,
        version: u64,
        text: Option<String>,
    },
    /// Nothing waits.
    Nothing,
    /// Another operation is under way.
    Busy,
}

impl Message for FabricMessage {
    type Reply = FabricReply;
    const CLASS: Class = Class::Fabric;
}

pub(super) fn handle(sql: &impl Sql, message: FabricMessage) -> Result<FabricReply, ObjectError> {
    for table in [
        "CREATE TABLE IF NOT EXISTS fabric (one INTEGER PRIMARY KEY CHECK (one = 1), record TEXT NOT NULL, creator INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS history (number INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT UNIQUE NOT NULL, entry TEXT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS intent (one INTEGER PRIMARY KEY CHECK (one = 1), operation TEXT NOT NULL, started_ms INTEGER NOT NULL, intent TEXT NOT NULL, before TEXT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS copied (one INTEGER PRIMARY KEY CHECK (one = 1), at_ms INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS unsettled (operation TEXT PRIMARY KEY, intent TEXT NOT NULL)",
        "CREATE TABLE IF NOT EXISTS outbox (one INTEGER PRIMARY KEY CHECK (one = 1), key TEXT NOT NULL, version INTEGER NOT NULL, text TEXT)",
    ] {
        sql.run(table, &[])?;
    }
    match message {
        FabricMessage::Create {
            record,
            creator,
            repository,
            now_ms,
        } => {
            if repository.is_some() {
                place::confirmed(sql, repository.as_deref(), now_ms)?;
            }
            save(sql, &record, creator)?;
            answer(sql)
        }
        FabricMessage::Get { now_ms } => {
            expire(sql, now_ms)?;
            answer(sql)
        }
        FabricMessage::MayAsk { now_ms } => Ok(if place::may_ask(sql, now_ms)? {
            FabricReply::Nothing
        } else {
            FabricReply::Busy
        }),
        FabricMessage::Confirm {
            visibility,
            repository,
            now_ms,
        } => {
            let Some((mut record, creator)) = load(sql)? else {
                return Ok(FabricReply::Unknown);
            };
            let is_news = place::confirmed(sql, repository.as_deref(), now_ms)?;
            if record.visibility != visibility || is_news {
                record.version += u64::from(record.visibility != visibility);
                record.visibility = visibility;
                save(sql, &record, creator)?;
            }
            answer(sql)
        }
        FabricMessage::Begin { intent } => begin(sql, &intent),
        FabricMessage::Finish {
            entry,
            event,
            now_ms,
        } => finish(sql, &entry, *event, now_ms),
        FabricMessage::Settle {
            operation,
            outcome,
            commit,
        } => settle(sql, &operation, outcome, commit),
        FabricMessage::Expire { now_ms } => {
            expire(sql, now_ms)?;
            Ok(FabricReply::Nothing)
        }
        FabricMessage::Forget => {
            let Some((mut record, _)) = load(sql)? else {
                return Ok(FabricReply::Unknown);
            };
            // A version of its own, so that a copy being written now does not strike this deletion off.
            record.version += 1;
            for statement in [
                "DELETE FROM fabric",
                "DELETE FROM history",
                "DELETE FROM intent",
                "DELETE FROM unsettled",
            ] {
                sql.run(statement, &[])?;
            }
            put_in_outbox(sql, &record, Value::Null)?;
            place::forget(sql)?;
            listing::forgotten(sql, &record.id, record.version)?;
            Ok(FabricReply::Unknown)
        }
        FabricMessage::Outbox => outbox(sql),
        FabricMessage::Written { version, now_ms } => {
            sql.run(
                "INSERT OR REPLACE INTO copied (one, at_ms) VALUES (1, ?)",
                &[now_ms.into()],
            )?;
            sql.run("DELETE FROM outbox WHERE version = ?", &[version.into()])?;
            Ok(FabricReply::Nothing)
        }
    }
}

fn load(sql: &impl Sql) -> Result<Option<(FabricRecord, u64)>, ObjectError> {
    let rows = sql.run("SELECT record, creator FROM fabric", &[])?;
    let Some([Value::Text(record), creator]) = rows.first().map(Row::as_slice) else {
        return Ok(None);
    };
    Ok(Some((
        serde_json::from_str(record)?,
        creator.number().unwrap_or_default(),
    )))
}

/// Stores the record and, in the same breath, the public copy that has to follow it.
fn save(sql: &impl Sql, record: &FabricRecord, creator: u64) -> Result<(), ObjectError> {
    let text = serde_json::to_string(record)?;
    sql.run(
        "INSERT OR REPLACE INTO fabric (one, record, creator) VALUES (1, ?, ?)",
        &[text.into(), creator.into()],
    )?;
    listing::changed(sql, record, creator)?;
    let copy = if record.visibility == Visibility::Public {
        let confirmed_ms = place::load(sql)?.confirmed_ms;
        let record = record.clone();
        Value::Text(serde_json::to_string(&PublicCopy {
            record,
            confirmed_ms,
        })?)
    } else {
        Value::Null
    };
    put_in_outbox(sql, record, copy)
}

fn put_in_outbox(sql: &impl Sql, record: &FabricRecord, copy: Value) -> Result<(), ObjectError> {
    let row = [record.id.as_str().into(), record.version.into(), copy];
    sql.run(
        "INSERT OR REPLACE INTO outbox (one, key, version, text) VALUES (1, ?, ?, ?)",
        &row,
    )?;
    Ok(())
}

fn answer(sql: &impl Sql) -> Result<FabricReply, ObjectError> {
    let Some((record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    let rows = sql.run(
        "SELECT entry FROM history ORDER BY number DESC LIMIT 1",
        &[],
    )?;
    let last = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::text)
        .map(serde_json::from_str)
        .transpose()?;
    let unsettled = sql
        .run("SELECT intent FROM unsettled", &[])?
        .iter()
        .filter_map(|row| row.first().and_then(Value::text))
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let place = place::load(sql)?;
    Ok(FabricReply::Record {
        record: Box::new(record),
        creator,
        last,
        unsettled,
        repository: place.repository,
        confirmed_ms: place.confirmed_ms,
    })
}

fn begin(sql: &impl Sql, intent: &Intent) -> Result<FabricReply, ObjectError> {
    expire(sql, intent.started_ms)?;
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    let others = sql.run(
        "SELECT operation FROM intent WHERE operation <> ?",
        &[intent.operation.as_str().into()],
    )?;
    if !others.is_empty() {
        return Ok(FabricReply::Busy);
    }
    let text = serde_json::to_string(intent)?;
    let before = serde_json::to_string(&record.gitops_directory_status)?;
    // A further attempt of the same operation renews what would prove it, and keeps the state from before the first.
    sql.run(
        "INSERT INTO intent (one, operation, started_ms, intent, before) VALUES (1, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET intent = excluded.intent",
        &[intent.operation.as_str().into(), intent.started_ms.into(), text.into(), before.into()],
    )?;
    record.initializing();
    save(sql, &record, creator)?;
    answer(sql)
}

fn finish(
    sql: &impl Sql,
    entry: &HistoryEntry,
    event: Event,
    now_ms: u64,
) -> Result<FabricReply, ObjectError> {
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    let now = rfc3339(now_ms);
    let others = sql.run(
        "SELECT operation FROM intent WHERE operation <> ?",
        &[entry.operation.as_str().into()],
    )?;
    if !others.is_empty() {
        // Another operation is under way, and the record is its to change.
        remember(sql, entry)?;
        return answer(sql);
    }
    if entry.outcome == OperationOutcome::Unconfirmed {
        sql.run(
            "INSERT OR IGNORE INTO unsettled (operation, intent) SELECT operation, intent FROM intent WHERE operation = ?",
            &[entry.operation.as_str().into()],
        )?;
    }
    match event {
        Event::Committed {
            head,
            tree,
            url,
            report,
        } => record.committed(Committed { head, tree, url }, &report, &now),
        // What was read before a write says nothing about the state after it.
        Event::Checked { version, .. } if version != record.version => {}
        Event::Checked { report, .. } => record.checked(&report, &now),
        Event::Failed { failure } => record.failed(failure),
        Event::Unreachable { failure } => record.unreachable(&failure, &now),
        Event::Nothing => {
            let rows = sql.run(
                "SELECT before FROM intent WHERE operation = ?",
                &[entry.operation.as_str().into()],
            )?;
            if let Some(before) = rows
                .first()
                .and_then(|row| row.first())
                .and_then(Value::text)
            {
                record.version += 1;
                record.gitops_directory_status = serde_json::from_str(before)?;
            }
        }
    }
    sql.run(
        "DELETE FROM intent WHERE operation = ?",
        &[entry.operation.as_str().into()],
    )?;
    remember(sql, entry)?;
    save(sql, &record, creator)?;
    answer(sql)
}

fn remember(sql: &impl Sql, entry: &HistoryEntry) -> Result<(), ObjectError> {
    let text = serde_json::to_string(entry)?;
    sql.run(
        "INSERT OR REPLACE INTO history (operation, entry) VALUES (?, ?)",
        &[entry.operation.as_str().into(), text.into()],
    )?;
    sql.run(
        "DELETE FROM history WHERE number <= (SELECT MAX(number) FROM history) - ?",
        &[HISTORY.into()],
    )?;
    Ok(())
}

/// Replaces an entry of the history by what the branch says of it; what the record says follows from reading the branch.
fn settle(
    sql: &impl Sql,
    operation: &str,
    outcome: OperationOutcome,
    commit: Option<(ObjectId, String)>,
) -> Result<FabricReply, ObjectError> {
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    let rows = sql.run(
        "SELECT entry FROM history WHERE operation = ?",
        &[operation.into()],
    )?;
    if let Some(text) = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::text)
    {
        let mut entry: HistoryEntry = serde_json::from_str(text)?;
        entry.outcome = outcome;
        entry.commit = commit.as_ref().map(|(id, _)| *id);
        let text = serde_json::to_string(&entry)?;
        sql.run(
            "UPDATE history SET entry = ? WHERE operation = ?",
            &[text.into(), operation.into()],
        )?;
    }
    sql.run(
        "DELETE FROM unsettled WHERE operation = ?",
        &[operation.into()],
    )?;
    if let Some((_, url)) = commit {
        record.version += 1;
        record.commit_url = Some(url);
        save(sql, &record, creator)?;
    }
    answer(sql)
}

/// When something has to be done without being asked, in milliseconds from `now_ms`: write the public copy or the
/// index, or end an operation that has taken too long.
pub fn next_alarm(sql: &impl Sql, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    let alarms = [listing::due(sql, now_ms)?, next_change(sql, now_ms)?];
    Ok(alarms.into_iter().flatten().min())
}

fn next_change(sql: &impl Sql, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    if waiting_copy(sql)?.is_some() {
        let rows = sql.run("SELECT at_ms FROM copied", &[])?;
        let copied = rows
            .first()
            .and_then(|row| row.first())
            .and_then(Value::number);
        let free_at = copied.map_or(0, |copied| copied + COPY_INTERVAL_MS);
        return Ok(Some(free_at.saturating_sub(now_ms)));
    }
    let rows = sql.run("SELECT started_ms FROM intent", &[])?;
    let started = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::number);
    Ok(started.map(|started| (started + INTENT_MS + 1).saturating_sub(now_ms)))
}

/// Ends what has taken too long.
pub fn end_overdue(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    handle(sql, FabricMessage::Expire { now_ms }).map(|_| ())
}

/// The public copy that waits, for whoever writes it: key, version, and the text or nothing to delete it.
pub fn waiting_copy(sql: &impl Sql) -> Result<Option<(String, u64, Option<String>)>, ObjectError> {
    match handle(sql, FabricMessage::Outbox)? {
        FabricReply::Copy { key, version, text } => Ok(Some((key, version, text))),
        _ => Ok(None),
    }
}

/// Strikes a public copy that was written; a newer one stays.
pub fn copy_written(sql: &impl Sql, version: u64, now_ms: u64) -> Result<(), ObjectError> {
    handle(sql, FabricMessage::Written { version, now_ms }).map(|_| ())
}

/// Puts the next try of a public copy off by the interval.
pub fn copy_failed(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    // Records begin with version 1, so nothing is struck off.
    copy_written(sql, 0, now_ms)
}

/// Ends an operation whose Worker died: the record says that nobody knows, and `initializing` never sticks.
fn expire(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    let oldest = now_ms.saturating_sub(INTENT_MS);
    let rows = sql.run(
        "SELECT intent FROM intent WHERE started_ms < ?",
        &[oldest.into()],
    )?;
    let Some(text) = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::text)
    else {
        return Ok(());
    };
    let intent: Intent = serde_json::from_str(text)?;
    let failure = Failure {
        code: "unconfirmed".to_owned(),
        message: "the last write was interrupted before its outcome was known".to_owned(),
        hint: "validate the fabric: that reads the branch and settles what happened".to_owned(),
    };
    let entry = HistoryEntry {
        operation: intent.operation,
        kind: intent.kind,
        actor: intent.actor,
        started_at: rfc3339(intent.started_ms),
        duration_ms: now_ms.saturating_sub(intent.started_ms),
        github_requests: 0,
        outcome: OperationOutcome::Unconfirmed,
        commit: None,
    };
    finish(sql, &entry, Event::Failed { failure }, now_ms)?;
    Ok(())
}

fn outbox(sql: &impl Sql) -> Result<FabricReply, ObjectError> {
    let rows = sql.run("SELECT key, version, text FROM outbox", &[])?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([Value::Text(key), version, text]) => FabricReply::Copy {
            key: key.clone(),
            version: version.number().unwrap_or_default(),
            text: text.text().map(String::from),
        },
        _ => FabricReply::Nothing,
    })
}
