//! `REPOSITORY`: which directories fabrics have claimed, and whose turn it is to write.

use serde::{Deserialize, Serialize};
use shared::names::{BranchName, DirectoryPath, FabricId};

use super::{Class, Message, ObjectError, Sql, Value};

/// A writer that says nothing for this long has lost its turn; longer than a write with all its attempts may take.
const LEASE_MS: u64 = 150_000;

/// What a repository object can be asked.
#[derive(Serialize, Deserialize)]
pub(crate) enum RepositoryMessage {
    /// Reserves a directory for a fabric.
    Claim {
        branch: BranchName,
        directory: DirectoryPath,
        fabric: FabricId,
    },
    /// Gives a fabric's directory up.
    Forget { fabric: FabricId },
    /// Asks for the turn to write.
    Acquire { operation: String, now_ms: u64 },
    /// Gives the turn back.
    Release { operation: String },
}

/// The replies.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RepositoryReply {
    /// Done; the directory or the turn is the asker's.
    Granted,
    /// Another fabric has this directory, or one above or below it.
    Taken {
        fabric: FabricId,
        directory: DirectoryPath,
    },
    /// Somebody else writes; ask again.
    Busy,
}

impl Message for RepositoryMessage {
    type Reply = RepositoryReply;
    const CLASS: Class = Class::Repository;
}

pub(super) fn handle(
    sql: &impl Sql,
    message: RepositoryMessage,
) -> Result<RepositoryReply, ObjectError> {
    sql.run("CREATE TABLE IF NOT EXISTS claims (fabric TEXT PRIMARY KEY, branch TEXT NOT NULL, directory TEXT NOT NULL, UNIQUE (branch, directory))", &[])?;
    sql.run("CREATE TABLE IF NOT EXISTS turn (one INTEGER PRIMARY KEY CHECK (one = 1), operation TEXT NOT NULL, until_ms INTEGER NOT NULL)", &[])?;
    match message {
        RepositoryMessage::Claim {
            branch,
            directory,
            fabric,
        } => claim(sql, &branch, &directory, &fabric),
        RepositoryMessage::Forget { fabric } => {
            sql.run(
                "DELETE FROM claims WHERE fabric = ?",
                &[fabric.as_str().into()],
            )?;
            Ok(RepositoryReply::Granted)
        }
        RepositoryMessage::Acquire { operation, now_ms } => acquire(sql, &operation, now_ms),
        RepositoryMessage::Release { operation } => {
            sql.run("DELETE FROM turn WHERE operation = ?", &[operation.into()])?;
            Ok(RepositoryReply::Granted)
        }
    }
}

fn claim(
    sql: &impl Sql,
    branch: &BranchName,
    directory: &DirectoryPath,
    fabric: &FabricId,
) -> Result<RepositoryReply, ObjectError> {
    for row in sql.run(
        "SELECT fabric, directory FROM claims WHERE branch = ? AND fabric <> ?",
        &[branch.as_str().into(), fabric.as_str().into()],
    )? {
        let (Some(owner), Some(claimed)) = (
            row.first().and_then(Value::text),
            row.get(1).and_then(Value::text),
        ) else {
            continue;
        };
        let (Ok(owner), Ok(claimed)) = (FabricId::parse(owner), DirectoryPath::parse(claimed))
        else {
            continue;
        };
        if overlap(directory, &claimed) {
            return Ok(RepositoryReply::Taken {
                fabric: owner,
                directory: claimed,
            });
        }
    }
    sql.run(
        "INSERT OR REPLACE INTO claims (fabric, branch, directory) VALUES (?, ?, ?)",
        &[
            fabric.as_str().into(),
            branch.as_str().into(),
            directory.as_str().into(),
        ],
    )?;
    Ok(RepositoryReply::Granted)
}

/// Two fabrics may not share a directory, nor may one live inside another's. The repository's root reserves only its
/// three roots, so only a directory in one of those overlaps with it.
fn overlap(one: &DirectoryPath, other: &DirectoryPath) -> bool {
    let inside_root = |path: &DirectoryPath| {
        path.components().next().is_some_and(|first| {
            shared::layout::Root::ALL
                .iter()
                .any(|root| root.name() == first)
        })
    };
    match (one.is_root(), other.is_root()) {
        (true, true) => true,
        (true, false) => inside_root(other),
        (false, true) => inside_root(one),
        (false, false) => one == other || one.is_ancestor_of(other) || other.is_ancestor_of(one),
    }
}

fn acquire(sql: &impl Sql, operation: &str, now_ms: u64) -> Result<RepositoryReply, ObjectError> {
    sql.run("DELETE FROM turn WHERE until_ms <= ?", &[now_ms.into()])?;
    let until = now_ms + LEASE_MS;
    sql.run(
        "INSERT OR IGNORE INTO turn (one, operation, until_ms) VALUES (1, ?, ?)",
        &[operation.into(), until.into()],
    )?;
    let holder = sql.run("SELECT operation FROM turn", &[])?;
    let is_ours = holder
        .first()
        .and_then(|row| row.first())
        .and_then(Value::text)
        == Some(operation);
    Ok(if is_ours {
        RepositoryReply::Granted
    } else {
        RepositoryReply::Busy
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn directories_overlap_when_one_contains_the_other() {
        for (one, other, expected) in [
            ("a", "a", true),
            ("a", "a/b", true),
            ("a/b", "a", true),
            ("a", "ab", false),
            ("a/b", "a/c", false),
            ("/", "/", true),
            ("/", "gitops/fabric-1", false),
            ("/", "raw/x", true),
            ("managed", "/", true),
        ] {
            let parse = |text| DirectoryPath::parse(text).unwrap();
            assert_eq!(
                overlap(&parse(one), &parse(other)),
                expected,
                "{one} {other}"
            );
        }
    }
}
