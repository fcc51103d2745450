//! `POST /api/fabrics/{id}/init-gitops`

use http::StatusCode;
use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::idempotency::{Answers, once};
use crate::operation::{Ids, initialise, with_near_branches};
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Initialises the directory of an existing fabric.
pub(crate) async fn init_gitops(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let initialise = async |ids: &Ids| {
        let body = request::json(request)?;
        let outcome = initialise(host, &person, id, body, ids).await;
        let answer = with_near_branches(host, &person, outcome).await?;
        Ok(json(StatusCode::OK, &answer))
    };
    once(host, &person, request, Answers::Kept, initialise).await
}
