//! A fabric as one value, to be kept elsewhere and put back.

use shared::problem::{Code, Explanation, advice};
use shared::record::{DirectoryStatus, FabricRecord, HistoryEntry, OperationOutcome};

use super::operation::{interrupted, is_under_way};
use super::{FabricBackup, HISTORY_LENGTH, Intent, ObjectError, Sql, Value, history, load, save};
use crate::objects::{index_outbox, repository_facts, shares};
use crate::timestamp::rfc3339;

/// What became of a fabric that was to be put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Imported {
    /// The record is the archived one.
    Restored,
    /// The object knows it as it is or as it became later.
    LeftAlone,
    /// The fabric was forgotten.
    Forgotten,
}

/// The fabric, if there is one.
pub(super) fn export(sql: &impl Sql) -> Result<Option<FabricBackup>, ObjectError> {
    let Some((record, creator)) = load(sql)? else {
        return Ok(None);
    };
    let facts = repository_facts::load(sql)?;
    let mut history = history::latest(sql, HISTORY_LENGTH)?;
    history.reverse();
    // A write that is under way is one whose outcome the archive does not know.
    let rows = sql.run(
        "SELECT intent FROM unsettled UNION SELECT intent FROM lease",
        &[],
    )?;
    let texts = rows
        .iter()
        .filter_map(|row| row.first().and_then(Value::text));
    Ok(Some(FabricBackup {
        record,
        creator,
        repository: facts.repository,
        confirmed_ms: facts.confirmed_ms,
        history,
        unsettled: texts.map(serde_json::from_str).collect::<Result<_, _>>()?,
        shares: shares::export(sql)?,
        revoked: Some(shares::revoked_ids(sql)?),
    }))
}

/// Merges a fabric of a backup into what the object knows. The record with the later version stays; what was done, what
/// is not settled and the share links are those of both. A fabric that was forgotten stays so unless it `revives`:
/// `forgotten` is the version of which the index knows that.
///
/// Merging is idempotent, and an older line changes nothing of a newer record.
pub(super) fn import(
    sql: &impl Sql,
    archived: FabricBackup,
    forgotten: Option<u64>,
    revives: bool,
) -> Result<Imported, ObjectError> {
    let known = load(sql)?;
    let forgotten = match known {
        Some(_) => None,
        None => forgotten.max(super::forgotten::version(sql)?),
    };
    for share in archived.revoked.iter().flatten() {
        shares::keep_revoked(sql, share)?;
    }
    if forgotten.is_some() && !revives {
        return Ok(Imported::Forgotten);
    }
    let is_later = known
        .as_ref()
        .is_none_or(|(known, _)| known.version < archived.record.version);
    // While a person writes, the record is theirs.
    let replaces = is_later && !is_under_way(sql, None)?;
    let was_forgotten = forgotten.or(super::forgotten::version(sql)?).is_some();
    merge_shares(sql, &archived, is_later && !was_forgotten)?;
    let known_history = match is_later {
        true => Vec::new(),
        false => history::latest(sql, HISTORY_LENGTH)?,
    };
    history::merge(sql, &archived.history, is_later)?;
    let unsettled = archived.unsettled.iter();
    merge_unsettled(
        sql,
        unsettled.filter(|intent| !is_before(intent, &known_history)),
    )?;
    if let Some((known, creator)) = known.as_ref().filter(|_| !replaces) {
        // A row that was lost comes back.
        index_outbox::put_row(sql, known, *creator)?;
        return Ok(Imported::LeftAlone);
    }
    confirm(sql, known.as_ref().map(|(known, _)| known), &archived)?;
    let mut record = archived.record;
    let version = record.version;
    if record.gitops_directory_status == DirectoryStatus::Initializing {
        record.failed(Explanation {
            code: Code::Unconfirmed,
            message: "a write was under way when the record was backed up".to_owned(),
            hint: advice::VALIDATE.api.to_owned(),
        });
    }
    // What the fabric became after the backup has the next version, and has to be taken for later than this.
    record.version = version;
    if let Some(forgotten) = forgotten {
        record.version = version.max(forgotten) + 1;
    }
    sql.run("DELETE FROM deep", &[])?;
    save(sql, &record, archived.creator)?;
    Ok(Imported::Restored)
}

/// Takes what GitHub said about the repository: what it said last of two records that say the same of who may see it.
fn confirm(
    sql: &impl Sql,
    known: Option<&FabricRecord>,
    archived: &FabricBackup,
) -> Result<(), ObjectError> {
    let before = repository_facts::load(sql)?.confirmed_ms;
    let is_same = known.is_some_and(|known| known.visibility == archived.record.visibility);
    let confirmed_ms = match is_same {
        true => archived.confirmed_ms.max(before),
        false => archived.confirmed_ms,
    };
    if let Some(confirmed_ms) = confirmed_ms {
        repository_facts::confirmed(sql, &archived.repository, confirmed_ms)?;
    }
    Ok(())
}

/// Links that were revoked on either side stay so. A line that does not tell which were revoked adds none where it may be
/// one of those: to a record that is later, or of a fabric that was ever forgotten.
fn merge_shares(
    sql: &impl Sql,
    archived: &FabricBackup,
    knows_all: bool,
) -> Result<(), ObjectError> {
    if knows_all || archived.revoked.is_some() {
        for (share, hash) in &archived.shares {
            shares::import(sql, share, hash)?;
        }
    }
    Ok(())
}

/// Tells whether a write began before everything that a history still tells of: how it ended was known once.
fn is_before(intent: &Intent, history: &[HistoryEntry]) -> bool {
    let started_at = rfc3339(intent.started_ms);
    !history.is_empty()
        && history
            .iter()
            .all(|entry| entry.operation != intent.operation && started_at < entry.started_at)
}

/// Writes whose outcome was not known stay to be settled, where the history does not tell it by now.
fn merge_unsettled<'a>(
    sql: &impl Sql,
    archived: impl Iterator<Item = &'a Intent>,
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
        match history::entry_of(sql, operation)? {
            Some(entry) if is_settled(&entry, intent) => continue,
            Some(_) => {}
            None => history::remember(sql, &interrupted(intent, intent.started_ms))?,
        }
        sql.run(
            "INSERT OR IGNORE INTO unsettled (operation, intent) VALUES (?, ?)",
            &[operation.into(), serde_json::to_string(intent)?.into()],
        )?;
    }
    let rows = sql.run("SELECT intent FROM unsettled", &[])?;
    for text in rows.iter().filter_map(|row| row.first()?.text()) {
        let intent: Intent = serde_json::from_str(text)?;
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
        OperationOutcome::Unconfirmed => false,
        OperationOutcome::Committed | OperationOutcome::PullRequest => true,
        _ => !intent.is_presumed,
    }
}
