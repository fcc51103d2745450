//! An operation of a fabric, from the intent that is kept before its write to its end: reported, expired or settled.

use shared::fabric::FabricSpec;
use shared::git::ObjectId;
use shared::problem::{Code, Explanation, advice};
use shared::record::{Committed, Compared, FabricRecord, HistoryEntry, OperationOutcome, Partly};

use super::seen_by_app::Told;
use super::{
    Event, FabricReply, Intent, Place, Remembers, answer, draft, forget, history, kv_outbox, load,
    save, save_until, seen_by_app,
};
use crate::objects::{Kept, ObjectError, Row, Sql, Value, readable};
use crate::timestamp::{from_rfc3339, rfc3339};

pub(super) fn begin(
    sql: &impl Sql,
    intent: &Intent,
    until_ms: u64,
    (place, seen): (Option<&Place>, Option<Compared>),
) -> Result<FabricReply, ObjectError> {
    expire(sql, intent.started_ms)?;
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    // What was planned for a place that the fabric has left meanwhile is planned again.
    let is_elsewhere = place.is_some_and(|place| !place.is_of(&record));
    if is_elsewhere || is_under_way(sql, Some(&intent.operation))? {
        return Ok(FabricReply::Busy);
    }
    let text = serde_json::to_string(intent)?;
    let before = serde_json::to_string(&record.gitops_directory_status)?;
    // A further attempt of the same operation renews what would prove it, and keeps the state from before the first.
    sql.run(
        "INSERT INTO lease (one, operation, started_ms, intent, before, until_ms) VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET intent = excluded.intent, until_ms = excluded.until_ms",
        &[intent.operation.as_str().into(), intent.started_ms.into(), text.into(), before.into(), until_ms.into()],
    )?;
    if record.last_compared().is_none() {
        record.compared = seen;
    }
    record.initializing();
    save(sql, &record, creator)?;
    answer(sql)
}

/// Puts off when an operation is over, as long as nobody has been told that it is.
pub(super) fn renew(sql: &impl Sql, operation: &str, until_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "UPDATE lease SET until_ms = MAX(until_ms, ?2) WHERE operation = ?1",
        &[operation.into(), until_ms.into()],
    )?;
    Ok(())
}

/// Tells whether an operation is under way, other than the one that asks.
pub(super) fn is_under_way(sql: &impl Sql, but: Option<&str>) -> Result<bool, ObjectError> {
    let others = sql.run(
        "SELECT operation FROM lease WHERE operation <> ?",
        &[but.unwrap_or_default().into()],
    )?;
    Ok(!others.is_empty())
}

fn has_lease(sql: &impl Sql, operation: &str) -> Result<bool, ObjectError> {
    let own = sql.run(
        "SELECT operation FROM lease WHERE operation = ?",
        &[operation.into()],
    )?;
    Ok(!own.is_empty())
}

/// Tells whether the outcome of an operation is not known.
pub(super) fn is_unconfirmed(sql: &impl Sql) -> Result<bool, ObjectError> {
    let rows = sql.run("SELECT intent FROM unsettled", &[])?;
    let intents: Vec<Intent> = readable(&rows);
    // What cannot be read may be one.
    Ok(intents.len() < rows.len() || intents.iter().any(|intent| !intent.is_presumed))
}

/// When the operation that is under way began, if there is one.
pub(super) fn started_ms(sql: &impl Sql) -> Result<Option<u64>, ObjectError> {
    let rows = sql.run("SELECT started_ms FROM lease", &[])?;
    Ok(rows.first().and_then(|row| row.first()?.number()))
}

/// What the operation that is under way makes of the fabric, where that is another name or directory.
pub(super) fn moves_to(sql: &impl Sql) -> Result<Option<Box<FabricSpec>>, ObjectError> {
    let rows = sql.run("SELECT intent FROM lease", &[])?;
    Ok(first_intent(&rows)?.and_then(|intent| intent.into_value().becomes))
}

/// Goes back to the state from before an operation, where it began to write.
fn roll_back(
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

/// What somebody finds again who may only look is written no sooner than this.
const LOOKED_AGAIN_MS: u64 = 10 * 60_000;

pub(super) fn finish(
    sql: &impl Sql,
    entry: HistoryEntry,
    (event, remembers): (Event, Remembers),
    now_ms: u64,
    (look_again, place): (bool, Option<&Place>),
) -> Result<FabricReply, ObjectError> {
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    let known = history::entry_of(sql, &entry.operation)?;
    let is_late = known.is_some() && !has_lease(sql, &entry.operation)?;
    let event = match event {
        // What was found in a place that the fabric has left meanwhile says nothing of where it is.
        _ if place.is_some_and(|place| !place.is_of(&record)) => Event::Nothing,
        Event::Committed { .. } | Event::Failed { .. }
            if is_late && is_overtaken(sql, &entry.operation, &record)? =>
        {
            Event::Nothing
        }
        event => event,
    };
    // Another request carried the same operation to its end: what this one did not do was done.
    if let Some(known) = &known
        && is_done(known.outcome)
        && !is_done(entry.outcome)
    {
        roll_back(sql, &entry.operation, &mut record)?;
        sql.run(
            "DELETE FROM lease WHERE operation = ?",
            &[entry.operation.as_str().into()],
        )?;
        save(sql, &record, creator)?;
        return answer_with(sql, &entry.operation);
    }
    let is_anothers = is_under_way(sql, Some(&entry.operation))?;
    let meant = match &event {
        Event::Checked { meant, .. } if !is_anothers => *meant,
        _ => None,
    };
    let count = record.meant_until(meant);
    let entry = HistoryEntry {
        meant: count,
        nothing_new: known.and_then(|known| known.nothing_new),
        ..entry
    };
    let (operation, outcome) = (entry.operation.clone(), entry.outcome);
    let remember = |is_new: bool| match remembers {
        // Others may have come after it.
        _ if is_late => history::replace(sql, &Kept::new(entry)),
        Remembers::Never => Ok(()),
        Remembers::ByApp if !is_new => Ok(()),
        Remembers::IfNew if !is_new => history::remember_nothing_new(sql, entry),
        Remembers::IfNew | Remembers::ByApp | Remembers::Always => {
            history::remember(sql, &Kept::new(entry))
        }
    };
    if is_anothers {
        // Another operation is under way, and the record is its to change: whether this found something new nobody can say.
        remember(true)?;
        return answer_with(sql, &operation);
    }
    if remembers == Remembers::ByApp {
        let sees = !matches!(event, Event::Unreachable { .. });
        if seen_by_app::keep(sql, sees)? == Told::Already && !sees {
            return answer_with(sql, &operation);
        }
    }
    let before = record.clone();
    let now = rfc3339(now_ms);
    record.deletions_were_meant(meant);
    // What wrote nothing has nothing new to tell, and a creation is forgotten next.
    let held_until = match &event {
        Event::Nothing => started_ms(sql)?.map(|started| started + kv_outbox::YOUNG_MS),
        _ => None,
    };
    match event {
        Event::Committed {
            head,
            tree,
            url,
            report,
        } => record.committed(Committed { head, tree, url }, &report, &now),
        // What was read before a write says nothing about the state after it; what a person said holds for what they saw.
        Event::Checked { version, .. } if version != record.version => {
            record.version += u64::from(count.is_some());
        }
        Event::Checked { report, .. } => record.checked(&report, &now),
        Event::Failed { failure } => record.failed(failure),
        Event::Unreachable { failure } => record.unreachable(&failure, &now),
        Event::Proposed { url } => {
            roll_back(sql, &operation, &mut record)?;
            record.proposed(url);
        }
        Event::Nothing => roll_back(sql, &operation, &mut record)?,
    }
    let is_new = count.is_some() || before.told() != record.told();
    let only_looks = matches!(remembers, Remembers::Never | Remembers::ByApp);
    if only_looks && !is_new && is_fresh(&before, &record) {
        return answer_with(sql, &operation);
    }
    remember(is_new)?;
    // What it said of the record holds while the record is as it left it.
    let left_at = Some(record.version).filter(|version| *version != before.version);
    match outcome {
        OperationOutcome::Unconfirmed | OperationOutcome::Other(_) => {
            keep_unsettled(sql, &operation, false, left_at)?;
        }
        _ if look_again => keep_unsettled(sql, &operation, true, left_at)?,
        // It ended late, but it said how.
        _ => drop_unsettled(sql, &operation)?,
    }
    sql.run(
        "DELETE FROM lease WHERE operation = ?",
        &[operation.as_str().into()],
    )?;
    match held_until {
        Some(_) => save_until(sql, &record, creator, held_until)?,
        None => save(sql, &record, creator)?,
    }
    answer_with(sql, &operation)
}

/// Tells whether a record says already, and since a moment ago, what a look found again.
pub(super) fn is_fresh(before: &FabricRecord, found: &FabricRecord) -> bool {
    let checked_ms = |record: &FabricRecord| record.checked_at.as_deref().and_then(from_rfc3339);
    let is_same = before.checked_at == found.checked_at;
    is_same
        || before.head == found.head
            && checked_ms(found) < checked_ms(before).map(|before| before + LOOKED_AGAIN_MS)
}

/// Tells whether the record is of what somebody found or did since an operation was taken for dead, or was over.
fn is_overtaken(
    sql: &impl Sql,
    operation: &str,
    record: &FabricRecord,
) -> Result<bool, ObjectError> {
    let wrote = history::entry_of(sql, operation)?.is_some_and(|known| {
        !matches!(
            known.outcome,
            OperationOutcome::Refused | OperationOutcome::Unchanged
        )
    });
    if !wrote {
        // Only what it found is new.
        return Ok(!last_committed(sql, operation)?);
    }
    let rows = sql.run(
        "SELECT version FROM unsettled WHERE operation = ?",
        &[operation.into()],
    )?;
    let left_at = rows.first().and_then(|row| row.first());
    Ok(left_at.and_then(Value::number) != Some(record.version))
}

/// The record, with what the history says of this operation.
fn answer_with(sql: &impl Sql, operation: &str) -> Result<FabricReply, ObjectError> {
    let mut reply = answer(sql)?;
    if let FabricReply::Record { last, .. } = &mut reply {
        *last = history::entry_of(sql, operation)?.map(Kept::into_value);
    }
    Ok(reply)
}

fn is_done(outcome: OperationOutcome) -> bool {
    matches!(
        outcome,
        OperationOutcome::Committed | OperationOutcome::PullRequest
    )
}

/// Keeps what would prove an operation, from its lease or from before, and the version at which it left the record, where
/// it changed it.
fn keep_unsettled(
    sql: &impl Sql,
    operation: &str,
    is_presumed: bool,
    left_at: Option<u64>,
) -> Result<(), ObjectError> {
    let rows = sql.run(
        "SELECT intent FROM lease WHERE operation = ?1 UNION ALL SELECT intent FROM unsettled WHERE operation = ?1",
        &[operation.into()],
    )?;
    let Some(mut intent) = first_intent(&rows)? else {
        return Ok(());
    };
    intent.is_presumed = is_presumed;
    let text = intent.to_text()?;
    sql.run(
        "INSERT INTO unsettled (operation, intent, version) VALUES (?, ?, ?) ON CONFLICT (operation) DO UPDATE SET intent = excluded.intent, version = COALESCE(excluded.version, version)",
        &[
            operation.into(),
            text.into(),
            left_at.map_or(Value::Null, Value::from),
        ],
    )?;
    Ok(())
}

fn drop_unsettled(sql: &impl Sql, operation: &str) -> Result<(), ObjectError> {
    sql.run(
        "DELETE FROM unsettled WHERE operation = ?",
        &[operation.into()],
    )?;
    Ok(())
}

fn first_intent(rows: &[Row]) -> Result<Option<Kept<Intent>>, ObjectError> {
    let text = rows.first().and_then(|row| row.first());
    let text = text.and_then(Value::text);
    Ok(text.map(Kept::read).transpose()?)
}

/// Tells whether no later operation committed anything.
fn last_committed(sql: &impl Sql, operation: &str) -> Result<bool, ObjectError> {
    let later = history::all(sql)?
        .into_iter()
        .take_while(|entry| entry.operation != operation)
        .any(|entry| {
            matches!(
                entry.outcome,
                OperationOutcome::Committed | OperationOutcome::Other(_)
            )
        });
    Ok(!later)
}

/// Replaces an entry of the history by what the branch says of it; what the record says follows from reading the branch.
pub(super) fn settle(
    sql: &impl Sql,
    operation: &str,
    (outcome, commit): (OperationOutcome, Option<(ObjectId, String)>),
    (look_again, partly): (bool, Option<Partly>),
) -> Result<FabricReply, ObjectError> {
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    if is_under_way(sql, None)? {
        return Ok(FabricReply::Busy);
    }
    let is_last = last_committed(sql, operation)?;
    let rows = sql.run(
        "SELECT intent FROM unsettled WHERE operation = ?",
        &[operation.into()],
    )?;
    let intent = first_intent(&rows)?;
    let is_presumed = intent.as_ref().is_some_and(|intent| intent.is_presumed);
    if is_presumed && commit.is_none() {
        // It is as the history says.
        drop_unsettled(sql, operation)?;
        return answer(sql);
    }
    if let Some(mut entry) = history::entry_of(sql, operation)? {
        // What was proposed was proposed, whichever request made its commit.
        if entry.outcome != OperationOutcome::PullRequest {
            entry.outcome = outcome;
            let is_over = outcome == OperationOutcome::Committed;
            entry.partly = partly.or(entry.partly.filter(|_| !is_over));
        }
        entry.commit = commit.as_ref().map(|(id, _)| *id);
        history::replace(sql, &entry)?;
    }
    // The record names neither a commit on a branch of its own, nor one with another tree, nor an older one.
    let branch = intent.as_ref().and_then(|intent| intent.branch.as_ref());
    let is_own = branch.is_none_or(|branch| *branch == record.branch);
    let is_latest_commit = outcome == OperationOutcome::Committed && is_own && is_last;
    if outcome == OperationOutcome::Committed
        && let Some(spec) = intent.and_then(|intent| intent.into_value().becomes)
    {
        record.renamed(&spec);
        sql.run("DELETE FROM deep", &[])?;
    }
    match look_again {
        true => keep_unsettled(sql, operation, true, None)?,
        false => drop_unsettled(sql, operation)?,
    }
    record.version += 1;
    if let Some((_, url)) = commit.filter(|_| is_latest_commit) {
        record.commit_url = Some(url);
    }
    save(sql, &record, creator)?;
    answer(sql)
}

/// Ends an operation before its time is over: its Worker is known to have died.
pub(super) fn end(sql: &impl Sql, operation: &str, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "UPDATE lease SET until_ms = MIN(until_ms, ?) WHERE operation = ?",
        &[now_ms.saturating_sub(1).into(), operation.into()],
    )?;
    Ok(())
}

/// Ends an operation whose Worker died: the record says that the outcome is not known, and `initializing` never sticks. Ends
/// a draft whose time is over, too.
pub(super) fn expire(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    let statement = format!(
        "SELECT (SELECT intent FROM lease WHERE until_ms < ?), (SELECT record FROM fabric WHERE {})",
        draft::MAY_BE_DRAFT
    );
    let rows = sql.run(&statement, &[now_ms.into()])?;
    let text = |at: usize| rows.first().and_then(|row| row.get(at)?.text());
    let until_ms = text(1).and_then(draft::until_ms_of);
    if until_ms.is_some_and(|until_ms| until_ms <= now_ms) {
        forget(sql, 0, None, Some(now_ms))?;
        return Ok(());
    }
    let Some(text) = text(0) else {
        return Ok(());
    };
    let intent: Intent = serde_json::from_str(text)?;
    let failure = Explanation {
        code: Code::Unconfirmed,
        message: "the last write was interrupted before its outcome was known".to_owned(),
        hint: advice::VALIDATE.api.to_owned(),
    };
    let entry = interrupted(&intent, now_ms);
    finish(
        sql,
        entry,
        (Event::Failed { failure }, Remembers::Always),
        now_ms,
        (false, None),
    )?;
    Ok(())
}

/// The entry of a write of which nobody knows how it ended.
pub(super) fn interrupted(intent: &Intent, now_ms: u64) -> HistoryEntry {
    HistoryEntry {
        operation: intent.operation.clone(),
        kind: intent.kind,
        actor: intent.actor.clone(),
        started_at: rfc3339(intent.started_ms),
        duration_ms: now_ms.saturating_sub(intent.started_ms),
        github_requests: None,
        outcome: OperationOutcome::Unconfirmed,
        commit: None,
        partly: None,
        meant: None,
        nothing_new: None,
    }
}
