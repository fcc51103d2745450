//! `POST /api/fabrics/{id}/repair`

use http::StatusCode;
use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::idempotency::{Answers, once};
use crate::operation::{Ids, repair, with_near_branches};
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Repairs a fabric's directory.
pub(crate) async fn repair_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let repair = async |ids: &Ids| {
        let body = request::json(request)?;
        let outcome = repair(host, &person, id, body, ids).await;
        let repaired = with_near_branches(host, &person, outcome).await?;
        Ok(json(StatusCode::OK, &repaired))
    };
    once(host, &person, request, Answers::Kept, repair).await
}
