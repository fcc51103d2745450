//! Rows that an index whose storage was lost does not have, and how it finds out.
//!
//! A fabric whose object was sent anything since it writes its row every day has it again within a day. Those that slept
//! longer are found by their claims: once for each repository that a list asks about, whoever lists is told to ask the
//! repository's object for its claims, and then those fabrics that have no row. Who is asked is drawn by lot, so that those who
//! do not answer stand in nobody's way.

use serde::{Deserialize, Serialize};
use shared::names::FabricId;

use super::{ObjectError, Sql};

/// How many repositories, and how many fabrics, whoever lists is to ask at a time: twice for one list, as far as that may still
/// ask anybody ([`crate::host::MOST_ASKED`]).
const AT_A_TIME: usize = 6;

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
    let known = sql.run(
        "SELECT number FROM claims_known WHERE number IN (SELECT value FROM json_each(?))",
        &[numbers.into()],
    )?;
    let known: Vec<u64> = known
        .iter()
        .filter_map(|row| row.first()?.number())
        .collect();
    let mut repositories: Vec<u64> = serde_json::from_str(numbers)?;
    repositories.retain(|number| !known.contains(number));
    if !repositories.is_empty() {
        let middle = lot(sql)? % repositories.len();
        repositories.rotate_left(middle);
    }
    repositories.truncate(AT_A_TIME);
    let fabrics = sql.run(
        "SELECT fabric FROM awaited WHERE number IN (SELECT value FROM json_each(?)) ORDER BY random() LIMIT ?",
        &[numbers.into(), (AT_A_TIME as u64).into()],
    )?;
    let ids = fabrics.iter().filter_map(|row| row.first()?.text());
    Ok(Lost {
        repositories,
        fabrics: ids.filter_map(|id| FabricId::parse(id).ok()).collect(),
    })
}

/// A number drawn by lot; 0 of an index that is empty.
fn lot(sql: &impl Sql) -> Result<usize, ObjectError> {
    let drawn = sql.run("SELECT abs(random() % 1000000)", &[])?;
    let number = drawn.first().and_then(|row| row.first()?.number());
    Ok(number
        .and_then(|number| usize::try_from(number).ok())
        .unwrap_or_default())
}
