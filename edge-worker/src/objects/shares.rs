//! The share links of a `FABRIC` object: hashes of secrets, and what each link shows.

use serde::{Deserialize, Serialize};
use shared::api::Share;

use super::{Kept, ObjectError, Sql, Value, readable};

/// How many links a fabric may have at once.
const MOST: usize = 50;

/// What is asked about share links.
#[derive(Serialize, Deserialize)]
pub(crate) enum ShareMessage {
    /// Keeps a link under the hash of its secret; one that is kept already is given back as it is.
    Add {
        share: Share,
        hash: String,
    },
    List,
    /// Takes one away.
    Revoke {
        share: String,
    },
    /// Finds the link of a secret.
    Open {
        hash: String,
    },
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ShareReply {
    Done,
    Unknown,
    Full,
    /// The links, the newest first.
    Shares(Vec<Share>),
}

pub(super) fn is_revoked(sql: &impl Sql, share: &str) -> Result<bool, ObjectError> {
    let rows = sql.run("SELECT id FROM revoked WHERE id = ?", &[share.into()])?;
    Ok(!rows.is_empty())
}

/// A link that was revoked never opens again, whoever puts it back.
fn revoked(sql: &impl Sql, share: &str) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR IGNORE INTO revoked (id) SELECT id FROM shares WHERE id = ?",
        &[share.into()],
    )?;
    Ok(())
}

pub(super) fn handle(sql: &impl Sql, message: ShareMessage) -> Result<ShareReply, ObjectError> {
    match message {
        ShareMessage::Add { share, hash } => {
            if is_revoked(sql, &share.id)? {
                return Ok(ShareReply::Unknown);
            }
            // The same request again keeps its link.
            let known = sql.run(
                "UPDATE shares SET hash = ? WHERE id = ? RETURNING share",
                &[hash.as_str().into(), share.id.as_str().into()],
            )?;
            if let Some(Value::Text(known)) = known.first().and_then(|row| row.first()) {
                return Ok(ShareReply::Shares(vec![serde_json::from_str(known)?]));
            }
            if sql.run("SELECT id FROM shares", &[])?.len() >= MOST {
                return Ok(ShareReply::Full);
            }
            let text = serde_json::to_string(&share)?;
            sql.run(
                "INSERT INTO shares (id, hash, share) VALUES (?, ?, ?)",
                &[share.id.into(), hash.into(), text.into()],
            )?;
            Ok(ShareReply::Done)
        }
        ShareMessage::List => read(sql, "SELECT share FROM shares ORDER BY number DESC", &[]),
        ShareMessage::Open { hash } => {
            let found = read(
                sql,
                "SELECT share FROM shares WHERE hash = ?",
                &[hash.into()],
            )?;
            Ok(match found {
                ShareReply::Shares(shares) if shares.is_empty() => ShareReply::Unknown,
                found => found,
            })
        }
        ShareMessage::Revoke { share } => {
            revoked(sql, &share)?;
            let gone = sql.run(
                "DELETE FROM shares WHERE id = ? RETURNING id",
                &[share.into()],
            )?;
            Ok(match gone.is_empty() {
                true => ShareReply::Unknown,
                false => ShareReply::Done,
            })
        }
    }
}

/// The links that were revoked.
pub(super) fn revoked_ids(sql: &impl Sql) -> Result<Vec<String>, ObjectError> {
    let rows = sql.run("SELECT id FROM revoked ORDER BY id", &[])?;
    let ids = rows.iter().filter_map(|row| row.first()?.text());
    Ok(ids.map(str::to_owned).collect())
}

/// Revokes a link, also one that is not known here.
pub(super) fn keep_revoked(sql: &impl Sql, share: &str) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR IGNORE INTO revoked (id) VALUES (?)",
        &[share.into()],
    )?;
    sql.run("DELETE FROM shares WHERE id = ?", &[share.into()])?;
    Ok(())
}

/// Keeps a link of a backup that was not revoked here. One is doubtful whose backup does not tell which were.
pub(super) fn import(
    sql: &impl Sql,
    share: &Kept<Share>,
    hash: &str,
    is_doubtful: bool,
) -> Result<(), ObjectError> {
    if is_revoked(sql, &share.id)? {
        return Ok(());
    }
    let text = share.to_text()?;
    let new = sql.run(
        "INSERT OR IGNORE INTO shares (id, hash, share) VALUES (?, ?, ?) RETURNING id",
        &[share.id.as_str().into(), hash.into(), text.into()],
    )?;
    let statement = match is_doubtful {
        true if new.is_empty() => return Ok(()),
        true => "INSERT OR IGNORE INTO doubtful (id) VALUES (?)",
        false => "DELETE FROM doubtful WHERE id = ?",
    };
    sql.run(statement, &[share.id.as_str().into()])?;
    Ok(())
}

/// Takes away the doubtful links that are not among those of a backup which is at least as late. One that tells which were
/// revoked leaves none in doubt.
pub(super) fn drop_doubtful(
    sql: &impl Sql,
    kept: &[(Kept<Share>, String)],
    tells: bool,
) -> Result<(), ObjectError> {
    let rows = sql.run("SELECT id FROM doubtful", &[])?;
    for id in rows.iter().filter_map(|row| row.first()?.text()) {
        let is_kept = kept.iter().any(|(share, _)| share.id == id);
        if !is_kept {
            sql.run("DELETE FROM shares WHERE id = ?", &[id.into()])?;
        }
        if !is_kept || tells {
            sql.run("DELETE FROM doubtful WHERE id = ?", &[id.into()])?;
        }
    }
    Ok(())
}

/// The fabric is forgotten, and every link with it. Which were revoked before stays known.
pub(super) fn forget(sql: &impl Sql) -> Result<(), ObjectError> {
    sql.run("DELETE FROM shares", &[])?;
    sql.run("DELETE FROM doubtful", &[])?;
    Ok(())
}

fn read(sql: &impl Sql, statement: &str, parameters: &[Value]) -> Result<ShareReply, ObjectError> {
    let rows = sql.run(statement, parameters)?;
    Ok(ShareReply::Shares(readable(&rows)))
}
