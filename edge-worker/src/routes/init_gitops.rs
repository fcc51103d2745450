//! `POST /api/fabrics/{id}/init-gitops`

use http::StatusCode;
use shared::api::InitGitops;
use shared::names::FabricId;
use shared::record::{OperationKind, Visibility};

use super::create_fabric::visibility;
use crate::error::ApiError;
use crate::github::{Github, GithubError};
use crate::host::{Host, random};
use crate::objects::ask;
use crate::objects::fabric::FabricMessage;
use crate::objects::repository::Besides;
use crate::operation::{
    Agreed, Fabric, Task, approved_plan, carry_out, claim, load, may_write, once,
};
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
    let started_ms = host.now_ms();
    let InitGitops {
        files,
        approval,
        force,
        ..
    } = request::json(request)?;
    let agreed = Agreed {
        files,
        approval,
        overwrite: force,
    };
    let Fabric {
        record, creator, ..
    } = load(host, id).await?;
    if record.visibility == Visibility::Draft && creator != person.user.id {
        return Err(ApiError::NoFabric);
    }
    let spec = record.spec();
    let operation = FabricId::from_bytes(random(host)).to_string();
    let task = Task {
        operation: &operation,
        kind: OperationKind::Initialize,
        actor: &person.user.login,
        started_ms,
        fabric: id,
        spec: &spec,
    };

    let github = Github::new(host, &person.token);
    let reading = match github
        .read(
            &spec.git_repository,
            &spec.branch,
            &spec.gitops_directory,
            approval.head,
        )
        .await
    {
        Ok(reading) => reading,
        Err(GithubError::NoRepository(_)) if record.visibility == Visibility::Private => {
            return Err(ApiError::NoFabric);
        }
        Err(error) => return Err(error.into()),
    };
    may_write(&reading.answer)?;
    let plan = approved_plan(&spec, &agreed, &reading)?;
    claim(host, &reading, &spec, id, Besides::Nothing).await?;
    ask(
        host,
        id.as_str(),
        &FabricMessage::Confirm {
            visibility: visibility(&reading.answer),
            repository: Some(reading.answer.repository.id.clone()),
            now_ms: host.now_ms(),
        },
    )
    .await?;
    let answer = carry_out(host, &github, &task, &agreed, reading, plan).await?;
    Ok(json(StatusCode::OK, &answer))
}
