//! Creating a fabric: its record, its claim, and the first commit to its directory.

use shared::api::{CreateFabric, FabricAnswer};
use shared::fabric::FabricSpec;
use shared::plan::PlanKind;
use shared::record::{DirectoryStatus, FabricRecord, OperationKind};

use super::approve::{Agreed, approved_plan, require_writable};
use super::claim::{claim, first_claim};
use super::draft::create_draft;
use super::forget::take_back;
use super::ids::{Ids, Left};
use super::member_repositories::may_write;
use super::pull_request::write_target;
use super::resume::{answer, left_of};
use super::task::Task;
use super::visibility::visibility;
use super::write_and_record::{Stopped, write_and_record};
use super::write_error::WriteError;
use crate::access::{load, require_token_to_write};
use crate::api_error::ApiError;
use crate::github::{Github, GithubError};
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::FabricMessage;
use crate::objects::repository::{Ground, PreviousClaim};
use crate::repository_id::RecordedRepository;
use crate::session::SignedIn;

/// Creates a fabric and initialises its directory: one query and one commit.
///
/// Where certainly nothing was written the answer is why, and nothing is stored. Else it is 201 with a record that tells
/// what happened. If GitHub itself is down, the record is a draft that only its creator sees.
pub(crate) async fn create<H: Host>(
    host: &H,
    person: &SignedIn,
    body: CreateFabric,
    ids: &Ids,
) -> Result<FabricAnswer, ApiError> {
    let left = left_of(host, person, &ids.fabric, ids).await?;
    if let Some(entry) = left.over(body.change.mode) {
        return answer(host, person, &ids.fabric, entry).await;
    }
    let created = create_or_go_on(host, person, body, ids, left != Left::Nothing).await;
    match created {
        Err(refusal) if ids.is_repeat && is_refusal(&refusal) => {
            forget_left(host, ids).await?;
            Err(refusal)
        }
        // What a first request stored was taken back, unless the storage failed. An earlier one may have left more.
        Err(error) if !ids.is_repeat && !is_doubtful(&error) => Err(error.left_nothing()),
        created => created,
    }
}

async fn create_or_go_on<H: Host>(
    host: &H,
    person: &SignedIn,
    body: CreateFabric,
    ids: &Ids,
    may_have_happened: bool,
) -> Result<FabricAnswer, ApiError> {
    let started_ms = host.now_ms();
    let CreateFabric {
        fabric,
        change,
        adopt,
    } = body;
    let mut spec = FabricSpec::parse_typed(&fabric).map_err(ApiError::Fields)?;
    let id = ids.fabric.clone();
    let github = Github::new(host, &person.token);
    let target = write_target(&github, &spec, &id, change.mode, !ids.is_repeat).await?;
    let mut agreed = Agreed::new(change, target, PlanKind::Adopt(adopt));
    let asked = spec.clone();
    let task = Task {
        operation: &ids.operation,
        may_have_happened,
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
        // A limit is the person's own, and GitHub would say who they are.
        Err(error @ GithubError::Unavailable { .. }) => {
            let draft = create_draft(host, person, &task, github.requests(), &error);
            return Box::pin(draft).await;
        }
        Err(error) => return Err(error.into()),
    };
    require_writable(&branch_snapshot, agreed.change.mode)?;
    agreed
        .list_contents(&github, &spec, &branch_snapshot)
        .await?;
    let plan = approved_plan(&spec, &agreed, &branch_snapshot)?;

    if plan.is_up_to_date() {
        require_token_to_write(host, person, &branch_snapshot.repository.name).await?;
    }

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
    may_write(host, person, &repository).await;
    let mut claims = first_claim(&repository, &id, &spec).filter(|_| !plan.is_up_to_date());
    loop {
        // Whoever writes grants it in the same message, unless there is more to be found out.
        if claims.is_none() {
            let claimed = (Ground::New, PreviousClaim::Release);
            if let Err(refusal) = claim(host, &branch_snapshot, &spec, &id, claimed).await {
                take_back(host, Some(&repository), &id, ids).await?;
                return Err(refusal);
            }
        }
        let planned = (branch_snapshot.clone(), plan.clone());
        let claim = claims.take();
        let write = write_and_record(host, (person, &github), &task, &agreed, planned, claim);
        return match write.await {
            Err(Stopped::NotClaimed) => continue,
            Ok(answer) => Ok(answer),
            Err(Stopped::Refused(refusal)) => {
                take_back(host, Some(&repository), &id, ids).await?;
                Err(refusal)
            }
            Err(Stopped::Unrecorded(error)) => Err(error),
        };
    }
}

/// Tells an error after which something may be left.
fn is_doubtful(error: &ApiError) -> bool {
    matches!(
        error,
        ApiError::Storage(_) | ApiError::Write(WriteError::Unconfirmed)
    )
}

/// Tells a refusal, after which nothing may be left, from what a repeat may get over.
fn is_refusal(error: &ApiError) -> bool {
    !matches!(
        error,
        ApiError::Storage(_) | ApiError::Github(_) | ApiError::Write(_) | ApiError::Busy
    )
}

/// Takes back what an earlier request under the same key stored of a creation that is refused now, unless somebody did
/// something with the fabric since, or a commit of it may be on GitHub.
async fn forget_left(host: &impl Host, ids: &Ids) -> Result<(), ApiError> {
    let Ok(fabric) = load(host, &ids.fabric).await else {
        return Ok(());
    };
    let is_untouched = fabric.record.gitops_directory_status == DirectoryStatus::NotInitialized
        && fabric.unsettled.is_empty()
        && fabric
            .last
            .is_none_or(|last| last.operation == ids.operation);
    if is_untouched {
        let repository = fabric.repository.id();
        take_back(host, repository.as_ref(), &ids.fabric, ids).await?;
    }
    Ok(())
}
