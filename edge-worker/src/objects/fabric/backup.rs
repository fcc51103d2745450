//! A fabric as one value, to be kept elsewhere and put back.

use serde_json::Value;
use shared::names::FabricId;
use shared::problem::{Code, Explanation, advice};
use shared::record::{
    DirectoryStatus, FabricRecord, HistoryEntry, OperationKind, OperationOutcome, Visibility,
};

use super::operation::{interrupted, is_under_way};
use super::said::Said;
use super::{
    BackupLine, FabricBackup, Intent, ObjectError, Sql, Takes, Tombstone, forgotten, history,
    is_later, kv_outbox, load, restored, said, save, stored_record, unreadable,
};
use crate::objects::{Kept, index_outbox, readable, repository_facts, shares};
use crate::timestamp::rfc3339;

/// What became of a fabric that was to be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Imported {
    /// What the object knows is what is archived.
    Restored,
    /// The object knows it as it is or as it became later, or somebody is writing.
    LeftAlone,
    /// The fabric was forgotten, or is now.
    Forgotten,
}

/// The fabric, or what is left of it, if there ever was one. What this version cannot read is in it as it is stored.
pub(super) fn export(sql: &impl Sql) -> Result<Option<BackupLine>, ObjectError> {
    let Some((record, creator)) = stored_record(sql)? else {
        let Some(version) = forgotten::version(sql)? else {
            return Ok(None);
        };
        return Ok(Some(BackupLine::Forgotten(Tombstone {
            version,
            forgotten_ms: forgotten::at_ms(sql)?,
            revoked: shares::revoked_ids(sql)?,
            private_ms: forgotten::private_ms(sql)?,
        })));
    };
    Ok(Some(match Kept::<FabricRecord>::read(&record) {
        Ok(record) => BackupLine::Fabric(Box::new(with_record(sql, record, creator)?)),
        Err(_) => {
            let record = serde_json::from_str(&record).unwrap_or(Value::String(record));
            let line = serde_json::to_value(with_record(sql, record, creator)?)?;
            BackupLine::Unreadable(line.as_object().cloned().unwrap_or_default())
        }
    }))
}

fn with_record<R>(sql: &impl Sql, record: R, creator: u64) -> Result<FabricBackup<R>, ObjectError> {
    let facts = repository_facts::load(sql)?;
    let mut backup = FabricBackup {
        record,
        creator,
        repository: facts.repository,
        confirmed_ms: facts.confirmed_ms,
        history: Vec::new(),
        unsettled: Vec::new(),
        shares: Vec::new(),
        revoked: Some(shares::revoked_ids(sql)?),
        unreadable: Vec::new(),
    };
    unreadable::export(sql, &mut backup)?;
    Ok(backup)
}

/// Merges a fabric of a backup into what the object knows. The later record stays; what was done, what is not settled and
/// the share links are those of both. A fabric that was forgotten since the backup stays so unless it `revives`:
/// `forgotten` is the version of which the index knows that. Of lines that revive it the latest counts, in any order.
///
/// Merging is idempotent, and an older line changes nothing of a newer record.
pub(super) fn import(
    sql: &impl Sql,
    mut archived: FabricBackup,
    forgotten: Option<u64>,
    (revives, takes): (bool, Takes),
    now_ms: u64,
) -> Result<Imported, ObjectError> {
    unreadable::take_readable(&mut archived);
    for share in archived.revoked.iter().flatten() {
        shares::keep_revoked(sql, share)?;
    }
    let forgotten = forgotten.max(forgotten::version(sql)?);
    let line = archived.record.version;
    let is_of_before = forgotten.is_some_and(|forgotten| line <= forgotten);
    let said = Said::of_line(&archived);
    let known = load(sql)?;
    let mut known_as_of = None;
    let is_later = match &known {
        Some((known, _)) => {
            let (version, as_of) = (known.version, restored::as_of(sql, known.version)?);
            known_as_of = Some(as_of.unwrap_or(version));
            is_later(line, (version, as_of), revives)
        }
        None => revives || !is_of_before,
    };
    if takes == Takes::Revocations || (known.is_none() && !(is_later && takes == Takes::Everything))
    {
        return Ok(match known {
            Some(_) => {
                hear(sql, said, now_ms)?;
                Imported::LeftAlone
            }
            None => {
                hear_of_forgotten(sql, said)?;
                Imported::Forgotten
            }
        });
    }
    if let Some(forgotten) = forgotten {
        forgotten::merge(sql, Some(&archived.record.id), forgotten, None)?;
    }
    // While a person writes, the record is theirs.
    let replaces = is_later && takes == Takes::Everything && !is_under_way(sql, None)?;
    let is_as_late = is_later || known_as_of.is_some_and(|known| known == line);
    merge_shares(sql, &archived, is_as_late, replaces && forgotten.is_none())?;
    let known_history = match is_later {
        true => Vec::new(),
        false => history::all(sql)?,
    };
    history::merge(sql, &archived.history, is_later)?;
    if is_later {
        strike_over(sql, &archived)?;
    }
    let unsettled = archived.unsettled.iter();
    let unsettled = unsettled.filter(|intent| !is_before(intent, &known_history));
    merge_unsettled(sql, unsettled, (is_later, &known_history))?;
    unreadable::keep(sql, &archived.unreadable)?;
    if known.is_some() && !replaces {
        hear(sql, said, now_ms)?;
        return Ok(Imported::LeftAlone);
    }
    let known = known.as_ref().map(|(known, _)| known);
    let before = match known {
        Some(known) => Some(said::known(sql, known)?),
        None => said::known_of_forgotten(sql)?,
    };
    let said = before.map_or(said, |before| before.or_later(said, now_ms));
    repository_facts::restored(sql, &archived.repository, (said.at_ms, said.is_of_backup))?;
    let mut record = archived.record;
    record.visibility = said.visibility;
    if known.is_none() {
        // Of a copy that was written before the object lost its storage nothing is known.
        kv_outbox::may_hold_one(sql, record.id.as_str(), now_ms)?;
    }
    if record.gitops_directory_status == DirectoryStatus::Initializing {
        record.failed(Explanation {
            code: Code::Unconfirmed,
            message: "a write was under way when the record was backed up".to_owned(),
            hint: advice::VALIDATE.api.to_owned(),
        });
    }
    // What the fabric became after the backup has the next version, and has to be taken for later than this; but copies of
    // what was here, or was forgotten, are followed only by something later.
    let before = forgotten.max(known.map(|known| known.version));
    record.version = match before.filter(|before| line <= *before) {
        Some(before) => {
            restored::keep_as_of(sql, before + 1, line)?;
            before + 1
        }
        None => line,
    };
    sql.run("DELETE FROM deep", &[])?;
    save(sql, &record, archived.creator)?;
    Ok(Imported::Restored)
}

/// Merges what is left of a fabric that was forgotten elsewhere, or here: the later version stays, of the fabric or of its
/// being forgotten. Where lines revive what was forgotten, the fabric gets a version after that.
pub(super) fn import_tombstone(
    sql: &impl Sql,
    id: Option<&FabricId>,
    tombstone: &Tombstone,
    (revives, now_ms): (bool, u64),
) -> Result<Imported, ObjectError> {
    for share in &tombstone.revoked {
        shares::keep_revoked(sql, share)?;
    }
    let (version, at_ms) = (tombstone.version, tombstone.forgotten_ms);
    let said = Said::of_tombstone(tombstone);
    let Some((mut record, creator)) = load(sql)? else {
        let is_news = forgotten::merge(sql, id, version, at_ms)?;
        if let (Some(id), Some(version)) = (id, forgotten::version(sql)?) {
            // A row that was lost comes back.
            index_outbox::put_removal(sql, id, version, forgotten::at_ms(sql)?)?;
        }
        if let Some(said) = said {
            hear_of_forgotten(sql, said)?;
        }
        return Ok(match is_news {
            true => Imported::Restored,
            false => Imported::LeftAlone,
        });
    };
    if record.version <= version && revives {
        let as_of = restored::as_of(sql, record.version)?;
        restored::keep_as_of(sql, version + 1, as_of.unwrap_or(record.version))?;
        record.version = version + 1;
        save(sql, &record, creator)?;
    } else if record.version <= version {
        if is_under_way(sql, None)? {
            // Its commit would belong to no fabric.
            return Ok(Imported::LeftAlone);
        }
        super::forget(sql, version, None, at_ms)?;
        if let Some(said) = said {
            hear_of_forgotten(sql, said)?;
        }
        return Ok(Imported::Forgotten);
    }
    if let Some(said) = said {
        hear(sql, said, now_ms)?;
    }
    // As if this had come before the lines that do not tell which links were revoked.
    shares::drop_doubtful(sql, &[], true)?;
    forgotten::merge(sql, Some(&record.id), version, at_ms)?;
    Ok(Imported::LeftAlone)
}

/// Takes what a line says of who may see the repository, where that is later than what is known, whichever record stays.
fn hear(sql: &impl Sql, said: Said, now_ms: u64) -> Result<(), ObjectError> {
    let Some((mut record, creator)) = load(sql)? else {
        return Ok(());
    };
    let before = said::known(sql, &record)?;
    let said = before.or_later(said, now_ms);
    if said == before || record.visibility == Visibility::Draft {
        return Ok(());
    }
    let facts = repository_facts::load(sql)?;
    repository_facts::restored(sql, &facts.repository, (said.at_ms, said.is_of_backup))?;
    if record.visibility != said.visibility {
        let as_of = restored::as_of(sql, record.version)?;
        record.version += 1;
        if let Some(as_of) = as_of {
            restored::keep_as_of(sql, record.version, as_of)?;
        }
        record.visibility = said.visibility;
        save(sql, &record, creator)?;
    }
    Ok(())
}

/// The same of a fabric that was forgotten.
fn hear_of_forgotten(sql: &impl Sql, said: Said) -> Result<(), ObjectError> {
    let before = forgotten::private_ms(sql)?;
    let later = said
        .private_ms()
        .filter(|private_ms| before < Some(*private_ms));
    match later {
        Some(_) => forgotten::keep_private(sql, later),
        None => Ok(()),
    }
}

/// Links that were revoked on either side stay so. A line that does not tell which were revoked adds none where it may be
/// one of those: to a record that is as late, or of a fabric that was ever forgotten. Which it added go where a line that is
/// as late does not have them.
fn merge_shares(
    sql: &impl Sql,
    archived: &FabricBackup,
    is_as_late: bool,
    knows_all: bool,
) -> Result<(), ObjectError> {
    let tells = archived.revoked.is_some();
    if is_as_late {
        shares::drop_doubtful(sql, &archived.shares, tells)?;
    }
    // Who made links to a draft was not asked whether they may.
    let is_draft = archived.record.visibility == Visibility::Draft;
    if !is_draft && (knows_all || tells) {
        for (share, hash) in &archived.shares {
            shares::import(sql, share, hash, !tells)?;
        }
    }
    Ok(())
}

/// Tells whether a write began before everything that a history still tells of: how it ended was known once.
fn is_before(intent: &Intent, history: &[HistoryEntry]) -> bool {
    let started_at = rfc3339(intent.started_ms);
    // Validations are forgotten apart from all else.
    let others = history.iter();
    let mut others = others
        .filter(|entry| entry.kind != OperationKind::Validate)
        .peekable();
    others.peek().is_some()
        && others.all(|entry| entry.operation != intent.operation && started_at < entry.started_at)
}

/// Tells whether a history says how a write ended, or is presumed to have.
fn tells_end(history: &[HistoryEntry], operation: &str) -> bool {
    let mut entries = history.iter();
    entries
        .any(|entry| entry.operation == operation && entry.outcome != OperationOutcome::Unconfirmed)
}

/// Strikes what is over by a later line: its history tells the end, and it has the write no longer.
fn strike_over(sql: &impl Sql, later: &FabricBackup) -> Result<(), ObjectError> {
    let over = later.history.iter().filter(|entry| {
        let mut open = later.unsettled.iter();
        entry.outcome != OperationOutcome::Unconfirmed
            && !open.any(|intent| intent.operation == entry.operation)
    });
    for entry in over {
        sql.run(
            "DELETE FROM unsettled WHERE operation = ?",
            &[entry.operation.as_str().into()],
        )?;
    }
    Ok(())
}

/// Writes whose outcome was not known stay to be settled, where the history does not tell it by now. What a later line says
/// of one counts; `known_history` is that of a record which is the later one.
fn merge_unsettled<'a>(
    sql: &impl Sql,
    archived: impl Iterator<Item = &'a Kept<Intent>>,
    (is_later, known_history): (bool, &[HistoryEntry]),
) -> Result<(), ObjectError> {
    for intent in archived {
        let operation = intent.operation.as_str();
        let under_way = sql.run(
            "SELECT operation FROM lease WHERE operation = ?",
            &[operation.into()],
        )?;
        if !under_way.is_empty() {
            continue;
        }
        let known = sql.run(
            "SELECT operation FROM unsettled WHERE operation = ?",
            &[operation.into()],
        )?;
        if known.is_empty() && tells_end(known_history, operation) {
            continue;
        }
        match history::entry_of(sql, operation)? {
            Some(entry) if is_settled(&entry, intent) => continue,
            Some(_) => {}
            None => {
                let entry = Kept::new(interrupted(intent, intent.started_ms));
                history::remember(sql, &entry)?;
            }
        }
        let statement = match is_later {
            true => {
                "INSERT INTO unsettled (operation, intent) VALUES (?, ?) ON CONFLICT (operation) DO UPDATE SET intent = excluded.intent"
            }
            false => "INSERT OR IGNORE INTO unsettled (operation, intent) VALUES (?, ?)",
        };
        let text = intent.to_text()?;
        sql.run(statement, &[operation.into(), text.into()])?;
    }
    let rows = sql.run("SELECT intent FROM unsettled", &[])?;
    for intent in readable::<Intent>(&rows) {
        let entry = history::entry_of(sql, &intent.operation)?;
        if entry.is_some_and(|entry| is_settled(&entry, &intent)) {
            sql.run(
                "DELETE FROM unsettled WHERE operation = ?",
                &[intent.operation.into()],
            )?;
        }
    }
    Ok(())
}

/// Whether an entry says how a write ended: one that is only presumed to have failed may still turn out to be a commit.
fn is_settled(entry: &HistoryEntry, intent: &Intent) -> bool {
    match entry.outcome {
        OperationOutcome::Unconfirmed | OperationOutcome::Other(_) => false,
        OperationOutcome::Committed | OperationOutcome::PullRequest => true,
        _ => !intent.is_presumed,
    }
}
