//! `POST /api/plan`

use http::StatusCode;
use shared::api::{PlanAnswer, PlanRequest};
use shared::fabric::FabricSpec;
use shared::plan::plan;

use crate::error::ApiError;
use crate::github::{Github, Target};
use crate::host::Host;
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Computes, for API clients, what the page computes by itself. Writes nothing: one request to GitHub.
pub(crate) async fn make_plan(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let PlanRequest { fabric, force, .. } = request::json(request)?;
    let spec = FabricSpec::parse(&fabric).map_err(ApiError::Fields)?;
    let reading = Github::new(host, &person.token)
        .read_target(
            &spec.git_repository,
            &Target::of(&spec.branch),
            &spec.gitops_directory,
            None,
        )
        .await?;
    let plan = plan(&spec, &reading.snapshot, force)
        .map_err(|blocked| ApiError::Blocked(blocked.obstacles))?;
    let answer = PlanAnswer {
        base: reading.answer.base,
        mode: reading.answer.mode,
        ..PlanAnswer::from(&plan)
    };
    Ok(json(StatusCode::OK, &answer))
}
