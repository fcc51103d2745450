//! Drafts: where GitHub itself is down, what was typed is kept for its creator alone, and not too often.

use shared::api::{FabricAnswer, ValidateAnswer};
use shared::names::FabricId;
use shared::record::{FabricRecord, OperationOutcome, Visibility};

use super::approve::require_push_permission;
use super::begin::Begun;
use super::report::report_unkept;
use super::task::Task;
use crate::access::load;
use crate::api_error::{ApiError, explanation};
use crate::github::{Github, GithubError};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{Event, FabricMessage};
use crate::objects::session::{SessionMessage, SessionReply};
use crate::repository_id::RecordedRepository;
use crate::session::{SignedIn, of_person};
use crate::timestamp::rfc3339;

/// Keeps a fabric for its creator alone: GitHub did not answer who they are.
///
/// # Errors
/// [`ApiError::TooManyDrafts`].
pub(super) async fn create_draft(
    host: &impl Host,
    person: &SignedIn,
    task: &Task<'_>,
    requests: u32,
    error: &GithubError,
) -> Result<FabricAnswer, ApiError> {
    count_draft(host, person, task.fabric).await?;
    let failure = explanation(&error.clone().into());
    let mut record = FabricRecord::new(task.fabric.clone(), task.spec, Visibility::Draft);
    record.failed(failure.clone());
    record.unreachable(&failure, &rfc3339(host.now_ms()));
    let create = FabricMessage::Create {
        record: Box::new(record),
        creator: person.user.id,
        repository: RecordedRepository::default(),
        now_ms: host.now_ms(),
    };
    ask(host, task.fabric.as_str(), &create).await?;
    let entry = task.entry(host, requests, (OperationOutcome::Failed, None));
    task.finish(host, entry, Event::Unreachable { failure })
        .await
}

/// Counts a draft among those that a person has. Where there seem to be too many, each is asked whether it still is one.
async fn count_draft(host: &impl Host, person: &SignedIn, id: &FabricId) -> Result<(), ApiError> {
    let mut gone = Vec::new();
    loop {
        let keep = SessionMessage::KeepDraft {
            fabric: id.clone(),
            gone: gone.clone(),
            now_ms: host.now_ms(),
        };
        let known = match ask(host, &of_person(person.user.id), &keep).await? {
            SessionReply::Drafts(known) if gone.is_empty() => known,
            SessionReply::Drafts(_) => return Err(ApiError::TooManyDrafts),
            _ => return Ok(()),
        };
        for id in known {
            match load(host, &id).await {
                Ok(draft) if draft.record.visibility == Visibility::Draft => {}
                Ok(_) | Err(ApiError::NoFabric) => gone.push(id),
                Err(error) => return Err(error),
            }
        }
        if gone.is_empty() {
            return Err(ApiError::TooManyDrafts);
        }
    }
}

/// Says what the branch holds where a draft is to be: to people who may push, and nothing of it is kept.
///
/// # Errors
/// [`ApiError::NoPush`], and whatever GitHub says of the repository.
pub(super) async fn validate_draft<H: Host>(
    github: &Github<'_, H>,
    begun: &Begun<'_>,
) -> Result<ValidateAnswer, ApiError> {
    let spec = &begun.spec;
    let (repo, branch) = (&spec.git_repository, &spec.branch);
    let branch_snapshot = github
        .read(repo, branch, &spec.gitops_directory, None)
        .await?;
    require_push_permission(&branch_snapshot)?;
    Ok(ValidateAnswer {
        report: report_unkept(github, spec, &branch_snapshot).await?,
        pull_request: None,
    })
}
