//! Validating a fabric: its branch is read, what was open is settled, and the record says what was found.

use shared::api::ValidateAnswer;
use shared::names::FabricId;
use shared::record::{OperationKind, Visibility};

use super::begin::begin;
use super::draft::validate_draft;
use super::ids::{Ids, Left};
use super::look::{Onlooker, look};
use crate::api_error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::session::SignedIn;

/// Reads the branch, never a cache, and says whether the directory is what it should be: one request to GitHub where the
/// directory's id is the one of the last full scan, else two (`operation/full_scan.rs`). An answer from before a write that
/// has just been seen is not taken for the truth (`operation/stale_read.rs`).
///
/// Where GitHub cannot be asked, the record says so and keeps its last known state.
///
/// `meant` is the version of the record of which somebody with push permission says that all that it told deleted was meant.
pub(crate) async fn validate<H: Host>(
    host: &H,
    person: &SignedIn,
    id: &FabricId,
    meant: Option<u64>,
) -> Result<ValidateAnswer, ApiError> {
    let ids = Ids::new(host);
    let begun = begin(
        host,
        person,
        id,
        OperationKind::Validate,
        (&ids, &Left::Nothing),
    );
    let begun = begun.await?;
    let github = Github::new(host, &person.token);
    if begun.record().visibility == Visibility::Draft {
        return Box::pin(validate_draft(&github, &begun)).await;
    }
    Box::pin(look(host, &github, &begun, Onlooker::Person(person, meant))).await
}
