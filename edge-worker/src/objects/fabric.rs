//! `FABRIC`: a fabric's record and history, the truth about it, and the only writer of its public copy.

mod backup;
mod draft;
mod forgotten;
mod found_again;
mod full_scan;
mod history;
pub mod kv_outbox;
mod live_update;
mod message;
mod operation;
mod restored;
mod said;
mod seen_by_app;
mod unreadable;
mod watcher;

use shared::record::{DirectoryStatus, FabricRecord, PullRequestChecks, Visibility};

use super::repository_facts::PublicCopy;
use super::retry::{self, Duty};
use super::shares::{ShareMessage, ShareReply};
use super::{Kept, ObjectError, Row, Sql, Value, index_outbox, readable, repository_facts, shares};
use crate::timestamp::rfc3339;
use backup::Imported;
use kv_outbox::WaitingCopy;
use operation::{begin, end, expire, finish, is_under_way, renew, settle};

pub(crate) use draft::NOTHING_READ;
pub(crate) use history::OPERATIONS;
pub use live_update::{
    CONNECT_AGAIN, FABRIC_GONE, LiveRecord, SocketMessage, live_record, news, next_end_ms,
};
pub(crate) use message::{
    BackupLine, Event, FabricBackup, FabricMessage, FabricReply, FullScan, Intent, Place,
    Remembers, Takes, Tombstone, UnreadableRow, Wanted,
};
pub(crate) use restored::is_later;
pub use watcher::{NotOpened, Watch, Watcher, WatchingPerson, session_tag};
pub(crate) use watcher::{PERSON_MS, read_as, session_digest};

/// A creation of which nothing was heard for so long was given up: each of its steps ends much sooner.
const ABANDONED_MS: u64 = 10 * 60 * 1000;

pub(super) fn handle(sql: &impl Sql, message: FabricMessage) -> Result<FabricReply, ObjectError> {
    match message {
        FabricMessage::Create {
            record,
            creator,
            repository,
            now_ms,
        } => {
            if repository.node_id.is_some() {
                repository_facts::confirmed(sql, &repository, (now_ms, true))?;
            }
            create(sql, *record, creator, now_ms)?;
            answer(sql)
        }
        FabricMessage::Get {
            now_ms,
            restores,
            wanted,
            relist,
        } => {
            expire(sql, now_ms)?;
            if relist {
                put_row_again(sql)?;
            }
            if let Some(wanted) = wanted
                && left_nothing(sql, now_ms)?
            {
                return match wanted {
                    Wanted::Asks => Ok(FabricReply::Nothing),
                    Wanted::Takes => forget(sql, 0, None, Some(now_ms)),
                };
            }
            let reply = answer(sql)?;
            match reply {
                FabricReply::Unknown if restores => restored::begin(sql, now_ms)?,
                FabricReply::Unknown if restored::is_under_way(sql, now_ms)? => {
                    return Ok(FabricReply::Busy);
                }
                _ => {}
            }
            Ok(reply)
        }
        FabricMessage::MayAsk { now_ms } => Ok(if repository_facts::may_ask(sql, now_ms)? {
            FabricReply::Nothing
        } else {
            FabricReply::Busy
        }),
        FabricMessage::Renew {
            operation,
            until_ms,
        } => {
            renew(sql, &operation, until_ms)?;
            Ok(FabricReply::Nothing)
        }
        FabricMessage::Confirm {
            visibility,
            repository,
            now_ms,
        } => {
            let Some((mut record, creator)) = load(sql)? else {
                return Ok(FabricReply::Unknown);
            };
            // The caller may have looked before this was recorded, or be a version that compares less.
            let known = repository_facts::load(sql)?.repository;
            if !(known.is_none() || repository.is_none() || known.is_same(&repository)) {
                return Ok(FabricReply::Unknown);
            }
            let is_other = record.visibility != visibility;
            let is_news = repository_facts::confirmed(sql, &repository, (now_ms, is_other))?;
            if is_news {
                if record.visibility == Visibility::Draft {
                    draft::becomes_fabric(sql, &mut record)?;
                }
                record.version += u64::from(is_other);
                record.visibility = visibility;
                save(sql, &record, creator)?;
            }
            answer(sql)
        }
        FabricMessage::Begin {
            intent,
            until_ms,
            place,
            seen,
        } => begin(sql, &intent, until_ms, (place.as_ref(), seen)),
        FabricMessage::FoundAgain {
            tree,
            head,
            visibility,
            repository,
            now_ms,
        } => found_again::note(sql, (tree, &head), (visibility, &repository), now_ms),
        FabricMessage::History {
            now_ms,
            forgotten_by,
        } => {
            expire(sql, now_ms)?;
            if load(sql)?.is_none() {
                return forgotten::history(sql, forgotten_by);
            }
            Ok(FabricReply::History(history::all(sql)?))
        }
        FabricMessage::Rename {
            spec,
            operation,
            from,
            found,
        } => {
            let Some((mut record, creator)) = load(sql)? else {
                return Ok(FabricReply::Unknown);
            };
            let is_elsewhere = from.is_some_and(|from| !from.is_of(&record));
            if is_elsewhere || is_under_way(sql, Some(&operation))? {
                return Ok(FabricReply::Busy);
            }
            let before = record.version;
            record.renamed(&spec);
            if let Some((report, now_ms)) = found.map(|found| *found) {
                record.follows(&spec.branch, &report, &rfc3339(now_ms));
            }
            sql.run("DELETE FROM deep", &[])?;
            // It is the operation's own change, after which it has more to say.
            sql.run(
                "UPDATE unsettled SET version = ? WHERE operation = ? AND version = ?",
                &[record.version.into(), operation.into(), before.into()],
            )?;
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
        FabricMessage::SetPullRequestChecks { how } => set_pull_request_checks(sql, how),
        FabricMessage::KeepFullScan { scan } => {
            full_scan::keep(sql, &scan)?;
            Ok(FabricReply::Nothing)
        }
        FabricMessage::FullScan { tree } => {
            Ok(full_scan::of_tree(sql, tree)?.map_or(FabricReply::Nothing, FabricReply::FullScan))
        }
        FabricMessage::Finish {
            entry,
            event,
            now_ms,
            look_again,
            place,
            remembers,
        } => {
            let event = (*event, remembers);
            finish(sql, entry, event, now_ms, (look_again, place.as_ref()))
        }
        FabricMessage::Settle {
            operation,
            outcome,
            commit,
            look_again,
            partly,
        } => settle(sql, &operation, (outcome, commit), (look_again, partly)),
        FabricMessage::Expire { now_ms, operation } => {
            if let Some(operation) = &operation {
                end(sql, operation, now_ms)?;
            }
            expire(sql, now_ms)?;
            let is_gone = load(sql)?.is_none() && forgotten::by_another(sql, operation)?;
            Ok(match is_gone {
                true => FabricReply::Unknown,
                false => FabricReply::Nothing,
            })
        }
        FabricMessage::Shares(message) => match load(sql)? {
            // A draft has none, whichever version made one.
            Some((record, _))
                if record.visibility == Visibility::Draft
                    && matches!(
                        message,
                        ShareMessage::Add { .. } | ShareMessage::Open { .. }
                    ) =>
            {
                Ok(FabricReply::Shares(ShareReply::Unknown))
            }
            Some(_) => Ok(FabricReply::Shares(shares::handle(sql, message)?)),
            None => Ok(FabricReply::Unknown),
        },
        FabricMessage::Export => Ok(match backup::export(sql)? {
            Some(line) => FabricReply::Backup(line),
            None => FabricReply::Unknown,
        }),
        FabricMessage::Import {
            line,
            id,
            forgotten,
            revives,
            takes,
            now_ms,
        } => {
            restored::end(sql)?;
            let imported = match line {
                BackupLine::Fabric(fabric) => {
                    backup::import(sql, *fabric, forgotten, (revives, takes), now_ms)?
                }
                BackupLine::Forgotten(tombstone) => {
                    backup::import_tombstone(sql, id.as_ref(), &tombstone, (revives, now_ms))?
                }
                BackupLine::Unreadable(_) => Imported::LeftAlone,
            };
            // The index may have lost the row of a record that is known already.
            if let Some((record, creator)) = load(sql)? {
                index_outbox::put_row(sql, &record, creator, None)?;
            }
            Ok(match imported {
                Imported::Restored => FabricReply::Nothing,
                Imported::LeftAlone => FabricReply::Busy,
                Imported::Forgotten => FabricReply::Unknown,
            })
        }
        FabricMessage::Forget => forget(sql, 0, None, None),
        FabricMessage::ForgetFor {
            operation,
            now_ms,
            takes_back,
        } => {
            expire(sql, now_ms)?;
            if is_under_way(sql, Some(&operation))?
                || takes_back && history::has_write_of_another(sql, &operation)?
            {
                return Ok(FabricReply::Busy);
            }
            if takes_back && is_untold(sql)? {
                return leave_nothing(sql);
            }
            forget(sql, 0, Some(&operation), Some(now_ms))
        }
    }
}

/// Sets how the pull requests are checked that touch the fabric; while an operation is under way, the record is that one's to change.
fn set_pull_request_checks(
    sql: &impl Sql,
    how: PullRequestChecks,
) -> Result<FabricReply, ObjectError> {
    if is_under_way(sql, None)? {
        return Ok(FabricReply::Busy);
    }
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    if record.pull_request_checks != how {
        let before = record.version;
        record.pull_request_checks = how;
        record.version += 1;
        // It says nothing of the directory, of which an unsettled operation may have more to say.
        sql.run(
            "UPDATE unsettled SET version = ? WHERE version = ?",
            &[record.version.into(), before.into()],
        )?;
        save(sql, &record, creator)?;
    }
    Ok(FabricReply::Nothing)
}

/// Tells whether nothing of the fabric is on GitHub, and surely nothing will be: it was never seen there, no write is under
/// way or unconfirmed, and all of them failed. One that was never written to may only be about to be: it is left for a while.
fn left_nothing(sql: &impl Sql, now_ms: u64) -> Result<bool, ObjectError> {
    let Some((record, _)) = load(sql)? else {
        return Ok(false);
    };
    if record.visibility == Visibility::Draft {
        return Ok(true);
    }
    let is_there = record.gitops_initialized
        || record.last_directory_sync.is_some()
        || record.commit_url.is_some()
        || record.pull_request_url.is_some();
    if is_there || is_under_way(sql, None)? || operation::is_unconfirmed(sql)? {
        return Ok(false);
    }
    Ok(match history::all_failed(sql)? {
        Some(all_failed) => all_failed,
        None => {
            let begun_ms = repository_facts::load(sql)?.confirmed_ms;
            begun_ms.is_some_and(|begun_ms| begun_ms + ABANDONED_MS < now_ms)
        }
    })
}

/// Keeps a new record. What an earlier request for the same one kept, stays, unless it is only a draft; a fabric that was
/// forgotten begins with a later version, so that every copy follows. Its first write is about to begin, so nothing is told
/// of it for a moment.
fn create(
    sql: &impl Sql,
    mut record: FabricRecord,
    creator: u64,
    now_ms: u64,
) -> Result<(), ObjectError> {
    match load(sql)? {
        Some((known, _)) if known.visibility == Visibility::Draft => {
            record.version = known.version + 1;
            shares::forget(sql)?;
        }
        Some(_) => return Ok(()),
        None => {
            if let Some(version) = forgotten::version(sql)? {
                record.version = version + 1;
            }
        }
    }
    save_until(
        sql,
        &Kept::new(record),
        creator,
        Some(now_ms + kv_outbox::YOUNG_MS),
    )
}

/// Tells whether neither the index nor KV was ever told of the fabric.
fn is_untold(sql: &impl Sql) -> Result<bool, ObjectError> {
    Ok(index_outbox::is_untold(sql)? && forgotten::version(sql)?.is_none())
}

/// Leaves nothing of a fabric of which nobody was told: no copy can come back, so no tombstone is needed to keep it away.
/// The alarm that is set takes the storage itself away.
fn leave_nothing(sql: &impl Sql) -> Result<FabricReply, ObjectError> {
    for table in [
        "fabric",
        "history",
        "lease",
        "unsettled",
        "deep",
        "outbox",
        "listing",
    ] {
        sql.run(&format!("DELETE FROM {table}"), &[])?;
    }
    repository_facts::forget(sql)?;
    seen_by_app::forget(sql)?;
    shares::forget(sql)?;
    Ok(FabricReply::Unknown)
}

/// Tells whether there is nothing to do and nothing to keep: neither a fabric nor what is left of one, nor one that a backup is
/// bringing back. Which line one was revived from says nothing without it, and one that was to come back and never did is none.
pub(super) fn is_over(sql: &impl Sql, now_ms: u64) -> Result<bool, ObjectError> {
    for kept in ["fabric", "forgotten", "revoked"] {
        let statement = format!("SELECT 1 FROM {kept} LIMIT 1");
        if !sql.run(&statement, &[])?.is_empty() {
            return Ok(false);
        }
    }
    Ok(!restored::is_under_way(sql, now_ms)? && next_alarm(sql, now_ms)?.is_none())
}

/// Forgets the fabric, with this version at least; for which operation and when, where that is known.
fn forget(
    sql: &impl Sql,
    version: u64,
    operation: Option<&str>,
    at_ms: Option<u64>,
) -> Result<FabricReply, ObjectError> {
    let Some((mut record, _)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    if record.visibility == Visibility::Draft && version == 0 && forgotten::version(sql)?.is_none()
    {
        return draft::forget(sql, (&record.id, record.version));
    }
    // A version of its own, so that a copy being written now does not strike this deletion off.
    record.version = version.max(record.version + 1);
    for statement in [
        "DELETE FROM fabric",
        "DELETE FROM history",
        "DELETE FROM lease",
        "DELETE FROM unsettled",
        "DELETE FROM deep",
    ] {
        sql.run(statement, &[])?;
    }
    kv_outbox::put(sql, &record, None, None)?;
    let private_ms = said::known(sql, &record)?.private_ms();
    repository_facts::forget(sql)?;
    seen_by_app::forget(sql)?;
    shares::forget(sql)?;
    forgotten::keep(sql, Some(&record.id), record.version, (operation, at_ms))?;
    forgotten::keep_private(sql, private_ms)?;
    index_outbox::put_removal(sql, &record.id, record.version, at_ms)?;
    Ok(FabricReply::Unknown)
}

fn load(sql: &impl Sql) -> Result<Option<(Kept<FabricRecord>, u64)>, ObjectError> {
    let Some((record, creator)) = stored_record(sql)? else {
        return Ok(None);
    };
    let mut record: Kept<FabricRecord> = Kept::read(&record)?;
    if record.visibility == Visibility::Draft {
        draft::leave_what_was_typed(&mut record);
    }
    Ok(Some((record, creator)))
}

/// The record's text, and GitHub's number of who created the fabric.
fn stored_record(sql: &impl Sql) -> Result<Option<(String, u64)>, ObjectError> {
    let rows = sql.run("SELECT record, creator FROM fabric", &[])?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([Value::Text(record), creator]) => {
            Some((record.clone(), creator.number().unwrap_or_default()))
        }
        _ => None,
    })
}

/// Stores the record and, in the same breath, the copies that have to follow it. Nothing is told of a write while it is
/// young: how it ends follows soon.
fn save(sql: &impl Sql, record: &Kept<FabricRecord>, creator: u64) -> Result<(), ObjectError> {
    let started_ms = match record.gitops_directory_status {
        DirectoryStatus::Initializing => operation::started_ms(sql)?,
        _ => None,
    };
    let young_until_ms = started_ms.map(|started_ms| started_ms + kv_outbox::YOUNG_MS);
    save_until(sql, record, creator, young_until_ms)
}

/// The same, of which nothing is told before then.
fn save_until(
    sql: &impl Sql,
    record: &Kept<FabricRecord>,
    creator: u64,
    not_before_ms: Option<u64>,
) -> Result<(), ObjectError> {
    let text = record.to_text()?;
    sql.run(
        "INSERT OR REPLACE INTO fabric (one, record, creator) VALUES (1, ?, ?)",
        &[text.into(), creator.into()],
    )?;
    index_outbox::put_row(sql, record, creator, not_before_ms)?;
    kv_outbox::put(sql, record, public_copy(sql, record)?, not_before_ms)
}

/// What everybody may read of the record, if anything.
fn public_copy(sql: &impl Sql, record: &FabricRecord) -> Result<Option<PublicCopy>, ObjectError> {
    if record.visibility != Visibility::Public {
        return Ok(None);
    }
    let confirmed_ms = repository_facts::load(sql)?.heard_ms();
    // Where a comparison begins is for the object alone.
    let record = FabricRecord {
        compared: None,
        ..record.clone()
    };
    Ok(Some(PublicCopy {
        record,
        confirmed_ms,
    }))
}

fn answer(sql: &impl Sql) -> Result<FabricReply, ObjectError> {
    let Some((record, creator)) = load(sql)? else {
        return Ok(FabricReply::Unknown);
    };
    let last = history::last(sql)?;
    let unsettled = readable(&sql.run("SELECT intent FROM unsettled", &[])?);
    let facts = repository_facts::load(sql)?;
    Ok(FabricReply::Record {
        moves_to: operation::moves_to(sql)?,
        as_of: restored::as_of(sql, record.version)?,
        record: Box::new(record.into_value()),
        creator,
        last,
        unsettled,
        confirmed_ms: facts.heard_ms(),
        repository: facts.repository,
    })
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

/// Tells whether the row of the index should be there when a message on the wire is answered: it asks for it, or the index
/// was never told of the fabric before this operation ended.
pub(super) fn needs_row(sql: &impl Sql, message: &str) -> Result<bool, ObjectError> {
    let asks = message.starts_with(r#"{"Get":"#) && message.contains(r#""relist":true"#);
    Ok(asks || ends_operation(message) && !index_outbox::was_listed(sql)?)
}

/// Tells whether a message on the wire says how an operation ended.
pub(super) fn ends_operation(message: &str) -> bool {
    message.starts_with(r#"{"Finish":"#)
}

/// In how many milliseconds from `now_ms` something has to be done without being asked: write the public copy or look at
/// it, write the index, end an operation that has taken too long, or a draft. Where an alarm failed, nothing is before its next try.
pub(super) fn next_alarm(sql: &impl Sql, now_ms: u64) -> Result<Option<u64>, ObjectError> {
    let statement = format!(
        "SELECT (SELECT until_ms FROM lease), (SELECT due_ms FROM retry WHERE duty = ?), (SELECT until_ms FROM restored WHERE version IS NULL), \
         (SELECT record FROM fabric WHERE {})",
        draft::MAY_BE_DRAFT
    );
    let rows = sql.run(&statement, &[Duty::Alarm.word().into()])?;
    let number = |at: usize| rows.first().and_then(|row| row.get(at)?.number());
    let (until, retry, comes_back) = (number(0), number(1), number(2));
    let draft = rows.first().and_then(|row| row.get(3)?.text());
    let at = [
        until.map(|until| until + 1),
        comes_back,
        kv_outbox::write_ms(sql)?,
        kv_outbox::compare_ms(sql)?,
        index_outbox::write_ms(sql)?,
        draft.and_then(draft::until_ms_of),
    ];
    let first = at.into_iter().flatten().min();
    Ok(first.map(|at| at.max(retry.unwrap_or_default()).saturating_sub(now_ms)))
}

/// The row as it should be is what has to be written next; one that waits is.
fn put_row_again(sql: &impl Sql) -> Result<(), ObjectError> {
    if index_outbox::is_waiting(sql)? {
        return Ok(());
    }
    if let Some((record, creator)) = load(sql)? {
        return index_outbox::put_row(sql, &record, creator, None);
    }
    match forgotten::row(sql)? {
        Some((fabric, version, at_ms)) => index_outbox::put_removal(sql, &fabric, version, at_ms),
        None => Ok(()),
    }
}

/// Ends what has taken too long.
pub(super) fn end_overdue(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    restored::expire(sql, now_ms)?;
    expire(sql, now_ms)
}

/// The public copy that has to be written now, if any.
pub(super) fn copy_due(sql: &impl Sql, now_ms: u64) -> Result<Option<WaitingCopy>, ObjectError> {
    match kv_outbox::write_ms(sql)? {
        Some(at_ms) if at_ms <= now_ms => {
            index_outbox::hand_out(sql)?;
            kv_outbox::waiting(sql)
        }
        _ => Ok(None),
    }
}

/// Notes that a public copy is about to be sent.
pub(super) fn copy_sent(sql: &impl Sql) -> Result<(), ObjectError> {
    kv_outbox::sent(sql)
}

/// Strikes a public copy that was written; another one that came meanwhile stays.
pub(super) fn copy_written(
    sql: &impl Sql,
    copy: &WaitingCopy,
    now_ms: u64,
) -> Result<(), ObjectError> {
    kv_outbox::written(sql, copy, now_ms)
}

/// Puts the next try of a public copy off, and tells how often it has failed.
pub(super) fn copy_failed(sql: &impl Sql, key: &str, now_ms: u64) -> Result<u64, ObjectError> {
    let failed = retry::failed(sql, Duty::Copy, key, now_ms)?;
    Ok(failed.times)
}

/// The key of the public copy that has to be compared now, if any.
pub(super) fn comparison_due(sql: &impl Sql, now_ms: u64) -> Result<Option<String>, ObjectError> {
    match kv_outbox::compare_ms(sql)? {
        Some(at_ms) if at_ms <= now_ms => kv_outbox::written_key(sql),
        _ => Ok(None),
    }
}

/// Takes what the key of the public copy holds; a copy that was lost is written again.
pub(super) fn copy_compared(
    sql: &impl Sql,
    found: Option<&str>,
    now_ms: u64,
) -> Result<(), ObjectError> {
    let record = match load(sql)? {
        Some((record, _)) => {
            let copy = public_copy(sql, &record)?;
            Some((record.into_value(), copy))
        }
        None => None,
    };
    kv_outbox::compared(sql, found, record, now_ms)
}

/// Puts the next comparison off, and tells how often it has failed.
pub(super) fn comparison_failed(
    sql: &impl Sql,
    key: &str,
    now_ms: u64,
) -> Result<u64, ObjectError> {
    let failed = retry::failed(sql, Duty::Compare, key, now_ms)?;
    Ok(failed.times)
}

/// The message to the index that is due: what waits, or once a day the row as it should be.
pub(super) fn row_due(sql: &impl Sql, now_ms: u64) -> Result<Option<String>, ObjectError> {
    let at_ms = index_outbox::write_ms(sql)?;
    if at_ms.is_none_or(|at_ms| at_ms > now_ms) {
        return Ok(None);
    }
    if let Some(waiting) = index_outbox::hand_out(sql)? {
        return Ok(Some(waiting));
    }
    put_row_again(sql)?;
    index_outbox::hand_out(sql)
}

/// Strikes a row that was written; one that was put meanwhile stays.
pub(super) fn row_written(sql: &impl Sql, message: &str, now_ms: u64) -> Result<(), ObjectError> {
    index_outbox::written(sql, message, now_ms)
}

/// Puts the next try of a row off, and tells how often it has failed.
pub(super) fn row_failed(sql: &impl Sql, message: &str, now_ms: u64) -> Result<u64, ObjectError> {
    let failed = retry::failed(sql, Duty::Row, message, now_ms)?;
    Ok(failed.times)
}
