//! Whether the App saw the fabric's repository when it last looked without a person: that it does not any more is told once.

use super::{ObjectError, Sql};

/// Whether something is to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It saw the repository before and does not now, or the other way round.
    News,
    /// It is as it was. Where it never saw the repository there is nothing to miss.
    Already,
}

/// Keeps whether the App sees it now.
pub(super) fn keep(sql: &impl Sql, sees: bool) -> Result<Told, ObjectError> {
    let known = sql.run("SELECT sees FROM seen_by_app", &[])?;
    let known = known.first().and_then(|row| row.first()?.number());
    let saw = known.is_some_and(|sees| sees == 1);
    if saw == sees {
        return Ok(Told::Already);
    }
    sql.run(
        "INSERT OR REPLACE INTO seen_by_app (one, sees) VALUES (1, ?)",
        &[u64::from(sees).into()],
    )?;
    Ok(Told::News)
}

pub(super) fn forget(sql: &impl Sql) -> Result<(), ObjectError> {
    sql.run("DELETE FROM seen_by_app", &[])?;
    Ok(())
}
