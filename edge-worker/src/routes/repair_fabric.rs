//! `POST /api/fabrics/{id}/repair`

use std::collections::BTreeMap;

use http::StatusCode;
use shared::api::{RepairFabric, Repaired};
use shared::arrange::Arrange;
use shared::change_set::FileChange;
use shared::names::FabricId;
use shared::plan::Plan;
use shared::record::{OperationKind, OperationOutcome, Visibility};

use super::create_fabric::visibility;
use super::init_gitops::is_hidden;
use crate::error::ApiError;
use crate::github::Github;
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

/// Adds what is missing and restores the product's own file; with `force` also texts that somebody edited. What stands
/// where it does not belong stays, or moves as the person decided. One commit.
pub(crate) async fn repair_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    once(host, &person, request, repair(host, &person, request, id)).await
}

async fn repair<H: Host>(
    host: &H,
    person: &SignedIn,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let started_ms = host.now_ms();
    let RepairFabric {
        files,
        approval,
        force,
        unexpected,
        archive_date,
        mode,
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
        kind: OperationKind::Repair,
        actor: &person.user.login,
        started_ms,
        fabric: id,
        spec: &spec,
    };
    let github = Github::new(host, &person.token);
    let mut agreed = Agreed {
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
        arrange: Arrange::Repair(unexpected, archive_date),
        deeper: BTreeMap::new(),
    };
    let (repo, directory) = (&spec.git_repository, &spec.gitops_directory);
    let reading = github.read_target(repo, &agreed.target, directory, approval.head);
    let reading = match reading.await {
        Ok(reading) => reading,
        Err(error) if is_hidden(&error, &record) => return Err(ApiError::NoFabric),
        Err(error) => return Err(error.into()),
    };
    same_repository(known.as_deref(), &reading.answer.repository.id)?;
    may_begin(&reading.answer, mode)?;
    agreed.look(&github, &spec, &reading).await?;
    let (reading, plan) = approved(host, &github, &spec, &agreed, reading, record.head).await?;
    claim(host, &reading, &spec, id, Besides::Nothing).await?;
    let confirm = FabricMessage::Confirm {
        visibility: visibility(&reading.answer),
        repository: Some(reading.answer.repository.id.clone()),
        now_ms: host.now_ms(),
    };
    ask(host, id.as_str(), &confirm).await?;
    let overwritten = overwritten(&plan);
    let loses = !overwritten.is_empty() || plan.changes.deletions().next().is_some();
    let before = plan.approval.head.filter(|_| loses);
    let fabric = carry_out(host, &github, &task, &agreed, reading, plan).await?;
    let is_done = fabric
        .operation
        .as_ref()
        .is_some_and(|entry| entry.outcome == OperationOutcome::Committed);
    let repaired = Repaired {
        fabric,
        before: before.filter(|_| is_done),
        overwritten: if is_done { overwritten } else { Vec::new() },
    };
    Ok(json(StatusCode::OK, &repaired))
}

/// The files that the plan puts in place of others.
fn overwritten(plan: &Plan) -> Vec<String> {
    let files = plan.diff.files.iter();
    files
        .filter(|file| file.current.is_some())
        .map(|file| file.path.clone())
        .filter(|path| matches!(plan.changes.get(path), Some(FileChange::Write { .. })))
        .collect()
}
