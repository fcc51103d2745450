//! When each fabric is looked at next without a person, and what came of it last.
//!
//! A look is due where the time from which it counts is as long ago as the interval, which whoever asks says. Rows of one owner are
//! taken by one at a time, who has a lease, so that nobody looks at one twice; a lease that ends gives them to the next who asks.

use serde::{Deserialize, Serialize};
use shared::api::FabricSummary;
use shared::git::ObjectId;
use shared::names::{BranchName, DirectoryPath, FabricId, RepoName};
use shared::record::{CheckState, Visibility};

use super::{Entry, number_of, rank};
use crate::digest::sha256;
use crate::objects::{ObjectError, Row, Sql, Value};

/// What was last counted then, or before, is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueAt {
    /// None where such fabrics are never due.
    pub usual_ms: Option<u64>,
    /// Of fabrics that need somebody, or are not as they should be.
    pub problems_ms: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LooksMessage {
    /// Gives owners of whose fabrics some are due and that nobody has, and leases them.
    Owners {
        due: DueAt,
        now_ms: u64,
        until_ms: u64,
        limit: u64,
    },
    /// Gives fabrics of an owner that are due, problems first, and puts the lease off.
    Take {
        owner: String,
        due: DueAt,
        until_ms: u64,
        limit: u64,
    },
    /// Gives GitHub's numbers of the repositories whose fabrics are due, but for those that have to be looked at one by one.
    Repositories {
        owner: String,
        due: DueAt,
        limit: u64,
    },
    /// Keeps what came of looks, and until when the owner's fabrics are left alone.
    Looked {
        looks: Vec<Look>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lease: Option<(String, u64)>,
    },
    /// Gives what is known of one fabric.
    Of { fabric: FabricId },
}

/// A fabric that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub fabric: FabricId,
    pub repository: RepoName,
    /// GitHub's number of the repository, and the directory's id: whoever finds the same one knows all that there is to know. None of a
    /// fabric that has to be looked at by itself.
    pub known: Option<(u64, ObjectId)>,
    pub branch: BranchName,
    pub directory: DirectoryPath,
}

/// What came of a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub fabric: FabricId,
    /// From when the next one counts.
    pub counts_from_ms: u64,
    /// The same where the fabric needs somebody, or is not as it should be.
    pub as_problem_ms: u64,
    /// What was found and when; none where that follows.
    pub found: Option<(Found, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// The directory had the id that was known.
    Unchanged,
    /// The branch was looked at, and the record says what was found.
    Read,
    /// The App does not see the repository.
    NotVisible,
}

impl Found {
    fn word(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Read => "read",
            Self::NotVisible => "not_visible",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Unchanged, Self::Read, Self::NotVisible];
        all.into_iter().find(|found| found.word() == word)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LooksReply {
    Done,
    Owners(Vec<String>),
    Due(Vec<Due>),
    Repositories(Vec<u64>),
    Of {
        is_problem: bool,
        counts_from_ms: u64,
        found: Option<(Found, u64)>,
        /// Until when the owner's fabrics are left alone.
        left_alone_until_ms: Option<u64>,
    },
    /// There is no such fabric, or it is a draft.
    Unknown,
}

/// Fabrics that are made together are first looked at within an eighth of this of each other.
const NEW_MS: u64 = 24 * 3_600_000;

/// How much earlier than its interval demands a fabric is looked at: by an eighth at most, which its id says, so that those that
/// were looked at together go apart; and by the time that it takes until somebody looks.
pub(crate) fn early_ms(fabric: &FabricId, every_ms: u64) -> u64 {
    let digest = sha256(fabric.as_str());
    let part = u64::from_str_radix(digest.get(..4).unwrap_or_default(), 16).unwrap_or_default();
    every_ms / 32 + every_ms / 8 * part / 0x1_0000
}

/// A fabric's row was put: whose it is and what is known of it follows. When it is looked at next stays; of one that just turned out to be a
/// problem it counts from now, since whoever found that has looked.
pub(super) fn follow(
    sql: &impl Sql,
    (fabric, version): (&FabricId, u64),
    entry: Option<&Entry>,
    now_ms: Option<u64>,
) -> Result<(), ObjectError> {
    let entry = entry.filter(|entry| entry.summary.visibility != Visibility::Draft);
    let Some(entry) = entry else {
        let statement = "DELETE FROM looks WHERE fabric = ?1 AND EXISTS (SELECT 1 FROM fabrics WHERE fabric = ?1 AND version = ?2)";
        sql.run(statement, &[fabric.as_str().into(), version.into()])?;
        return Ok(());
    };
    let summary = &entry.summary;
    let now_ms = now_ms.unwrap_or_default();
    let tree = entry.tree.map(|tree| tree.to_string());
    // A row that came late says nothing.
    sql.run(
        "INSERT INTO looks (fabric, owner, number, problem, tree, alone, counts_from_ms) \
         SELECT fabric, ?3, ?4, ?5, ?6, 0, ?7 FROM fabrics WHERE fabric = ?1 AND version = ?2 AND summary IS NOT NULL \
         ON CONFLICT (fabric) DO UPDATE SET owner = excluded.owner, number = excluded.number, problem = excluded.problem, tree = excluded.tree, \
         counts_from_ms = CASE WHEN excluded.problem > looks.problem THEN MAX(looks.counts_from_ms, ?8) ELSE looks.counts_from_ms END \
         WHERE (looks.owner, looks.number, looks.problem, looks.tree) IS NOT (excluded.owner, excluded.number, excluded.problem, excluded.tree)",
        &[
            fabric.as_str().into(),
            version.into(),
            summary.git_repository.owner().to_lowercase().into(),
            number_of(&entry.repository),
            u64::from(is_problem(summary)).into(),
            tree.map_or(Value::Null, Value::Text),
            now_ms.saturating_sub(early_ms(fabric, NEW_MS)).into(),
            now_ms.into(),
        ],
    )?;
    Ok(())
}

fn is_problem(summary: &FabricSummary) -> bool {
    rank(summary) == 0 || summary.drift > 0 || summary.check == CheckState::Unknown
}

pub(super) fn handle(sql: &impl Sql, message: LooksMessage) -> Result<LooksReply, ObjectError> {
    match message {
        LooksMessage::Owners {
            due,
            now_ms,
            until_ms,
            limit,
        } => owners(sql, due, (now_ms, until_ms), limit),
        LooksMessage::Take {
            owner,
            due,
            until_ms,
            limit,
        } => take(sql, &owner, due, until_ms, limit),
        LooksMessage::Repositories { owner, due, limit } => repositories(sql, &owner, due, limit),
        LooksMessage::Looked { looks, lease } => {
            for look in &looks {
                looked(sql, look)?;
            }
            if let Some((owner, until_ms)) = lease {
                lease_until(sql, &owner, until_ms)?;
            }
            Ok(LooksReply::Done)
        }
        LooksMessage::Of { fabric } => of(sql, &fabric),
    }
}

fn time(ms: Option<u64>) -> Value {
    ms.map_or(Value::Null, Value::from)
}

/// Goes from owner to owner, so that those of whom nothing is due take three rows each, however many fabrics they have.
fn owners(
    sql: &impl Sql,
    due: DueAt,
    (now_ms, until_ms): (u64, u64),
    limit: u64,
) -> Result<LooksReply, ObjectError> {
    let is_due = |problem: u8, at: &str| {
        format!(
            "EXISTS (SELECT 1 FROM looks WHERE looks.owner = owners.owner AND problem = {problem} AND counts_from_ms <= {at})"
        )
    };
    let statement = format!(
        "WITH RECURSIVE owners (owner) AS (SELECT MIN(owner) FROM looks UNION ALL \
         SELECT (SELECT MIN(owner) FROM looks WHERE owner > owners.owner) FROM owners WHERE owners.owner IS NOT NULL) \
         SELECT owner FROM owners WHERE owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM leases WHERE leases.owner = owners.owner AND until_ms > ?1) \
         AND ({} OR {}) LIMIT ?4",
        is_due(1, "?3"),
        is_due(0, "?2")
    );
    let parameters = [
        now_ms.into(),
        time(due.usual_ms),
        time(due.problems_ms),
        limit.into(),
    ];
    let rows = sql.run(&statement, &parameters)?;
    let owners: Vec<String> = texts(&rows);
    for owner in &owners {
        lease_until(sql, owner, until_ms)?;
    }
    Ok(LooksReply::Owners(owners))
}

fn lease_until(sql: &impl Sql, owner: &str, until_ms: u64) -> Result<(), ObjectError> {
    sql.run(
        "INSERT OR REPLACE INTO leases (owner, until_ms) VALUES (?, ?)",
        &[owner.into(), until_ms.into()],
    )?;
    Ok(())
}

fn take(
    sql: &impl Sql,
    owner: &str,
    due: DueAt,
    until_ms: u64,
    limit: u64,
) -> Result<LooksReply, ObjectError> {
    let mut found: Vec<Due> = Vec::new();
    for (problem, at_ms) in [(1, due.problems_ms), (0, due.usual_ms)] {
        let left = limit.saturating_sub(found.len() as u64);
        let rows = sql.run(
            "SELECT summary, looks.number, tree, alone FROM looks JOIN fabrics ON fabrics.fabric = looks.fabric \
             WHERE owner = ? AND problem = ? AND counts_from_ms <= ? ORDER BY counts_from_ms, looks.number LIMIT ?",
            &[owner.into(), problem.into(), time(at_ms), left.into()],
        )?;
        found.extend(rows.iter().filter_map(read));
    }
    lease_until(sql, owner, until_ms)?;
    Ok(LooksReply::Due(found))
}

#[allow(clippy::ptr_arg, reason = "what a row is")]
fn read(row: &Row) -> Option<Due> {
    let [summary, number, tree, alone] = row.as_slice() else {
        return None;
    };
    let summary: FabricSummary = serde_json::from_str(summary.text()?).ok()?;
    let is_alone = alone.number() == Some(1);
    let number = number.number().filter(|number| *number > 0 && !is_alone);
    let tree = tree.text().and_then(|tree| tree.parse().ok());
    Some(Due {
        fabric: summary.id,
        repository: summary.git_repository,
        known: number.zip(tree),
        branch: summary.branch,
        directory: summary.gitops_directory,
    })
}

fn repositories(
    sql: &impl Sql,
    owner: &str,
    due: DueAt,
    limit: u64,
) -> Result<LooksReply, ObjectError> {
    let rows = sql.run(
        "SELECT DISTINCT number FROM looks WHERE owner = ?1 AND alone = 0 AND tree IS NOT NULL AND number > 0 \
         AND ((problem = 1 AND counts_from_ms <= ?2) OR (problem = 0 AND counts_from_ms <= ?3)) LIMIT ?4",
        &[
            owner.into(),
            time(due.problems_ms),
            time(due.usual_ms),
            limit.into(),
        ],
    )?;
    let numbers = rows.iter().filter_map(|row| row.first()?.number());
    Ok(LooksReply::Repositories(numbers.collect()))
}

/// What is looked at by itself, since the App does not see it, is that no longer once it was read.
fn looked(sql: &impl Sql, look: &Look) -> Result<(), ObjectError> {
    let (found, at_ms) = look.found.unzip();
    let alone = found.map(|found| u64::from(found == Found::NotVisible));
    sql.run(
        "UPDATE looks SET counts_from_ms = CASE problem WHEN 1 THEN ?6 ELSE ?2 END, found = COALESCE(?3, found), looked_ms = COALESCE(?4, looked_ms), alone = COALESCE(?5, alone) WHERE fabric = ?1",
        &[
            look.fabric.as_str().into(),
            look.counts_from_ms.into(),
            found.map_or(Value::Null, |found| found.word().into()),
            time(at_ms),
            time(alone),
            look.as_problem_ms.into(),
        ],
    )?;
    Ok(())
}

fn of(sql: &impl Sql, fabric: &FabricId) -> Result<LooksReply, ObjectError> {
    let rows = sql.run(
        "SELECT problem, counts_from_ms, found, looked_ms, until_ms FROM looks LEFT JOIN leases ON leases.owner = looks.owner WHERE fabric = ?",
        &[fabric.as_str().into()],
    )?;
    let Some([problem, counts_from, found, looked, until]) = rows.first().map(Row::as_slice) else {
        return Ok(LooksReply::Unknown);
    };
    let found = found.text().and_then(Found::of_word);
    Ok(LooksReply::Of {
        is_problem: problem.number() == Some(1),
        counts_from_ms: counts_from.number().unwrap_or_default(),
        found: found.zip(looked.number()),
        left_alone_until_ms: until.number(),
    })
}

fn texts(rows: &[Row]) -> Vec<String> {
    let texts = rows.iter().filter_map(|row| row.first()?.text());
    texts.map(str::to_owned).collect()
}
