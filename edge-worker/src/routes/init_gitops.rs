//! `POST /api/fabrics/{id}/init-gitops`

use std::collections::BTreeMap;

use http::StatusCode;
use shared::api::InitGitops;
use shared::arrange::Arrange;
use shared::names::{FabricId, RepoName};
use shared::record::{FabricRecord, OperationKind, Visibility};

use super::create_fabric::visibility;
use crate::error::ApiError;
use crate::github::{Github, GithubError};
use crate::host::{Host, random};
use crate::objects::ask;
use crate::objects::fabric::FabricMessage;
use crate::objects::repository::Besides;
use crate::operation::{
    Agreed, Fabric, Task, approved, carry_out, claim, load, may_begin, once, same_repository,
    target,
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
        mode,
        ..
    } = request::json(request)?;
    let Fabric {
        record,
        creator,
        repository: known,
        ..
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
    let agreed = Agreed {
        files,
        approval,
        overwrite: force,
        target: match target(&github, &spec, id, mode, false).await {
            Err(ApiError::Github(error)) if is_hidden(&error, &record) => {
                return Err(ApiError::NoFabric);
            }
            other => other?,
        },
        mode,
        arrange: Arrange::Nothing,
        deeper: BTreeMap::new(),
    };
    let reading = match github
        .read_target(
            &spec.git_repository,
            &agreed.target,
            &spec.gitops_directory,
            approval.head,
        )
        .await
    {
        Ok(reading) => reading,
        Err(error) if is_hidden(&error, &record) => return Err(ApiError::NoFabric),
        Err(error) => return Err(error.into()),
    };
    same_repository(known.as_deref(), &reading.answer.repository.id)?;
    may_begin(&reading.answer, mode)?;
    let (reading, plan) = approved(host, &github, &spec, &agreed, reading, record.head).await?;
    if let Ok(repository) = RepoName::parse(&reading.answer.repository.name)
        && repository != record.git_repository
    {
        let renamed = FabricMessage::RepositoryRenamed { repository };
        ask(host, id.as_str(), &renamed).await?;
    }
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

/// Whether the answer would tell somebody that a fabric exists which is not for them to see.
pub(super) fn is_hidden(error: &GithubError, record: &FabricRecord) -> bool {
    matches!(error, GithubError::NoRepository(_)) && record.visibility == Visibility::Private
}
