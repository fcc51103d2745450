//! `GET /api/repositories?query=&cursor=`

use http::StatusCode;
use shared::api::{Permission, RepositoriesAnswer, RepositoryChoice};

use crate::api_error::ApiError;
use crate::host::Host;
use crate::operation::member_repositories;
use crate::request::{Request, offset, query};
use crate::response::{Response, json};
use crate::session::signed_in;

const PAGE: usize = 100;

/// Lists the repositories that the person can see, those that can be pushed to first.
pub(crate) async fn list_repositories(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let offset = offset(request)?;
    let part = query(request, "query").to_lowercase();
    let found = member_repositories(host, &person).await?.into_iter();
    let mut found: Vec<RepositoryChoice> = found.map(|listed| listed.choice).collect();
    found.retain(|choice| choice.name.as_str().to_lowercase().contains(&part));
    found.sort_by_cached_key(|choice| {
        let may_push = can_push(choice);
        (!may_push, choice.name.as_str().to_lowercase())
    });
    let next = offset.saturating_add(PAGE);
    let next_cursor = (next < found.len()).then(|| next.to_string());
    let repositories = found.into_iter().skip(offset).take(PAGE).collect();
    let answer = RepositoriesAnswer {
        repositories,
        next_cursor,
    };
    Ok(json(StatusCode::OK, &answer))
}

/// Whether the person may write to this repository.
fn can_push(choice: &RepositoryChoice) -> bool {
    choice.permission == Permission::Write && !choice.archived
}
