//! `DELETE /api/fabrics/{id}`

use http::StatusCode;
use shared::api::{ForgetFabric, Forgotten, WriteMode};
use shared::fabric::FieldError;
use shared::names::FabricId;
use shared::plan::remove;
use shared::quote::commit_message::name;
use shared::record::{DirectoryStatus, OperationKind, OperationOutcome};

use super::create_fabric::forget;
use crate::access::{Fabric, load, require_push};
use crate::error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::operation::{
    RootOutcome, RootWrite, approved_root, begin, confirm_unless_draft, may_begin, once,
};
use crate::request::{self, Request};
use crate::response::{Response, json};
use crate::session::{SignedIn, signed_in};

/// Forgets a fabric. With `remove_files` the layout's own files are taken off the branch before, in one commit that is
/// approved by the repository's root tree; what people wrote stays.
pub(crate) async fn forget_fabric(
    host: &impl Host,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    once(host, &person, request, end(host, &person, request, id)).await
}

async fn end<H: Host>(
    host: &H,
    person: &SignedIn,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let ForgetFabric {
        remove_files,
        approval,
    } = if request.body().is_empty() {
        ForgetFabric::default()
    } else {
        request::json(request)?
    };
    if !remove_files {
        return forget_record(host, person, load(host, id).await?, id).await;
    }
    let approval = approval.ok_or_else(|| {
        let message = "send the plan's approval, since files are removed".to_owned();
        let field = "approval".to_owned();
        ApiError::Fields(vec![FieldError { field, message }])
    })?;
    let begun = begin(host, person, id, OperationKind::Remove).await?;
    if let Err(error) = begun.refuse_unsettled_move() {
        return Err(begun.refused(host, person, error).await);
    }
    let spec = &begun.spec;
    let github = Github::new(host, &person.token);
    let (repo, branch) = (&spec.git_repository, &spec.branch);
    let reading = github.read(repo, branch, &spec.gitops_directory, None);
    let reading = reading
        .await
        .map_err(|error| begun.hide_existence(error.into()))?;
    begun.same_repository(&reading)?;
    may_begin(&reading, WriteMode::Commit)?;
    let plan = remove(spec, &reading.snapshot)
        .map_err(|error| ApiError::CannotArrange(error.to_string()))?;
    approved_root(&plan, &approval, spec.gitops_directory.as_str())?;
    confirm_unless_draft(host, begun.record(), &reading).await?;
    let task = begun.task();
    let mut forgotten = Forgotten {
        fabric: id.clone(),
        operation: None,
        commit_url: None,
    };
    if !plan.changes.is_empty() {
        let headline = format!(
            "Remove GitOps directory of fabric {}",
            name(spec.name.as_str())
        );
        let write = RootWrite {
            github: &github,
            task: &task,
            reading: &reading,
            plan: &plan,
            headline: &headline,
            becomes: None,
        };
        match write.commit_and_record(host).await? {
            RootOutcome::Committed(seen) => {
                let ending = (OperationOutcome::Committed, Some(seen.id));
                forgotten.operation = Some(task.entry(host, github.requests(), ending));
                forgotten.commit_url = Some(seen.url);
            }
            // The fabric stays, and its record says why.
            RootOutcome::Failed(error) => return Err(error.into()),
        }
    } else if load(host, id).await?.record.gitops_directory_status == DirectoryStatus::Initializing
    {
        // Its commit would be nobody's.
        return Err(ApiError::Busy);
    }
    forget(host, Some(&reading.repository.id), id).await?;
    Ok(json(StatusCode::OK, &forgotten))
}

/// Whoever may push may forget, and nobody else: who made the record may have left since.
async fn forget_record<H: Host>(
    host: &H,
    person: &SignedIn,
    fabric: Fabric,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let repository = require_push(host, person, &fabric).await?;
    if fabric.record.gitops_directory_status == DirectoryStatus::Initializing {
        // Its commit would be nobody's.
        return Err(ApiError::Busy);
    }
    forget(host, repository.as_ref(), id).await?;
    Ok(json(
        StatusCode::OK,
        &Forgotten {
            fabric: id.clone(),
            operation: None,
            commit_url: None,
        },
    ))
}
