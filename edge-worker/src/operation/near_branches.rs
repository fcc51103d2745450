//! Which branches may be meant by one that does not exist.

use crate::api_error::ApiError;
use crate::github::{BranchSnapshot, Github};
use crate::host::Host;
use crate::session::SignedIn;

/// Branches with names near that of one that was read and does not exist: one request, and none where it does. They only help,
/// so where GitHub does not tell them there are none.
pub(crate) async fn near_branches<H: Host>(
    github: &Github<'_, H>,
    read: &BranchSnapshot,
) -> Vec<String> {
    if read.head.is_some() || read.left_behind.is_some() || read.repository.is_empty {
        return Vec::new();
    }
    let found = github.near_branches(&read.repository.name, &read.branch);
    found.await.unwrap_or_default()
}

/// The same for a branch that ended a request. Who is told that it does not exist may read the repository.
pub(crate) async fn with_near_branches<T>(
    host: &impl Host,
    person: &SignedIn,
    mut outcome: Result<T, ApiError>,
) -> Result<T, ApiError> {
    if let Err(error) = &mut outcome
        && let Some(missing) = error.missing_branch()
    {
        let github = Github::new(host, &person.token);
        let found = github.near_branches(&missing.repository, &missing.branch);
        missing.near = Box::pin(found).await.unwrap_or_default();
    }
    outcome
}
