//! Rows that an index whose storage was lost does not have, and how it finds out.
//!
//! A fabric whose object was sent anything since it writes its row every day has it again within a day. Those that slept
//! longer are found by their claims while the storage is young: whoever lists is told to ask some of the repositories'
//! objects for their claims, tells what it learnt with the next question, and is told which of those fabrics have no row.
//! Nothing is kept of this, so that who is asked is drawn by lot: those who do not answer stand in nobody's way.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use shared::names::FabricId;

use super::{ObjectError, Sql, born};

/// How many repositories, and then how many fabrics, whoever lists is to ask, as far as one request may still ask anybody
/// ([`crate::host::MOST_ASKED`]).
const AT_A_TIME: usize = 12;

/// Whose rows may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// GitHub's numbers of some repositories whose claims nobody learnt for this list.
    pub repositories: Vec<u64>,
    /// Some fabrics that have a claim and no row.
    pub fabrics: Vec<FabricId>,
}

impl Lost {
    pub fn is_nothing(&self) -> bool {
        self.repositories.is_empty() && self.fabrics.is_empty()
    }
}

/// What those said who were asked for one list.
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

/// Whose rows may be missing, of repositories with these numbers, beyond what was learnt.
pub(super) fn find(
    sql: &impl Sql,
    numbers: &[u64],
    learnt: &Learnt,
    now_ms: u64,
) -> Result<Lost, ObjectError> {
    if !born::is_young(sql, now_ms)? {
        return Ok(Lost::default());
    }
    let mut repositories = numbers.to_vec();
    repositories.retain(|number| learnt.claims.iter().all(|(known, _)| known != number));
    Ok(Lost {
        repositories: some(repositories, now_ms),
        fabrics: some(without_row(sql, learnt)?, now_ms),
    })
}

/// The fabrics that have a claim and no row, and were not asked yet.
fn without_row(sql: &impl Sql, learnt: &Learnt) -> Result<Vec<FabricId>, ObjectError> {
    let claims = learnt.claims.iter().flat_map(|(_, fabrics)| fabrics);
    let mut missing: BTreeSet<&FabricId> = claims.collect();
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sql.run(
        "SELECT fabric FROM fabrics WHERE fabric IN (SELECT value FROM json_each(?))",
        &[serde_json::to_string(&missing)?.into()],
    )?;
    let there = rows.iter().filter_map(|row| row.first()?.text());
    let there: BTreeSet<&str> = there.collect();
    missing.retain(|fabric| !there.contains(fabric.as_str()) && !learnt.answered.contains(fabric));
    Ok(missing.into_iter().cloned().collect())
}

/// Some of these, drawn by lot. The clock draws, since an index that is empty has nothing else.
fn some<T>(mut all: Vec<T>, now_ms: u64) -> Vec<T> {
    let first = now_ms.checked_rem(all.len() as u64).unwrap_or_default();
    all.rotate_left(usize::try_from(first).unwrap_or_default());
    all.truncate(AT_A_TIME);
    all
}
