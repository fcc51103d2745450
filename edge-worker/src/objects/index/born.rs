//! Since when the index has its storage. Each fabric writes its row every day, so that one which lost its storage has all rows
//! again soon after, but for those of fabrics that sleep.

use super::{ObjectError, Sql};

/// For so long rows may be missing that are written by themselves.
const YOUNG_MS: u64 = 48 * 3_600_000;

/// Keeps when the first row was put that came with the time. Who only asks keeps nothing.
pub(super) fn keep(sql: &impl Sql, now_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR IGNORE INTO born (one, at_ms) VALUES (1, ?)",
        &[now_ms.into()],
    )?;
    Ok(())
}

/// Tells whether that was a short time ago, or did not happen yet.
pub(super) fn is_young(sql: &impl Sql, now_ms: u64) -> Result<bool, ObjectError> {
    let oldest = now_ms.saturating_sub(YOUNG_MS);
    let old = sql.run("SELECT 1 FROM born WHERE at_ms <= ?", &[oldest.into()])?;
    Ok(old.is_empty())
}
