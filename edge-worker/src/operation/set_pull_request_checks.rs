//! Setting how the pull requests are checked that touch a fabric. Nothing is written to GitHub.

use shared::api::FabricAnswer;
use shared::fabric::FieldError;
use shared::names::FabricId;
use shared::record::{PullRequestChecks, Visibility};

use crate::access::{load, require_push};
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::fabric::{FabricMessage, FabricReply};
use crate::session::SignedIn;

/// Sets it, for whoever may push to the repository with a token that could.
///
/// # Errors
/// [`ApiError::Busy`] while an operation is under way, and the record is its to change.
pub(crate) async fn set_pull_request_checks(
    host: &impl Host,
    person: &SignedIn,
    id: &FabricId,
    how: PullRequestChecks,
) -> Result<FabricAnswer, ApiError> {
    // What is wrong has GitHub asked for nothing.
    if let PullRequestChecks::Other(_) = how {
        return Err(ApiError::Fields(vec![FieldError {
            field: "pull_request_checks".to_owned(),
            message: "is `comment_free`, `check_only` or `off`".to_owned(),
        }]));
    }
    let fabric = load(host, id).await?;
    if fabric.record.visibility == Visibility::Draft && fabric.creator == person.user.id {
        return Err(ApiError::Draft);
    }
    require_push(host, person, &fabric).await?;
    let set = FabricMessage::SetPullRequestChecks { how };
    match ask(host, id.as_str(), &set).await? {
        FabricReply::Unknown => Err(ApiError::NoFabric),
        FabricReply::Busy => Err(ApiError::Busy),
        _ => {
            let fabric = load(host, id).await?;
            Ok(FabricAnswer {
                record: fabric.record,
                operation: fabric.last,
            })
        }
    }
}
