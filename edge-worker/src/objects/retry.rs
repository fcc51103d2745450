//! What an object could not do is tried again, each time twice as long after it failed, up to a quarter of an hour.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{ObjectError, Sql};

/// How long after its first failure something is tried again.
const FIRST_MS: u64 = 1_000;
/// The longest time between two tries.
pub(super) const LONGEST_MS: u64 = 15 * 60_000;

/// What an object does outside its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Duty {
    /// Writes the public copy.
    Copy,
    /// Reads what KV has of it.
    Compare,
    /// Writes the row of the index.
    Row,
    /// Anything that an alarm does.
    Alarm,
}

/// Something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    /// How often by now.
    pub times: u64,
    /// In how many milliseconds it is tried again.
    pub after_ms: u64,
}

impl Duty {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Compare => "compare",
            Self::Row => "row",
            Self::Alarm => "alarm",
        }
    }
}

/// Puts the next try off, and tells how often it has failed by now. A failure long after the last one was to be tried again is
/// the first of its own. `seed` spreads the tries of objects that failed at the same time.
pub(super) fn failed(
    sql: &impl Sql,
    duty: Duty,
    seed: &str,
    now_ms: u64,
) -> Result<Failed, ObjectError> {
    let rows = sql.run(
        "SELECT failures FROM retry WHERE duty = ? AND due_ms > ?",
        &[
            duty.word().into(),
            now_ms.saturating_sub(2 * LONGEST_MS).into(),
        ],
    )?;
    let before = rows.first().and_then(|row| row.first()?.number());
    let times = before.unwrap_or_default() + 1;
    let doublings = u32::try_from(times - 1).unwrap_or(u32::MAX).min(20);
    let after_ms = (FIRST_MS << doublings).min(LONGEST_MS);
    let after_ms = spread(after_ms, &(seed, times));
    let due_ms = now_ms + after_ms;
    sql.run(
        "INSERT OR REPLACE INTO retry (duty, failures, due_ms) VALUES (?, ?, ?)",
        &[duty.word().into(), times.into(), due_ms.into()],
    )?;
    Ok(Failed { times, after_ms })
}

/// It was done.
pub(super) fn done(sql: &impl Sql, duty: Duty) -> Result<(), ObjectError> {
    sql.run("DELETE FROM retry WHERE duty = ?", &[duty.word().into()])?;
    Ok(())
}

/// Between three and five quarters of a duration, by the seed.
pub(super) fn spread(duration_ms: u64, seed: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    seed.hash(&mut hasher);
    duration_ms - duration_ms / 4 + hasher.finish() % (duration_ms / 2).max(1)
}
