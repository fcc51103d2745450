//! `POST /api/fabrics/{id}/validate-gitops`

use http::StatusCode;
use shared::diff::diff;
use shared::layout::layout;
use shared::names::FabricId;
use shared::record::{OperationKind, OperationOutcome, Visibility};
use shared::report::Report;

use crate::error::{ApiError, failure};
use crate::github::{Github, GithubError};
use crate::host::{Host, random};
use crate::objects::fabric::Event;
use crate::operation::{Fabric, Task, load};
use crate::request::Request;
use crate::response::{Response, json};
use crate::session::signed_in;

/// Reads the branch, never a cache, and says whether the directory is what it should be: one request to GitHub.
///
/// Where GitHub cannot be asked, the record says so and keeps its last known state.
pub(crate) async fn validate_gitops<H: Host>(
    host: &H,
    request: &Request,
    id: &FabricId,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let started_ms = host.now_ms();
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
        kind: OperationKind::Validate,
        actor: &person.user.login,
        started_ms,
        fabric: id,
        spec: &spec,
    };

    let github = Github::new(host, &person.token);
    match github
        .read(
            &spec.git_repository,
            &spec.branch,
            &spec.gitops_directory,
            None,
        )
        .await
    {
        Ok(reading) => {
            let snapshot = &reading.snapshot;
            let found = diff(&layout(&spec), &spec.gitops_directory, snapshot);
            let report = Report::new(
                &found,
                snapshot.head().map(|head| head.commit),
                snapshot.directory_id(&spec.gitops_directory),
            );
            let entry = task.entry(host, github.requests(), (OperationOutcome::Unchanged, None));
            task.finish(
                host,
                entry,
                Event::Checked {
                    report: report.clone(),
                },
            )
            .await?;
            Ok(json(StatusCode::OK, &report))
        }
        Err(GithubError::NoRepository(_)) if record.visibility == Visibility::Private => {
            Err(ApiError::NoFabric)
        }
        Err(error) if error.is_unreachable() => {
            let entry = task.entry(host, github.requests(), (OperationOutcome::Failed, None));
            task.finish(
                host,
                entry,
                Event::Unreachable {
                    failure: failure(&error),
                },
            )
            .await?;
            Err(error.into())
        }
        Err(error) => Err(error.into()),
    }
}
