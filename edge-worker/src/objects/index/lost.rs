//! Rows that an index whose storage was lost does not have, and how it finds out.
//!
//! A fabric whose object was sent anything since it writes its row every day has it again within a day. Those that slept
//! longer are found by their claims: once for each repository that a list asks about, whoever lists is told to ask the
//! repository's object for its claims, and then those fabrics that have no row. An index that had rows when it began to
//! look for lost ones has lost none, and is never told anything.

use serde::{Deserialize, Serialize};
use shared::names::FabricId;

use super::{ObjectError, Sql, SqlError};

/// How many repositories, and how many fabrics, whoever lists is to ask at a time: twice for one list, where a Worker of the
/// free plan may ask 50 objects.
const AT_A_TIME: u64 = 6;
/// The number of no repository: all of them were asked.
const ALL: u64 = 0;

/// Whose rows may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// GitHub's numbers of repositories whose claims the index was never told.
    pub repositories: Vec<u64>,
    /// Fabrics that have a claim and no row.
    pub fabrics: Vec<FabricId>,
}

impl Lost {
    pub fn is_nothing(&self) -> bool {
        self.repositories.is_empty() && self.fabrics.is_empty()
    }
}

/// What those said who were asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learnt {
    /// The fabrics that have claims, by GitHub's number of the repository.
    pub claims: Vec<(u64, Vec<FabricId>)>,
    /// Fabrics that have written their rows, or are no more.
    pub answered: Vec<FabricId>,
}

impl Learnt {
    pub(super) fn is_nothing(&self) -> bool {
        self.claims.is_empty() && self.answered.is_empty()
    }
}

/// An index of a version that looked for no lost rows has lost none, if it has any.
pub fn expect_lost_rows(sql: &dyn Sql) -> Result<(), SqlError> {
    let known = sql.run(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'claims_known'",
        &[],
    )?;
    if !known.is_empty() {
        return Ok(());
    }
    sql.run(
        "CREATE TABLE claims_known (number INTEGER PRIMARY KEY)",
        &[],
    )?;
    sql.run(
        "INSERT INTO claims_known (number) SELECT ? WHERE EXISTS (SELECT 1 FROM fabrics)",
        &[ALL.into()],
    )?;
    Ok(())
}

/// Keeps what was learnt: which repositories need not be asked again, and which of their fabrics have no row yet.
pub(super) fn keep(sql: &impl Sql, learnt: &Learnt) -> Result<(), ObjectError> {
    for (number, fabrics) in &learnt.claims {
        sql.run(
            "INSERT OR IGNORE INTO awaited (fabric, number) SELECT value, ?1 FROM json_each(?2) \
             WHERE value NOT IN (SELECT fabric FROM fabrics)",
            &[(*number).into(), serde_json::to_string(fabrics)?.into()],
        )?;
        sql.run(
            "INSERT OR IGNORE INTO claims_known (number) VALUES (?)",
            &[(*number).into()],
        )?;
    }
    if !learnt.answered.is_empty() {
        sql.run(
            "DELETE FROM awaited WHERE fabric IN (SELECT value FROM json_each(?))",
            &[serde_json::to_string(&learnt.answered)?.into()],
        )?;
    }
    Ok(())
}

/// Whose rows may be missing, of repositories with these numbers, which are JSON.
pub(super) fn find(sql: &impl Sql, numbers: &str) -> Result<Lost, ObjectError> {
    let all = sql.run("SELECT 1 FROM claims_known WHERE number = ?", &[ALL.into()])?;
    if !all.is_empty() {
        return Ok(Lost::default());
    }
    let known = sql.run(
        "SELECT number FROM claims_known WHERE number IN (SELECT value FROM json_each(?))",
        &[numbers.into()],
    )?;
    let fabrics = sql.run(
        "SELECT fabric FROM awaited WHERE number IN (SELECT value FROM json_each(?)) LIMIT ?",
        &[numbers.into(), AT_A_TIME.into()],
    )?;
    let known: Vec<u64> = known
        .iter()
        .filter_map(|row| row.first()?.number())
        .collect();
    let mut repositories: Vec<u64> = serde_json::from_str(numbers)?;
    repositories.retain(|number| !known.contains(number));
    repositories.truncate(usize::try_from(AT_A_TIME).unwrap_or_default());
    let ids = fabrics.iter().filter_map(|row| row.first()?.text());
    Ok(Lost {
        repositories,
        fabrics: ids.filter_map(|id| FabricId::parse(id).ok()).collect(),
    })
}
