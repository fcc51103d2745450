//! `GET /api/operator/backup?cursor=` and `POST /api/operator/restore?forgotten=`: every fabric as a line of JSON, and which were
//! forgotten, for the operator who has `OPERATOR_KEY`. No token, no session and no share link's secret is in it.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{
    BackupLine, FabricBackup, FabricMessage, FabricReply, Tombstone, UnreadableRow,
};
use crate::objects::index::{self, IndexMessage, IndexReply};
use crate::operation::{self, IfForgotten, LineOutcome};
use crate::operator::require_operator_key;
use crate::request::{Request, query, unreadable};
use crate::response::{Response, json, with_type};
use crate::route_table::MAX_BODY;

/// How many fabrics one request carries: a Worker of the free plan may ask 50 objects.
const PAGE: u64 = 20;

/// The format of a line that has a fabric.
const FABRIC: u32 = 1;
/// What a line names as unreadable where that is the record itself.
const RECORD: &str = "fabric";
/// The format of a line that says that a fabric was forgotten.
const FORGOTTEN: u32 = 2;

/// One line of a backup.
#[derive(Serialize)]
struct Line<'a> {
    format: u32,
    /// Which fabric was forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    forgotten: Option<&'a FabricId>,
    #[serde(flatten)]
    line: &'a BackupLine,
}

impl<'a> Line<'a> {
    fn of(id: &'a FabricId, line: &'a BackupLine) -> Self {
        let is_forgotten = matches!(line, BackupLine::Forgotten(_));
        Self {
            format: if is_forgotten { FORGOTTEN } else { FABRIC },
            forgotten: Some(id).filter(|_| is_forgotten),
            line,
        }
    }
}

/// The latest version that a record may have in a file: more than any fabric comes to, and far from where counting on ends.
const LATEST: u64 = 1 << 53;

/// Reads a line, or says why it is none.
fn read(text: &str) -> Result<(FabricId, BackupLine), String> {
    let (id, line) = read_any(text)?;
    let version = match &line {
        BackupLine::Fabric(fabric) => fabric.record.version,
        BackupLine::Forgotten(tombstone) => tombstone.version,
        BackupLine::Unreadable(_) => 0,
    };
    match version <= LATEST {
        true => Ok((id, line)),
        false => Err(format!("its version {version} is none that a fabric has")),
    }
}

fn read_any(text: &str) -> Result<(FabricId, BackupLine), String> {
    #[derive(Deserialize)]
    struct Format {
        format: u32,
    }
    #[derive(Deserialize)]
    struct Forgotten {
        forgotten: FabricId,
        #[serde(flatten)]
        tombstone: Tombstone,
    }
    #[derive(Default, Deserialize)]
    struct Unreadable {
        unreadable: Vec<UnreadableRow>,
    }
    let why = |error: serde_json::Error| unreadable(&error);
    match serde_json::from_str::<Format>(text).map_err(why)?.format {
        FABRIC => match serde_json::from_str::<FabricBackup>(text) {
            Ok(fabric) => Ok((fabric.record.id.clone(), BackupLine::Fabric(fabric.into()))),
            Err(error) => {
                let line: Unreadable = serde_json::from_str(text).unwrap_or_default();
                let mut rows = line.unreadable.iter();
                let record = rows.find(|row| row.table == RECORD);
                let id = record.and_then(|row| FabricId::parse(&row.key).ok());
                match id {
                    Some(id) => Ok((id, BackupLine::Unreadable(serde_json::Map::new()))),
                    None => Err(why(error)),
                }
            }
        },
        FORGOTTEN => {
            let line: Forgotten = serde_json::from_str(text).map_err(why)?;
            Ok((line.forgotten, BackupLine::Forgotten(line.tombstone)))
        }
        format => Err(format!(
            "its format {format} is one that a later version of Hedgerow wrote"
        )),
    }
}

#[derive(Default, Serialize)]
struct Outcome {
    restored: u32,
    /// Known here already, as they were or as they became later.
    unchanged: u32,
    /// Lines that could not be restored, and why.
    refused: Vec<String>,
    /// Lines of fabrics that were forgotten since, which stay so, or that are forgotten now as they were where the backup is
    /// from.
    forgotten: Vec<String>,
}

/// Gives some fabrics; the header `x-next-cursor` leads to the next ones.
pub(crate) async fn back_up(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    require_operator_key(host.config(), request)?;
    let message = IndexMessage::Ids {
        after: query(request, "cursor"),
        limit: PAGE,
        forgotten: true,
    };
    let ids = match ask(host, index::NAME, &message).await? {
        IndexReply::Ids(ids) => ids,
        _ => Vec::new(),
    };
    let mut lines = String::new();
    for id in &ids {
        if let Some(line) = line(host, id).await? {
            lines += &serde_json::to_string(&Line::of(id, &line)).unwrap_or_default();
            lines.push('\n');
        }
    }
    let mut response = with_type(StatusCode::OK, "application/x-ndjson", lines.into_bytes());
    if let Some(last) = ids.last().filter(|_| ids.len() as u64 == PAGE)
        && let Ok(value) = last.as_str().parse()
    {
        response.headers_mut().insert("x-next-cursor", value);
    }
    Ok(response)
}

/// What is kept of a fabric. Of one that is forgotten, the later counts of what its object and the index know: a version that
/// forgot it may have kept nothing in its object.
async fn line(host: &impl Host, id: &FabricId) -> Result<Option<BackupLine>, ApiError> {
    let known = match ask(host, id.as_str(), &FabricMessage::Export).await? {
        FabricReply::Backup(BackupLine::Forgotten(tombstone)) => Some(tombstone),
        FabricReply::Backup(BackupLine::Unreadable(mut line)) => {
            name(id, &mut line);
            return Ok(Some(BackupLine::Unreadable(line)));
        }
        FabricReply::Backup(line) => return Ok(Some(line)),
        _ => None,
    };
    let question = IndexMessage::Forgotten { fabric: id.clone() };
    let listed = match ask(host, index::NAME, &question).await? {
        IndexReply::Forgotten { version, at_ms } => Some((version, at_ms)),
        _ => None,
    };
    let later = |&(version, _): &(u64, _)| known.as_ref().is_none_or(|it| it.version < version);
    let tombstone = match listed.filter(later) {
        Some((version, forgotten_ms)) => Some(Tombstone {
            version,
            forgotten_ms,
            private_ms: known.as_ref().and_then(|known| known.private_ms),
            revoked: known.map(|known| known.revoked).unwrap_or_default(),
        }),
        None => known,
    };
    Ok(tombstone.map(BackupLine::Forgotten))
}

/// Says in a line whose record cannot be read that it cannot, and whose it is.
fn name(id: &FabricId, line: &mut serde_json::Map<String, Value>) {
    let record = UnreadableRow {
        table: RECORD.to_owned(),
        key: id.to_string(),
        text: String::new(),
        hash: None,
    };
    let rows = line
        .entry("unreadable")
        .or_insert_with(|| Value::Array(Vec::new()));
    if let (Value::Array(rows), Ok(record)) = (rows, serde_json::to_value(record)) {
        rows.push(record);
    }
}

/// Puts fabrics back; what is there already and newer stays, and what was forgotten, too, unless `forgotten` says otherwise.
pub(crate) async fn restore(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    require_operator_key(host.config(), request)?;
    if request.body().len() > MAX_BODY {
        return Err(ApiError::BodyTooLarge);
    }
    let text = String::from_utf8_lossy(request.body());
    let if_forgotten = match query(request, "forgotten").is_empty() {
        true => IfForgotten::Skip,
        false => IfForgotten::Revive,
    };
    let mut outcome = Outcome::default();
    for (index, text) in text
        .lines()
        .enumerate()
        .filter(|(_, text)| !text.trim().is_empty())
    {
        let line = match read(text) {
            Ok((id, line)) => {
                match operation::restore(host, id.clone(), line, if_forgotten).await {
                    // It may be this fabric's alone that does not answer.
                    Err(ApiError::Storage(_)) => LineOutcome::Refused(format!(
                        "the storage of fabric {id} did not answer, or only a newer version can read it; restore the line again"
                    )),
                    outcome => outcome?,
                }
            }
            Err(why) => LineOutcome::Refused(why),
        };
        let named = |why| format!("line {}: {why}", index + 1);
        match line {
            LineOutcome::PutBack => outcome.restored += 1,
            LineOutcome::Unchanged => outcome.unchanged += 1,
            LineOutcome::Forgotten(why) => outcome.forgotten.push(named(why)),
            LineOutcome::Refused(why) => outcome.refused.push(named(why)),
        }
    }
    Ok(json(StatusCode::OK, &outcome))
}
