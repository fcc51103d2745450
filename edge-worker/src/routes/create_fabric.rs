//! `POST /api/fabrics`

use http::StatusCode;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::idempotency::{Answers, once};
use crate::operation::{Ids, create, with_near_branches};
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Creates a fabric and initialises its directory. The answer is 201 with the record, also where the write failed.
pub(crate) async fn create_fabric(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let create = async |ids: &Ids| {
        let body = request::json(request)?;
        let outcome = Box::pin(create(host, &person, body, ids)).await;
        let answer = with_near_branches(host, &person, outcome).await?;
        Ok(json(StatusCode::CREATED, &answer))
    };
    once(host, &person, request, Answers::Kept, create).await
}
