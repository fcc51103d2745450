//! `GET /api/branches?repository=&query=`

use http::StatusCode;
use shared::api::BranchesAnswer;
use shared::fabric::FieldError;
use shared::names::RepoName;

use crate::error::ApiError;
use crate::github::Github;
use crate::host::Host;
use crate::request::{Request, query};
use crate::response::{Response, json};
use crate::session::signed_in;

/// Lists a repository's branches, for whoever chooses one: one request to GitHub.
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

/// The repository that a query names.
pub(super) fn repository(request: &Request) -> Result<RepoName, ApiError> {
    RepoName::parse(&query(request, "repository")).map_err(|error| {
        ApiError::Fields(vec![FieldError {
            field: "repository".to_owned(),
            message: error.to_string(),
        }])
    })
}
