//! `GET /api/fabrics/{id}/history`

use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, HeaderValue};
use shared::api::HistoryAnswer;
use shared::names::FabricId;

use crate::access::readable;
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply, OPERATIONS};
use crate::request::{Request, query};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Lists what was done to a fabric, for people who are signed in and may read the record; `?download=1` as a file.
pub(crate) async fn get_history(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    signed_in(host, request).await?;
    readable(host, request, id).await?;
    let history = FabricMessage::History {
        now_ms: host.now_ms(),
        forgotten_by: None,
    };
    let FabricReply::History(entries) = ask(host, id.as_str(), &history).await? else {
        return Err(ApiError::NoFabric);
    };
    let answer = HistoryAnswer {
        fabric: id.clone(),
        entries,
        limit: usize::try_from(OPERATIONS).unwrap_or(usize::MAX),
    };
    let mut response = json(StatusCode::OK, &answer);
    if !query(request, "download").is_empty() {
        let name = format!("attachment; filename=\"hedgerow-history-{id}.json\"");
        if let Ok(name) = HeaderValue::from_str(&name) {
            response.headers_mut().insert(CONTENT_DISPOSITION, name);
        }
    }
    Ok(response)
}
