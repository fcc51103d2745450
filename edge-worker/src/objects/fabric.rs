//! `FABRIC`: a fabric's record and history, the truth about it, and the only writer of its public copy.

mod archive;
pub mod copy;
mod deep;
mod history;

use serde::{Deserialize, Serialize};
use shared::api::FabricAnswer;
use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::names::{BranchName, RepoName};
use shared::record::{
    Committed, FabricRecord, Failure, HistoryEntry, OperationKind, OperationOutcome, Visibility,
};
use shared::report::{Finding, Report};

use super::place::PublicCopy;
use super::shares::{ShareMessage, ShareReply};
use super::{Class, Message, ObjectError, Row, Sql, Value, listing, place, shares};
use crate::timestamp::rfc3339;

pub(crate) use archive::Archived;
pub(crate) use history::KEPT;

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
    /// A write is about to be sent: what would prove it, and when it is over if nothing is heard of it.
    Begin { intent: Intent, until_ms: u64 },
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
    /// Gives the history, the latest first.
    History { now_ms: u64 },
    /// The fabric was renamed or moved on the branch.
    Rename { spec: Box<FabricSpec> },
    /// Keeps what the last full reading of the directory's tree found.
    KeepDepth { depth: Depth },
    /// Gives what the last full reading found, if it was of this tree.
    Depth { tree: ObjectId },
    /// GitHub calls the repository by another name now.
    RepositoryRenamed { repository: RepoName },
    /// This pull request was merged or closed.
    PullRequestEnded { url: String },
    /// Asks about the share links.
    Shares(ShareMessage),
    /// Gives all that is known, for a backup.
    Export,
    /// Puts it back.
    Import { fabric: Box<Archived> },
    /// Forgets the fabric.
    Forget,
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
    /// The branch that is written, where that is not the fabric's own.
    #[serde(default)]
    pub branch: Option<BranchName>,
    /// What the fabric is once the commit is there, where that is another name or directory.
    #[serde(default)]
    pub becomes: Option<Box<FabricSpec>>,
}

/// What a full reading found in a directory's tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Depth {
    /// The directory's tree.
    pub tree: ObjectId,
    /// What the reading found beyond the layout's own listings.
    pub findings: Vec<Finding>,
    /// What could not be read; such a reading is not kept.
    pub unread: Vec<String>,
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
    /// The change waits in a pull request; the directory is as it was.
    Proposed { url: String },
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
    /// About the share links.
    Shares(ShareReply),
    /// All that is known.
    Archived(Box<Archived>),
    /// The history, the latest first.
    History(Vec<HistoryEntry>),
    /// What the last full reading of that tree found.
    Depth(Depth),
    /// There is no such fabric.
    Unknown,
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
    prepare(sql)?;
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
        FabricMessage::Begin { intent, until_ms } => begin(sql, &intent, until_ms),
        FabricMessage::History { now_ms } => {
            expire(sql, now_ms)?;
            if load(sql)?.is_none() {
                return Ok(FabricReply::Unknown);
            }
            Ok(FabricReply::History(history::latest(sql, KEPT)?))
        }
        FabricMessage::Rename { spec } => {
            let Some((mut record, creator)) = load(sql)? else {
                return Ok(FabricReply::Unknown);
            };
            record.renamed(&spec);
            sql.run("DELETE FROM deep", &[])?;
            save(sql, &record, creator)?;
            answer(sql)
        }
        FabricMessage::RepositoryRenamed { repository } => change(sql, |record| {
            let is_new = record.git_repository != repository;
            record.git_repository = repository.clone();
            is_new
        }),
        FabricMessage::PullRequestEnded { url } => change(sql, |record| {
            let is_open = record.pull_request_url.as_ref() == Some(&url);
            record.pull_request_url = record.pull_request_url.take().filter(|_| !is_open);
            is_open
        }),
        FabricMessage::KeepDepth { depth } => {
            deep::keep(sql, &depth)?;
            Ok(FabricReply::Nothing)
        }
        FabricMessage::Depth { tree } => {
            Ok(deep::of(sql, tree)?.map_or(FabricReply::Nothing, FabricReply::Depth))
        }
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
        FabricMessage::Shares(message) => match load(sql)? {
            Some(_) => Ok(FabricReply::Shares(shares::handle(sql, message)?)),
            None => Ok(FabricReply::Unknown),
        },
        FabricMessage::Export => Ok(match archive::export(sql)? {
            Some(fabric) => FabricReply::Archived(Box::new(fabric)),
            None => FabricReply::Unknown,
        }),
        FabricMessage::Import { fabric } => Ok(match archive::import(sql, *fabric)? {
            true => FabricReply::Nothing,
            false => FabricReply::Busy,
        }),
        FabricMessage::Forget => {
            let Some((mut record, _)) = load(sql)? else {
                return Ok(FabricReply::Unknown);
            };
            // A version of its own, so that a copy being written now does not strike this deletion off.
            record.version += 1;
            for statement in [
                "DELETE FROM fabric",
                "DELETE FROM history",
                "DELETE FROM lease",
                "DELETE FROM unsettled",
                "DELETE FROM deep",
            ] {
                sql.run(statement, &[])?;
            }
            copy::put(sql, &record, None)?;
            place::forget(sql)?;
            shares::forget(sql)?;
            listing::forgotten(sql, &record.id, record.version)?;
            Ok(FabricReply::Unknown)
        }
    }
}

/// Creates what is not there yet.
fn prepare(sql: &impl Sql) -> Result<(), ObjectError> {
    for table in [
        "CREATE TABLE IF NOT EXISTS fabric (one INTEGER PRIMARY KEY CHECK (one = 1), record TEXT NOT NULL, creator INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS lease (one INTEGER PRIMARY KEY CHECK (one = 1), operation TEXT NOT NULL, started_ms INTEGER NOT NULL, intent TEXT NOT NULL, before TEXT NOT NULL, until_ms INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS unsettled (operation TEXT PRIMARY KEY, intent TEXT NOT NULL)",
    ] {
        sql.run(table, &[])?;
    }
    history::create_table(sql)?;
    copy::create_tables(sql)?;
    deep::create_table(sql)?;
    Ok(())
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
    copy::put(sql, record, public_text(sql, record)?)
}

/// What everybody may read of the record, if anything.
fn public_text(sql: &impl Sql, record: &FabricRecord) -> Result<Option<String>, ObjectError> {
    if record.visibility != Visibility::Public {
        return Ok(None);
    }
    let confirmed_ms = place::load(sql)?.confirmed_ms;
    let record = record.clone();
    let copy = PublicCopy {
        record,
        confirmed_ms,
    };
    Ok(Some(serde_json::to_string(&copy)?))
}

fn answer(sql: &impl Sql) -> Result<FabricReply, ObjectError> {
    let Some((record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    let last = history::latest(sql, 1)?.pop();
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

fn begin(sql: &impl Sql, intent: &Intent, until_ms: u64) -> Result<FabricReply, ObjectError> {
    expire(sql, intent.started_ms)?;
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    let others = sql.run(
        "SELECT operation FROM lease WHERE operation <> ?",
        &[intent.operation.as_str().into()],
    )?;
    if !others.is_empty() {
        return Ok(FabricReply::Busy);
    }
    let text = serde_json::to_string(intent)?;
    let before = serde_json::to_string(&record.gitops_directory_status)?;
    // A further attempt of the same operation renews what would prove it, and keeps the state from before the first.
    sql.run(
        "INSERT INTO lease (one, operation, started_ms, intent, before, until_ms) VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET intent = excluded.intent, until_ms = excluded.until_ms",
        &[intent.operation.as_str().into(), intent.started_ms.into(), text.into(), before.into(), until_ms.into()],
    )?;
    record.initializing();
    save(sql, &record, creator)?;
    answer(sql)
}

/// Changes the record, if `to` says that something changed.
fn change(
    sql: &impl Sql,
    to: impl Fn(&mut FabricRecord) -> bool,
) -> Result<FabricReply, ObjectError> {
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    if to(&mut record) {
        record.version += 1;
        save(sql, &record, creator)?;
    }
    answer(sql)
}

/// Goes back to the state from before an operation, where it began to write.
fn left_no_trace(
    sql: &impl Sql,
    operation: &str,
    record: &mut FabricRecord,
) -> Result<(), ObjectError> {
    let rows = sql.run(
        "SELECT before FROM lease WHERE operation = ?",
        &[operation.into()],
    )?;
    let before = rows.first().and_then(|row| row.first());
    if let Some(before) = before.and_then(Value::text) {
        record.left_no_trace(serde_json::from_str(before)?);
    }
    Ok(())
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
        "SELECT operation FROM lease WHERE operation <> ?",
        &[entry.operation.as_str().into()],
    )?;
    if !others.is_empty() {
        // Another operation is under way, and the record is its to change.
        history::remember(sql, entry)?;
        return answer(sql);
    }
    if entry.outcome == OperationOutcome::Unconfirmed {
        sql.run(
            "INSERT OR IGNORE INTO unsettled (operation, intent) SELECT operation, intent FROM lease WHERE operation = ?",
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
        Event::Proposed { url } => {
            left_no_trace(sql, &entry.operation, &mut record)?;
            record.proposed(url);
        }
        Event::Nothing => left_no_trace(sql, &entry.operation, &mut record)?,
    }
    sql.run(
        "DELETE FROM lease WHERE operation = ?",
        &[entry.operation.as_str().into()],
    )?;
    history::remember(sql, entry)?;
    save(sql, &record, creator)?;
    answer(sql)
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
    if let Some(mut entry) = history::of(sql, operation)? {
        entry.outcome = outcome;
        entry.commit = commit.as_ref().map(|(id, _)| *id);
        history::replace(sql, &entry)?;
    }
    let rows = sql.run(
        "SELECT intent FROM unsettled WHERE operation = ?",
        &[operation.into()],
    )?;
    let intent = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::text);
    let intent: Option<Intent> = intent.map(serde_json::from_str).transpose()?;
    if outcome == OperationOutcome::Committed
        && let Some(spec) = intent.and_then(|intent| intent.becomes)
    {
        record.renamed(&spec);
        sql.run("DELETE FROM deep", &[])?;
    }
    sql.run(
        "DELETE FROM unsettled WHERE operation = ?",
        &[operation.into()],
    )?;
    record.version += 1;
    if let Some((_, url)) = commit {
        record.commit_url = Some(url);
    }
    save(sql, &record, creator)?;
    answer(sql)
}

/// When something has to be done without being asked, in milliseconds from `now_ms`: write the public copy or look at
/// it, write the index, or end an operation that has taken too long.
pub fn next_alarm(sql: &impl Sql, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    prepare(sql)?;
    let rows = sql.run("SELECT until_ms FROM lease", &[])?;
    let until = rows
        .first()
        .and_then(|row| row.first())
        .and_then(Value::number);
    let expiry = until.map(|until| (until + 1).saturating_sub(now_ms));
    let alarms = [expiry, copy::next(sql, now_ms)?, listing::due(sql, now_ms)?];
    Ok(alarms.into_iter().flatten().min())
}

/// Ends what has taken too long.
pub fn end_overdue(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    prepare(sql)?;
    expire(sql, now_ms)
}

/// The public copy that waits to be written, due or not: key, version, and the text or nothing to delete it.
pub fn waiting_copy(sql: &impl Sql) -> Result<Option<(String, u64, Option<String>)>, ObjectError> {
    prepare(sql)?;
    copy::waiting(sql)
}

/// What has to be done about the public copy now, if anything.
pub fn copy_due(sql: &impl Sql, now_ms: u64) -> Result<Option<copy::Due>, ObjectError> {
    prepare(sql)?;
    copy::due(sql, now_ms)
}

/// Strikes a public copy that was written; a newer one stays.
pub fn copy_written(sql: &impl Sql, version: u64, now_ms: u64) -> Result<(), ObjectError> {
    copy::written(sql, version, now_ms)
}

/// Puts the next try of a public copy off by the interval.
pub fn copy_failed(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    copy::failed(sql, now_ms)
}

/// Takes what the key of the public copy holds; a copy that was lost is written again.
pub fn copy_compared(sql: &impl Sql, found: Option<&str>, now_ms: u64) -> Result<(), ObjectError> {
    let record = match load(sql)? {
        Some((record, _)) => {
            let text = public_text(sql, &record)?;
            Some((record, text))
        }
        None => None,
    };
    copy::compared(sql, found, record, now_ms)
}

/// The record as those who watch it see it, with its version; none where there is no such fabric.
pub fn watched(sql: &impl Sql) -> Result<Option<Watched>, ObjectError> {
    prepare(sql)?;
    let Some((record, _)) = load(sql)? else {
        return Ok(None);
    };
    let version = record.version;
    let public_until_ms = match record.visibility {
        Visibility::Public => place::load(sql)?.public_until_ms(),
        Visibility::Private | Visibility::Draft => 0,
    };
    let mut answer = FabricAnswer {
        record,
        operation: None,
    };
    let public_text = serde_json::to_string(&answer)?;
    answer.operation = history::latest(sql, 1)?.pop();
    let text = serde_json::to_string(&answer)?;
    Ok(Some(Watched {
        version,
        public_until_ms,
        text,
        public_text,
    }))
}

/// What those who watch a fabric are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    /// The record's version.
    pub version: u64,
    /// Until when everybody may see it, in milliseconds since 1970: a day after GitHub last said so; 0 where it is not
    /// public.
    pub public_until_ms: u64,
    /// The whole record with the last operation, as `GET /api/fabrics/{id}` answers it to whoever is signed in.
    pub text: String,
    /// The record alone, as everybody may read it.
    pub public_text: String,
}

/// Ends an operation whose Worker died: the record says that nobody knows, and `initializing` never sticks.
fn expire(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    let rows = sql.run(
        "SELECT intent FROM lease WHERE until_ms < ?",
        &[now_ms.into()],
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
