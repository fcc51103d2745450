//! `GET /api/snapshot?repository=&branch=&directory=`

use http::StatusCode;
use shared::fabric::FieldError;
use shared::names::{BranchName, DirectoryPath, RepoName};

use crate::api_error::ApiError;
use crate::github::{Github, Target};
use crate::host::Host;
use crate::operation::{claim_holder, near_branches, require_possible_branch};
use crate::request::{Request, query};
use crate::response::{Response, json};
use crate::session::signed_in;
use crate::wire::snapshot_answer;

/// Gives what a branch holds now, as far as a directory is concerned: one request to GitHub. For a branch that does not
/// exist it is what the default branch holds, which the branch would begin from, with the names that are near: four requests. Where only a pull request
/// reaches the branch, and in an empty repository, one more. A fabric that has the directory already is named, so that
/// nobody approves what would be refused.
pub(crate) async fn get_snapshot(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let (repo, branch, directory) = requested_directory(request)?;
    let github = Github::new(host, &person.token);
    let mut branch_snapshot = github
        .read_target(&repo, &Target::of(&branch), &directory, None)
        .await?;
    require_possible_branch(&branch_snapshot)?;
    github.read_further_rules(&mut branch_snapshot).await?;
    let mut answer = snapshot_answer(&branch_snapshot);
    answer.claim = claim_holder(host, &branch_snapshot).await;
    answer.near_branches = near_branches(&github, &branch_snapshot).await;
    Ok(json(StatusCode::OK, &answer))
}

fn requested_directory(
    request: &Request,
) -> Result<(RepoName, BranchName, DirectoryPath), ApiError> {
    let mut errors = Vec::new();
    let mut invalid = |field: &str, message: String| {
        errors.push(FieldError {
            field: field.to_owned(),
            message,
        })
    };
    let repo = RepoName::parse(&query(request, "repository"))
        .map_err(|error| invalid("repository", error.to_string()));
    let branch = BranchName::parse(&query(request, "branch"))
        .map_err(|error| invalid("branch", error.to_string()));
    let directory = DirectoryPath::parse(&query(request, "directory"))
        .map_err(|error| invalid("directory", error.to_string()));
    match (repo, branch, directory) {
        (Ok(repo), Ok(branch), Ok(directory)) => Ok((repo, branch, directory)),
        _ => Err(ApiError::Fields(errors)),
    }
}
