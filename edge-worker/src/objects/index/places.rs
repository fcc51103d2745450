//! Where rows stand in the list, and where they stood when its first page was read.
//!
//! A list is read page after page while fabrics are made, renamed, repaired and forgotten. So that none of them is passed
//! over or given twice, later pages follow the order that there was at the first one: what a row's place was before a
//! change is kept for a while.

use serde::{Deserialize, Serialize};
use shared::names::{FabricId, FabricName};

use super::{ObjectError, Row, Sql, Value};

/// How many changes of places are kept: more than happen while somebody reads a list.
const KEPT: u64 = 10_000;
/// The rank of what was not there: what is made while a list is read comes last.
const NOT_THERE: u64 = 9;

/// A row's place in the order of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The last change of places before the first page was read.
    pub as_of: u64,
    pub rank: u64,
    pub name: String,
    pub fabric: FabricId,
}

/// The last change of places.
pub(super) fn now(sql: &impl Sql) -> Result<u64, ObjectError> {
    let rows = sql.run("SELECT MAX(change) FROM places", &[])?;
    let last = rows.first().and_then(|row| row.first());
    Ok(last.and_then(Value::number).unwrap_or_default())
}

/// Keeps the place that a row has before it gets another one.
pub(super) fn keep_before(
    sql: &impl Sql,
    fabric: &FabricId,
    version: u64,
    becomes: Option<(u64, &FabricName)>,
) -> Result<(), ObjectError> {
    let rows = sql.run(
        "SELECT version, rank, name FROM fabrics WHERE fabric = ?",
        &[fabric.as_str().into()],
    )?;
    let known = rows.first().map(Row::as_slice);
    let before = match known {
        Some([known, ..]) if known.number() > Some(version) => return Ok(()),
        Some([_, rank, Value::Text(name)]) => rank.number().map(|rank| (rank, name.as_str())),
        _ => None,
    };
    if before == becomes.map(|(rank, name)| (rank, name.as_str())) {
        return Ok(());
    }
    let (rank, name) = before.unwrap_or((NOT_THERE, ""));
    sql.run(
        "INSERT INTO places (fabric, rank, name) VALUES (?, ?, ?)",
        &[fabric.as_str().into(), rank.into(), name.into()],
    )?;
    let oldest = now(sql)?.saturating_sub(KEPT);
    sql.run("DELETE FROM places WHERE change <= ?", &[oldest.into()])?;
    Ok(())
}

/// The place in the columns rank, name and fabric.
pub(super) fn read(columns: &[Value], as_of: u64) -> Option<Place> {
    let [rank, name, fabric] = columns else {
        return None;
    };
    Some(Place {
        as_of,
        rank: rank.number()?,
        name: name.text()?.to_owned(),
        fabric: FabricId::parse(fabric.text()?).ok()?,
    })
}
