//! `GET /api/branches?repository=&query=`

use http::StatusCode;
use shared::api::BranchesAnswer;

use crate::api_error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::request::{Request, query, repository};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Lists a repository's branches, to choose from: one request to GitHub.
pub(crate) async fn get_branches(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let repo = repository(request)?;
    let wanted = query(request, "query");
    let answer = Github::new(host, &person.token)
        .branches(&repo, &wanted)
        .await?;
    Ok(json(StatusCode::OK, &BranchesAnswer::from(answer)))
}
