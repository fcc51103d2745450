//! What GitHub said about a fabric's repository: which one it is, and when it last said who may see it.

use serde::{Deserialize, Serialize};
use shared::record::FabricRecord;

use super::{ObjectError, Row, Sql, Value};
use crate::repository_id::RecordedRepository;

/// How long GitHub is not asked again who may see a repository. Its public copy follows when it is next written.
pub(crate) const REPEATED_AFTER_MS: u64 = 60 * 60 * 1000;
/// What GitHub said about who may see a repository is good for a day.
pub(crate) const CONFIRMED_FOR_MS: u64 = 24 * 60 * 60 * 1000;
/// The least time between two questions to GitHub about one fabric's visibility that no person made.
pub(crate) const ASKED_AGAIN_AFTER_MS: u64 = 60_000;

/// A fabric's place as its object keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RepositoryFacts {
    /// The repository, once known.
    pub repository: RecordedRepository,
    /// When GitHub last said whether the repository is public.
    pub confirmed_ms: Option<u64>,
    /// Whether that is what a backup says: then nobody is shown anything for it.
    pub is_of_backup: bool,
}

impl RepositoryFacts {
    /// When GitHub last said so to this Hedgerow.
    pub(super) fn heard_ms(&self) -> Option<u64> {
        self.confirmed_ms.filter(|_| !self.is_of_backup)
    }

    /// Until when everybody may see a public fabric: what GitHub said is good for a day.
    pub(super) fn public_until_ms(&self) -> u64 {
        self.heard_ms()
            .map_or(0, |heard_ms| heard_ms + CONFIRMED_FOR_MS)
    }
}

/// The public copy in KV: the record, and when GitHub last confirmed that everybody may see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PublicCopy {
    #[serde(flatten)]
    pub record: FabricRecord,
    /// Milliseconds since 1970.
    #[serde(default)]
    pub confirmed_ms: Option<u64>,
}

pub(super) fn load(sql: &impl Sql) -> Result<RepositoryFacts, ObjectError> {
    let rows = sql.run(
        "SELECT repository, number, confirmed_ms, is_of_backup FROM place",
        &[],
    )?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([node_id, number, confirmed, is_of_backup]) => RepositoryFacts {
            repository: RecordedRepository {
                node_id: node_id.text().map(String::from),
                number: number.number(),
            },
            confirmed_ms: confirmed.number(),
            is_of_backup: is_of_backup.number() == Some(1),
        },
        _ => RepositoryFacts::default(),
    })
}

/// GitHub answered: something else than before, or the same. Tells whether copies have to follow; what it says again within
/// the hour is not written.
pub(super) fn confirmed(
    sql: &impl Sql,
    repository: &RecordedRepository,
    (now_ms, is_other): (u64, bool),
) -> Result<bool, ObjectError> {
    let before = load(sql)?;
    let repository = merged(before.repository.clone(), repository);
    let is_news = is_other
        || before.repository != repository
        || before
            .heard_ms()
            .is_none_or(|before| before + REPEATED_AFTER_MS < now_ms);
    if !is_news {
        return Ok(false);
    }
    keep(sql, repository, (Some(now_ms), false))?;
    Ok(true)
}

/// What a backup says, or what is known and later, once the two were compared.
pub(super) fn restored(
    sql: &impl Sql,
    repository: &RecordedRepository,
    (confirmed_ms, is_of_backup): (Option<u64>, bool),
) -> Result<(), ObjectError> {
    let repository = merged(load(sql)?.repository, repository);
    keep(sql, repository, (confirmed_ms, is_of_backup))
}

fn merged(known: RecordedRepository, found: &RecordedRepository) -> RecordedRepository {
    match found.id() {
        Some(found) => known.confirmed(&found),
        None if found.node_id.is_some() => found.clone(),
        None => known,
    }
}

fn keep(
    sql: &impl Sql,
    repository: RecordedRepository,
    (confirmed_ms, is_of_backup): (Option<u64>, bool),
) -> Result<(), ObjectError> {
    let node_id = repository.node_id.map_or(Value::Null, Value::Text);
    let number = repository.number.map_or(Value::Null, Value::from);
    sql.run(
        "INSERT OR REPLACE INTO place (one, repository, number, confirmed_ms, is_of_backup) VALUES (1, ?, ?, ?, ?)",
        &[
            node_id,
            number,
            confirmed_ms.map_or(Value::Null, Value::from),
            u64::from(is_of_backup).into(),
        ],
    )?;
    Ok(())
}

/// Whether GitHub may be asked now without anybody's token; at most once a minute for each fabric.
pub(super) fn may_ask(sql: &impl Sql, now_ms: u64) -> Result<bool, ObjectError> {
    if sql.run("SELECT 1 FROM fabric", &[])?.is_empty() {
        return Ok(false);
    }
    sql.run("INSERT OR IGNORE INTO place (one) VALUES (1)", &[])?;
    let asked = sql.run(
        "UPDATE place SET asked_ms = ? WHERE asked_ms IS NULL OR asked_ms <= ? RETURNING one",
        &[
            now_ms.into(),
            now_ms.saturating_sub(ASKED_AGAIN_AFTER_MS).into(),
        ],
    )?;
    Ok(!asked.is_empty())
}

pub(super) fn forget(sql: &impl Sql) -> Result<(), ObjectError> {
    sql.run("DELETE FROM place", &[])?;
    Ok(())
}
