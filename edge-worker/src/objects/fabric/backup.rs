//! A fabric as one value, to be kept elsewhere and put back.

use serde::{Deserialize, Serialize};
use shared::api::Share;
use shared::problem::{Code, Explanation, advice};
use shared::record::{DirectoryStatus, FabricRecord, HistoryEntry};

use super::{HISTORY_LENGTH, Intent, ObjectError, Sql, Value, history, load, save};
use crate::objects::{repository_facts, shares};
use crate::repository_id::RecordedRepository;

/// All that a fabric's object knows for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FabricBackup {
    pub record: FabricRecord,
    /// GitHub's number of who created the fabric.
    pub creator: u64,
    /// The repository, once known.
    #[serde(flatten)]
    pub repository: RecordedRepository,
    /// When GitHub last said who may see the repository.
    pub confirmed_ms: Option<u64>,
    /// What was done, the oldest first.
    pub history: Vec<HistoryEntry>,
    /// Operations whose outcome is not known.
    pub unsettled: Vec<Intent>,
    /// The share links, with the hashes of their secrets.
    pub shares: Vec<(Share, String)>,
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
    }))
}

/// Puts a fabric back, unless the object knows it as it is or as it became later. Tells whether it did.
pub(super) fn import(sql: &impl Sql, archived: FabricBackup) -> Result<bool, ObjectError> {
    let known = load(sql)?;
    if known.is_some_and(|(known, _)| known.version >= archived.record.version) {
        return Ok(false);
    }
    let mut record = archived.record;
    if record.gitops_directory_status == DirectoryStatus::Initializing {
        record.failed(Explanation {
            code: Code::Unconfirmed,
            message: "a write was under way when the record was backed up".to_owned(),
            hint: advice::VALIDATE.api.to_owned(),
        });
    }
    if let Some(confirmed_ms) = archived.confirmed_ms {
        repository_facts::confirmed(sql, &archived.repository, confirmed_ms)?;
    }
    for entry in &archived.history {
        history::remember(sql, entry)?;
    }
    for intent in &archived.unsettled {
        sql.run(
            "INSERT OR IGNORE INTO unsettled (operation, intent) VALUES (?, ?)",
            &[
                intent.operation.as_str().into(),
                serde_json::to_string(intent)?.into(),
            ],
        )?;
    }
    for (share, hash) in archived.shares {
        shares::import(sql, &share, &hash)?;
    }
    save(sql, &record, archived.creator)?;
    Ok(true)
}
