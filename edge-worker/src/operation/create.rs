//! Creating a fabric: its record, its claim, and the first commit to its directory.

use shared::api::{CreateFabric, FabricAnswer};
use shared::fabric::FabricSpec;
use shared::names::FabricId;
use shared::plan::PlanKind;
use shared::record::{FabricRecord, OperationKind, OperationOutcome, Visibility};

use super::approve::{Agreed, approved_plan, require_writable};
use super::claim::claim;
use super::forget::forget;
use super::pull_request::write_target;
use super::task::Task;
use super::visibility::visibility;
use super::write_and_record::{Stopped, write_and_record};
use crate::api_error::{ApiError, explanation};
use crate::github::{Github, GithubError};
use crate::host::{Host, random};
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage};
use crate::objects::repository::PreviousClaim;
use crate::repository_id::{RecordedRepository, RepositoryId};
use crate::session::SignedIn;

/// Creates a fabric and initialises its directory: one query and one commit.
///
/// Until push permission is confirmed, an error stores nothing. After that, the answer is 201 with a record that tells
/// what happened. If GitHub could not even be asked, the record is a draft that only its creator sees.
pub(crate) async fn create<H: Host>(
    host: &H,
    person: &SignedIn,
    body: CreateFabric,
) -> Result<FabricAnswer, ApiError> {
    let started_ms = host.now_ms();
    let CreateFabric {
        fabric,
        change,
        adopt,
    } = body;
    let mut spec = FabricSpec::parse_typed(&fabric).map_err(ApiError::Fields)?;
    let id = FabricId::from_bytes(random(host));
    let github = Github::new(host, &person.token);
    let target = write_target(&github, &spec, &id, change.mode, true).await?;
    let mut agreed = Agreed::new(change, target, PlanKind::Adopt(adopt));
    let operation = FabricId::from_bytes(random(host)).to_string();
    let asked = spec.clone();
    let task = Task {
        operation: &operation,
        kind: OperationKind::Create,
        actor: &person.user.login,
        started_ms,
        fabric: &id,
        spec: &asked,
    };

    let branch_snapshot = match github
        .read_target(
            &spec.git_repository,
            &agreed.target,
            &spec.gitops_directory,
            agreed.change.approval.head,
        )
        .await
    {
        Ok(branch_snapshot) => branch_snapshot,
        Err(error) if error.is_unreachable() => {
            return create_draft(host, &task, person.user.id, github.requests(), &error).await;
        }
        Err(error) => return Err(error.into()),
    };
    require_writable(&branch_snapshot, agreed.change.mode)?;
    agreed
        .list_contents(&github, &spec, &branch_snapshot)
        .await?;
    let plan = approved_plan(&spec, &agreed, &branch_snapshot)?;

    // GitHub's spelling, and the new name of a repository that was renamed.
    spec.git_repository = branch_snapshot.repository.name.clone();
    let task = Task {
        spec: &spec,
        ..task
    };
    // The record comes before the claim, so that a claim always leads to a fabric that somebody can open.
    let record = Box::new(FabricRecord::new(
        id.clone(),
        &spec,
        visibility(&branch_snapshot.repository),
    ));
    let repository = branch_snapshot.repository.id.clone();
    let message = FabricMessage::Create {
        record,
        creator: person.user.id,
        repository: RecordedRepository::from(&repository),
        now_ms: host.now_ms(),
    };
    ask(host, id.as_str(), &message).await?;
    if let Err(refusal) = claim(host, &branch_snapshot, &spec, &id, PreviousClaim::Release).await {
        forget_refused(host, &repository, &id).await;
        return Err(refusal);
    }
    match write_and_record(host, &github, &task, &agreed, branch_snapshot, plan).await {
        Ok(answer) => Ok(answer),
        Err(Stopped::Refused(refusal)) => {
            forget_refused(host, &repository, &id).await;
            Err(refusal)
        }
        Err(Stopped::Unrecorded(error)) => Err(error),
    }
}

/// Takes back what a refused creation stored. If that fails the fabric stays, uninitialised, and can be opened.
async fn forget_refused(host: &impl Host, repository: &RepositoryId, id: &FabricId) {
    if let Err(error) = forget(host, Some(repository), id).await {
        let line = serde_json::json!({ "event": "fabric_not_forgotten", "fabric": id, "error": error.to_string() });
        host.log(&line.to_string());
    }
}

/// GitHub could not even be asked: keeps the fabric for its creator alone.
async fn create_draft(
    host: &impl Host,
    task: &Task<'_>,
    creator: u64,
    requests: u32,
    error: &GithubError,
) -> Result<FabricAnswer, ApiError> {
    let mut record = FabricRecord::new(task.fabric.clone(), task.spec, Visibility::Draft);
    record.failed(explanation(&error.clone().into()));
    ask(
        host,
        task.fabric.as_str(),
        &FabricMessage::Create {
            record: Box::new(record),
            creator,
            repository: RecordedRepository::default(),
            now_ms: host.now_ms(),
        },
    )
    .await?;
    let entry = task.entry(host, requests, (OperationOutcome::Failed, None));
    let event = Event::Unreachable {
        failure: explanation(&error.clone().into()),
    };
    task.finish(host, entry, event).await
}
