//! `INDEX`: one row for each fabric, so that a list needs one question and no question per fabric.
//!
//! It is a copy. Each `FABRIC` object writes its own row, by its alarm, and the versions keep late writes out. Rows of
//! private fabrics are in it too: only [`IndexMessage::Find`] reads it, for somebody whose repositories are known.

mod born;
pub mod looks;
mod lost;
mod operator;
mod places;

use serde::{Deserialize, Serialize};
use shared::api::{FabricSummary, Permission};
use shared::git::ObjectId;
use shared::names::FabricId;
use shared::record::{DirectoryStatus, Visibility};
use shared::status::Verdict;

use super::{Class, Envelope, Message, ObjectError, Row, Sql, SqlError, Value};
use crate::repository_id::RecordedRepository;

use looks::{LooksMessage, LooksReply};
pub use lost::{Learnt, Lost};
pub use operator::{Operator, OperatorMessage};
pub use places::Place;

/// The one object's name.
pub const NAME: &str = "fabrics";

/// What the index can be asked.
#[allow(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is soon taken apart"
)]
#[derive(Serialize, Deserialize)]
pub enum IndexMessage {
    /// Replaces a fabric's row; no entry takes it away.
    Put {
        fabric: FabricId,
        /// The record's version; an older one changes nothing.
        version: u64,
        entry: Option<Entry>,
        /// When the fabric was forgotten, where that is known.
        #[serde(default)]
        forgotten_ms: Option<u64>,
        /// Of a draft that is no more not even the version is kept: nobody but its creator was told of it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        leaves_nothing: bool,
        /// When it is sent; none from versions that did not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        now_ms: Option<u64>,
    },
    /// What the operator is told.
    Operator(OperatorMessage),
    /// Asks whether a fabric was forgotten.
    Forgotten { fabric: FabricId },
    /// Gives the ids of all fabrics, in order.
    Ids {
        /// The id before the first that is wanted; empty for the start.
        after: String,
        limit: u64,
        /// Also of those that were forgotten.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forgotten: bool,
    },
    /// Gives fabrics of these repositories, problems first, then by name.
    Find {
        /// GitHub's numbers of the repositories.
        #[serde(default)]
        numbers: Vec<u64>,
        /// GitHub's node ids of the same, for rows whose number is not known.
        repositories: Vec<String>,
        /// Those of both that the person may only read.
        #[serde(default, skip_serializing_if = "ReadOnly::is_nothing")]
        read_only: ReadOnly,
        /// Whose drafts are found too.
        person: u64,
        /// A part of the name, the repository, the branch or the directory.
        query: String,
        /// Only these states; all where empty.
        states: Vec<DirectoryStatus>,
        /// How many to pass over, where no place is given.
        offset: u64,
        /// The place of the row before the first that is wanted.
        #[serde(default)]
        after: Option<Place>,
        limit: u64,
        /// What was learnt for this list of rows that the index may have lost.
        #[serde(default, skip_serializing_if = "Learnt::is_nothing")]
        learnt: Learnt,
        /// When it is sent; who does not say is told of no lost rows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        now_ms: Option<u64>,
    },
    /// Which fabrics are looked at next without a person, and what came of it.
    Looks(LooksMessage),
}

/// Repositories that somebody may only read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadOnly {
    pub numbers: Vec<u64>,
    pub repositories: Vec<String>,
}

impl ReadOnly {
    fn is_nothing(&self) -> bool {
        self.numbers.is_empty() && self.repositories.is_empty()
    }
}

/// A fabric as the index keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The repository; none for a draft.
    #[serde(flatten)]
    pub(crate) repository: RecordedRepository,
    /// GitHub's number of who created the fabric.
    pub creator: u64,
    pub summary: FabricSummary,
    /// The directory's id, where whoever finds the same one knows all that there is to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<ObjectId>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum IndexReply {
    Done,
    /// The fabric was forgotten, with this version and then, where that is known.
    Forgotten {
        version: u64,
        at_ms: Option<u64>,
    },
    /// What the operator is told.
    Operator(Operator),
    /// The deliveries that are to be delivered again.
    Redeliver(Vec<String>),
    /// Ids, in order.
    Ids(Vec<FabricId>),
    Looks(LooksReply),
    /// What was found, and whether there is more.
    Found {
        fabrics: Vec<FabricSummary>,
        /// Whether others follow.
        more: bool,
        /// The place of the last one.
        #[serde(default)]
        last: Option<Place>,
        /// Whose rows the index may have lost, of the repositories that it was asked about.
        #[serde(default, skip_serializing_if = "Lost::is_nothing")]
        lost: Lost,
        /// How many rows of this page only another version can read.
        #[serde(default, skip_serializing_if = "is_none")]
        unreadable: u32,
    },
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands a reference over"
)]
fn is_none(count: &u32) -> bool {
    *count == 0
}

impl Message for IndexMessage {
    type Reply = IndexReply;
    const CLASS: Class = Class::Index;

    fn linked_to(mut reply: IndexReply, github_url: &str) -> IndexReply {
        if let IndexReply::Found { fabrics, .. } = &mut reply {
            for row in fabrics {
                row.keep_links_to(github_url);
            }
        }
        reply
    }
}

/// A message on the wire with the time at which it is sent.
pub(super) fn sent_at(message: &str, now_ms: u64) -> String {
    match serde_json::from_str::<serde_json::Value>(message) {
        Ok(mut told) => {
            if let Some(put) = told.get_mut("Put").and_then(|put| put.as_object_mut()) {
                put.insert("now_ms".to_owned(), now_ms.into());
            }
            told.to_string()
        }
        Err(_) => message.to_owned(),
    }
}

/// Tells whether a reply on the wire says that the message was carried out.
pub fn is_done(reply: &str) -> bool {
    matches!(
        serde_json::from_str(reply),
        Ok(Envelope::Reply(IndexReply::Done))
    )
}

pub(super) fn handle(sql: &impl Sql, message: IndexMessage) -> Result<IndexReply, ObjectError> {
    match message {
        IndexMessage::Put {
            fabric,
            leaves_nothing: true,
            ..
        } => {
            for table in ["fabrics", "places", "looks"] {
                let statement = format!("DELETE FROM {table} WHERE fabric = ?");
                sql.run(&statement, &[fabric.as_str().into()])?;
            }
            Ok(IndexReply::Done)
        }
        IndexMessage::Put {
            fabric,
            version,
            entry,
            forgotten_ms,
            leaves_nothing: false,
            now_ms,
        } => {
            let reply = put(sql, (&fabric, version), entry.as_ref(), forgotten_ms)?;
            looks::follow(sql, (&fabric, version), entry.as_ref(), now_ms)?;
            if let Some(now_ms) = now_ms {
                born::keep(sql, now_ms)?;
            }
            Ok(reply)
        }
        IndexMessage::Operator(message) => operator::answer(sql, &message),
        IndexMessage::Forgotten { fabric } => forgotten(sql, &fabric),
        IndexMessage::Looks(message) => Ok(IndexReply::Looks(looks::handle(sql, message)?)),
        IndexMessage::Ids {
            after,
            limit,
            forgotten,
        } => {
            let rows = sql.run(
                "SELECT fabric FROM fabrics WHERE (summary IS NOT NULL OR ?) AND fabric > ? ORDER BY fabric LIMIT ?",
                &[u64::from(forgotten).into(), after.into(), limit.into()],
            )?;
            let texts = rows.iter().filter_map(|row| row.first()?.text());
            let ids = texts.filter_map(|text| FabricId::parse(text).ok());
            Ok(IndexReply::Ids(ids.collect()))
        }
        IndexMessage::Find {
            numbers,
            repositories,
            read_only,
            person,
            query,
            states,
            offset,
            after,
            limit,
            learnt,
            now_ms,
        } => {
            let lost = match now_ms {
                Some(now_ms) => lost::find(sql, &numbers, &learnt, now_ms)?,
                None => Lost::default(),
            };
            let as_of = match &after {
                Some(place) => place.as_of,
                None => places::now(sql)?,
            };
            let after = after.as_ref();
            let numbers = serde_json::to_string(&numbers)?;
            let text = |part: &str| Value::from(part);
            let parameters = [
                serde_json::to_string(&repositories)?.into(),
                person.into(),
                query.to_lowercase().into(),
                serde_json::to_string(&states)?.into(),
                (limit + 1).into(),
                if after.is_some() { 0 } else { offset }.into(),
                numbers.as_str().into(),
                as_of.into(),
                after.map_or(Value::Null, |place| place.rank.into()),
                after.map_or(Value::Null, |place| text(&place.name)),
                after.map_or(Value::Null, |place| text(place.fabric.as_str())),
                serde_json::to_string(&read_only.numbers)?.into(),
                serde_json::to_string(&read_only.repositories)?.into(),
            ];
            // A pattern of LIKE may have 50 bytes in workerd; `instr` takes any text, as text.
            let rows = sql.run(
                "WITH before AS (SELECT fabric, rank, name, MIN(change) FROM places WHERE change > ?8 GROUP BY fabric) \
                 SELECT summary, COALESCE(before.rank, fabrics.rank) AS then_rank, COALESCE(before.name, fabrics.name) AS then_name, fabrics.fabric, \
                 number IN (SELECT value FROM json_each(?12)) OR (number = 0 AND repository IN (SELECT value FROM json_each(?13))) \
                 FROM fabrics LEFT JOIN before ON before.fabric = fabrics.fabric WHERE summary IS NOT NULL \
                 AND (number IN (SELECT value FROM json_each(?7)) OR drafter = ?2 \
                 OR (number = 0 AND repository IN (SELECT value FROM json_each(?1)))) \
                 AND (drafter IS NULL OR drafter = ?2) \
                 AND (?3 = '' OR instr(words, ?3) > 0) \
                 AND (?4 = '[]' OR status IN (SELECT value FROM json_each(?4))) \
                 AND (?9 IS NULL OR (then_rank, then_name, fabrics.fabric) > (?9, ?10, ?11)) \
                 ORDER BY then_rank, then_name, fabrics.fabric LIMIT ?5 OFFSET ?6",
                &parameters,
            )?;
            found(&rows, (limit, as_of), lost)
        }
    }
}

/// Rows from before GitHub's numbers were recorded get the number in their node id, or 0 where it cannot be read.
pub(super) fn number_rows(sql: &dyn Sql) -> Result<(), SqlError> {
    let rows = sql.run(
        "SELECT DISTINCT repository FROM fabrics WHERE number IS NULL AND repository IS NOT NULL",
        &[],
    )?;
    for node_id in rows.iter().filter_map(|row| row.first()?.text()) {
        let number = number_of(&RecordedRepository {
            node_id: Some(node_id.to_owned()),
            number: None,
        });
        sql.run(
            "UPDATE fabrics SET number = ? WHERE number IS NULL AND repository = ?",
            &[number, node_id.into()],
        )?;
    }
    Ok(())
}

/// The number as a column has it: 0 where there is a repository whose number is not known.
fn number_of(repository: &RecordedRepository) -> Value {
    match (&repository.node_id, repository.number()) {
        (_, Some(number)) => number.into(),
        (Some(_), None) => 0.into(),
        (None, None) => Value::Null,
    }
}

fn put(
    sql: &impl Sql,
    (fabric, version): (&FabricId, u64),
    entry: Option<&Entry>,
    forgotten_ms: Option<u64>,
) -> Result<IndexReply, ObjectError> {
    let columns = match entry {
        Some(entry) => columns(entry)?,
        None => [const { Value::Null }; 8],
    };
    let mut parameters = vec![fabric.as_str().into(), version.into()];
    parameters.extend(columns);
    parameters.push(forgotten_ms.map_or(Value::Null, Value::from));
    let entry = entry.map(|entry| &entry.summary);
    places::keep_before(
        sql,
        fabric,
        version,
        entry.map(|new| (rank(new), &new.name)),
    )?;
    // A fabric that was forgotten keeps its version, so that a late write does not bring it back. A row that is there as it
    // should be is not written again.
    sql.run(
        "INSERT INTO fabrics (fabric, version, repository, drafter, rank, name, status, words, summary, number, forgotten_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (fabric) DO UPDATE SET version = excluded.version, repository = excluded.repository, drafter = excluded.drafter, \
         rank = excluded.rank, name = excluded.name, status = excluded.status, words = excluded.words, summary = excluded.summary, number = excluded.number, \
         forgotten_ms = excluded.forgotten_ms \
         WHERE excluded.version > fabrics.version OR (excluded.version = fabrics.version \
         AND (excluded.summary, excluded.repository, excluded.number, excluded.drafter, excluded.forgotten_ms) \
         IS NOT (fabrics.summary, fabrics.repository, fabrics.number, fabrics.drafter, fabrics.forgotten_ms))",
        &parameters,
    )?;
    Ok(IndexReply::Done)
}

/// What is left of a fabric that was forgotten.
fn forgotten(sql: &impl Sql, fabric: &FabricId) -> Result<IndexReply, ObjectError> {
    let rows = sql.run(
        "SELECT version, forgotten_ms FROM fabrics WHERE fabric = ? AND summary IS NULL",
        &[fabric.as_str().into()],
    )?;
    Ok(match rows.first().map(Row::as_slice) {
        Some([version, at_ms]) => IndexReply::Forgotten {
            version: version.number().unwrap_or_default(),
            at_ms: at_ms.number(),
        },
        _ => IndexReply::Done,
    })
}

fn columns(entry: &Entry) -> Result<[Value; 8], ObjectError> {
    let summary = &entry.summary;
    let words = [
        summary.name.as_str(),
        summary.git_repository.as_str(),
        summary.branch.as_str(),
        summary.gitops_directory.as_str(),
    ];
    let is_draft = summary.visibility == Visibility::Draft;
    Ok([
        entry
            .repository
            .node_id
            .clone()
            .map_or(Value::Null, Value::Text),
        if is_draft {
            entry.creator.into()
        } else {
            Value::Null
        },
        rank(summary).into(),
        summary.name.as_str().into(),
        summary.gitops_directory_status.as_str().into(),
        words.join(" ").to_lowercase().into(),
        serde_json::to_string(summary)?.into(),
        number_of(&entry.repository),
    ])
}

/// What needs somebody comes first, by its verdict: what differs and is fine is no reason to stand before others.
fn rank(summary: &FabricSummary) -> u64 {
    match summary.verdict() {
        Verdict::Broken | Verdict::NeedsYou => 0,
        Verdict::Draft => 1,
        Verdict::NotKnown => 2,
        Verdict::Working | Verdict::WaitingForMerge | Verdict::Healthy => 3,
    }
}

fn found(rows: &[Row], (limit, as_of): (u64, u64), lost: Lost) -> Result<IndexReply, ObjectError> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut fabrics, mut unreadable) = (Vec::new(), 0);
    for row in rows.iter().take(limit) {
        let Some(summary) = row.first().and_then(Value::text) else {
            continue;
        };
        // A row that only another version can read does not keep the others from being listed.
        let Ok(mut summary) = serde_json::from_str::<FabricSummary>(summary) else {
            unreadable += 1;
            continue;
        };
        let is_read_only = row.last().and_then(Value::number) == Some(1);
        summary.permission = Some(match is_read_only {
            true => Permission::Read,
            false => Permission::Write,
        });
        fabrics.push(summary);
    }
    let last = rows.iter().take(limit).next_back();
    Ok(IndexReply::Found {
        fabrics,
        more: rows.len() > limit,
        last: last.and_then(|row| places::read(row.get(1..4)?, as_of)),
        lost,
        unreadable,
    })
}
