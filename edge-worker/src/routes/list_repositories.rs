//! `GET /api/repositories?query=&cursor=`

use http::StatusCode;
use shared::api::{Permission, RepositoriesAnswer, RepositoryChoice};

use crate::api_error::ApiError;
use crate::host::Host;
use crate::operation::member_repositories;
use crate::request::{Request, cursor, query, row_count};
use crate::response::{Response, json};
use crate::session::signed_in;

const PAGE: usize = 100;

/// Where the next page begins.
enum Cursor {
    /// After this place in the order.
    After(Place),
    /// After so many rows: a cursor from before cursors were places.
    Count(u64),
}

/// A repository's place in the list: those that can be pushed to first, then by name.
type Place = (bool, String);

/// Lists the repositories that the person can see, those that can be pushed to first.
pub(crate) async fn list_repositories(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let cursor = cursor(request, read_cursor)?;
    let part = query(request, "query").to_lowercase();
    let listed = member_repositories(host, &person).await?;
    let found = listed.repositories.into_iter();
    let mut found: Vec<RepositoryChoice> = found.map(|listed| listed.choice).collect();
    found.retain(|choice| choice.name.as_str().to_lowercase().contains(&part));
    found.sort_by_cached_key(place);
    let first = match cursor {
        None => 0,
        Some(Cursor::After(after)) => found.partition_point(|choice| place(choice) <= after),
        Some(Cursor::Count(count)) => usize::try_from(count).unwrap_or(usize::MAX),
    };
    let mut repositories = found.split_off(first.min(found.len()));
    let is_last = repositories.len() <= PAGE;
    repositories.truncate(PAGE);
    let last = repositories.last().filter(|_| !is_last);
    let answer = RepositoriesAnswer {
        next_cursor: last.map(|last| write_cursor(&place(last))),
        repositories,
        left_out: listed.left_out,
    };
    Ok(json(StatusCode::OK, &answer))
}

fn place(choice: &RepositoryChoice) -> Place {
    (!can_push(choice), choice.name.as_str().to_lowercase())
}

fn write_cursor((is_read_only, name): &Place) -> String {
    format!("{}.{name}", u8::from(*is_read_only))
}

fn read_cursor(text: &str) -> Option<Cursor> {
    let after = |is_read_only, name: &str| Some(Cursor::After((is_read_only, name.to_owned())));
    match text.split_once('.') {
        Some(("0", name)) => after(false, name),
        Some(("1", name)) => after(true, name),
        _ => row_count(text).map(Cursor::Count),
    }
}

/// Whether the person may write to this repository.
fn can_push(choice: &RepositoryChoice) -> bool {
    choice.permission == Permission::Write && !choice.archived
}
