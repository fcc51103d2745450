//! `PATCH /api/fabrics/{id}`

use http::StatusCode;
use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::idempotency::{Answers, once};
use crate::operation::{Ids, relocate, with_near_branches};
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Renames a fabric, moves its directory, or both; or gives it another branch.
pub(crate) async fn change_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let change = async |ids: &Ids| {
        let body = request::json(request)?;
        let outcome = relocate(host, &person, id, body, ids).await;
        let answer = with_near_branches(host, &person, outcome).await?;
        Ok(json(StatusCode::OK, &answer))
    };
    once(host, &person, request, Answers::Kept, change).await
}
