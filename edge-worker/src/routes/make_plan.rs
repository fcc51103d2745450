//! `POST /api/plan`

use http::StatusCode;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::operation;
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Computes a plan for a client of the API; writes nothing.
pub(crate) async fn make_plan(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let asked = request::json(request)?;
    let outcome = operation::make_plan(host, &person, &asked).await;
    let answer = operation::with_near_branches(host, &person, outcome).await?;
    Ok(json(StatusCode::OK, &answer))
}
