//! `GET /api/operator/backup?cursor=` and `POST /api/operator/restore?forgotten=`: every fabric as a line of JSON, for the operator who has
//! `OPERATOR_KEY`. No token, no session and no share link's secret is in it.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricBackup, FabricMessage, FabricReply};
use crate::objects::index::{self, IndexMessage, IndexReply};
use crate::operation::{self, IfForgotten, LineOutcome};
use crate::request::{MAX_BODY, Request, header, query};
use crate::response::{Response, json, with_type};

/// How many fabrics one request carries: a Worker of the free plan may ask 50 objects.
const PAGE: u64 = 20;

/// One line of a backup.
#[derive(Serialize, Deserialize)]
struct Line {
    format: u32,
    #[serde(flatten)]
    fabric: FabricBackup,
}

#[derive(Default, Serialize)]
struct Outcome {
    restored: u32,
    /// Known here already, as they were or as they became later.
    unchanged: u32,
    /// Lines that could not be restored, and why.
    refused: Vec<String>,
    /// Lines of fabrics that were forgotten since, which stay so.
    forgotten: Vec<String>,
}

/// Gives some fabrics; the header `x-next-cursor` leads to the next ones.
pub(crate) async fn back_up(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    require_operator_key(host, request)?;
    let message = IndexMessage::Ids {
        after: query(request, "cursor"),
        limit: PAGE,
    };
    let ids = match ask(host, index::NAME, &message).await? {
        IndexReply::Ids(ids) => ids,
        _ => Vec::new(),
    };
    let mut lines = String::new();
    for id in &ids {
        let reply = ask(host, id.as_str(), &FabricMessage::Export).await?;
        if let FabricReply::Backup(fabric) = reply {
            let line = Line {
                format: 1,
                fabric: *fabric,
            };
            lines += &serde_json::to_string(&line).unwrap_or_default();
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

/// Puts fabrics back; what is there already and newer stays, and what was forgotten, too, unless `forgotten` says otherwise.
pub(crate) async fn restore(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    require_operator_key(host, request)?;
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
        match serde_json::from_str::<Line>(text) {
            Ok(line) if line.format == 1 => {
                let line = operation::restore(host, line.fabric, if_forgotten).await?;
                let named = |why| format!("line {}: {why}", index + 1);
                match line {
                    LineOutcome::PutBack => outcome.restored += 1,
                    LineOutcome::Unchanged => outcome.unchanged += 1,
                    LineOutcome::Forgotten(why) => outcome.forgotten.push(named(why)),
                    LineOutcome::Refused(why) => outcome.refused.push(named(why)),
                }
            }
            Ok(_) => outcome
                .refused
                .push(format!("line {}: not of format 1", index + 1)),
            Err(error) => outcome.refused.push(format!("line {}: {error}", index + 1)),
        }
    }
    Ok(json(StatusCode::OK, &outcome))
}

/// Anyone with the key may; without a configured key the route does not exist.
fn require_operator_key(host: &impl Host, request: &Request) -> Result<(), ApiError> {
    let key = host
        .config()
        .operator_key
        .as_ref()
        .ok_or(ApiError::NoRoute)?;
    let given = header(request, "authorization")
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    // Digests are compared, so that how long it takes tells nothing about the key.
    match Sha256::digest(given) == Sha256::digest(key.expose()) {
        true => Ok(()),
        false => Err(ApiError::NoRoute),
    }
}
