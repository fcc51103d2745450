//! Claims follow a repository from the object that its older node id names to the one that today's names.
//!
//! Before Hedgerow asked GitHub for today's node ids, older repositories had their objects under the older ones. Today's
//! object takes their claims over before it answers its first question about claims, and never again. The source keeps
//! its rows for one version, so that the version before this one finds them when an operator goes back to it; asked about
//! claims, it names the object that has them now. The write lock is not handed over: its lease ends by itself.

use super::{Claim, Ground, ObjectError, RepositoryReply, Sql, Value, claims, insert, taken};
use shared::claims::overlap;

/// Where the claims of this object went, if they did.
pub(super) fn successor(sql: &impl Sql) -> Result<Option<String>, ObjectError> {
    let rows = sql.run("SELECT successor FROM handed_over", &[])?;
    let successor = rows.first().and_then(|row| row.first());
    Ok(successor.and_then(Value::text).map(String::from))
}

/// Tells whether this object has the claims that its source had.
pub(super) fn is_taken_over(sql: &impl Sql) -> Result<bool, ObjectError> {
    Ok(!sql.run("SELECT one FROM taken_over", &[])?.is_empty())
}

/// Gives all claims to a successor, and from now on leads there. Where it does so already nothing is written.
pub(super) fn hand_over(sql: &impl Sql, successor: &str) -> Result<RepositoryReply, ObjectError> {
    sql.run(
        "INSERT INTO handed_over (one, successor) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET successor = ?1 WHERE successor <> ?1",
        &[successor.into()],
    )?;
    Ok(RepositoryReply::Claims(claims(sql, "")?))
}

/// What of a source's claims is taken over. What is here already was claimed later: a fabric keeps its claim here, and no other
/// gets what somebody has.
pub(super) fn new_of<'a>(had: &'a [Claim], here: &[Claim]) -> impl Iterator<Item = &'a Claim> {
    had.iter().filter(|claim| {
        let is_known = here.iter().any(|known| known.fabric == claim.fabric);
        let wanted = (&claim.branch, &claim.directory);
        !is_known && taken(here, wanted, claim.name.as_ref(), overlap).is_none()
    })
}

/// Takes what a source had; only the first time, since what was given up here afterwards must stay given up.
pub(super) fn take_over(
    sql: &impl Sql,
    source: &str,
    claims: &[Claim],
) -> Result<RepositoryReply, ObjectError> {
    if !is_taken_over(sql)? {
        let here = super::claims(sql, "")?;
        for claim in new_of(claims, &here) {
            insert(sql, claim, Ground::Record)?;
        }
        // A source that had nothing may be asked again.
        let source = if claims.is_empty() { "" } else { source };
        sql.run(
            "INSERT INTO taken_over (one, source) VALUES (1, ?)",
            &[source.into()],
        )?;
    }
    Ok(RepositoryReply::Granted)
}
