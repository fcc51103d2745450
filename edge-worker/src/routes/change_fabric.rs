//! `PATCH /api/fabrics/{id}`

use http::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use shared::api::SetPullRequestChecks;
use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::idempotency::{Answers, once};
use crate::operation::{Ids, relocate, set_pull_request_checks, with_near_branches};
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Tells which of the two bodies it is.
#[derive(Deserialize)]
struct Which {
    pull_request_checks: Option<IgnoredAny>,
}

/// Renames a fabric, moves its directory, or both; or gives it another branch; or sets how its pull requests are checked.
pub(crate) async fn change_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let change = async |ids: &Ids| {
        let which: Which = request::json(request)?;
        if which.pull_request_checks.is_some() {
            let SetPullRequestChecks {
                pull_request_checks,
            } = request::json(request)?;
            let set = set_pull_request_checks(host, &person, id, pull_request_checks);
            return Ok(json(StatusCode::OK, &Box::pin(set).await?));
        }
        let body = request::json(request)?;
        let outcome = relocate(host, &person, id, body, ids).await;
        let answer = with_near_branches(host, &person, outcome).await?;
        Ok(json(StatusCode::OK, &answer))
    };
    once(host, &person, request, Answers::Kept, change).await
}
