//! `POST /api/fabrics/{id}/init-gitops`

use http::StatusCode;
use shared::api::ApprovedChange;
use shared::names::FabricId;
use shared::plan::PlanKind;
use shared::record::OperationKind;

use crate::error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::operation::{Agreed, begin, once, write_and_record};
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::{SignedIn, signed_in};

/// Initialises the directory of an existing fabric; where everything is there already, no commit is made.
pub(crate) async fn init_gitops(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    once(
        host,
        &person,
        request,
        initialise(host, &person, request, id),
    )
    .await
}

async fn initialise<H: Host>(
    host: &H,
    person: &SignedIn,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let change: ApprovedChange = request::json(request)?;
    let begun = begin(host, person, id, OperationKind::Initialize).await?;
    let github = Github::new(host, &person.token);
    let target = begun.target(&github, change.mode).await?;
    let mut agreed = Agreed::new(change, target, PlanKind::Layout);
    let (reading, plan) = begun.approve(host, &github, &mut agreed).await?;
    let answer = write_and_record(host, &github, &begun.task(), &agreed, reading, plan).await?;
    Ok(json(StatusCode::OK, &answer))
}
