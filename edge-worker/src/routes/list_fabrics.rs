//! `GET /api/fabrics?query=&state=&cursor=`

use http::StatusCode;
use shared::api::{FabricsAnswer, Permission};
use shared::fabric::FieldError;
use shared::quote::sentence::Name;
use shared::record::DirectoryStatus;

use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::ask;
use crate::objects::index::{self, IndexMessage, IndexReply};
use crate::operation::member_repositories;
use crate::request::{Request, offset, query};
use crate::response::{Response, json};
use crate::session::signed_in;

/// How many fabrics a page has: a table of 5,000 rows takes ten requests.
const PAGE: u64 = 500;

/// Lists the fabrics of the repositories that the person can push to: one question to the index, and none to GitHub
/// while its list of repositories is fresh.
pub(crate) async fn list_fabrics(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let offset = u64::try_from(offset(request)?).unwrap_or(u64::MAX);
    let states = states(&query(request, "state"))?;
    let repositories = member_repositories(host, &person).await?;
    let writable = || {
        let all = repositories.iter();
        all.filter(|listed| listed.choice.permission == Permission::Write)
    };
    let find = IndexMessage::Find {
        numbers: writable().filter_map(|listed| listed.number).collect(),
        repositories: writable().map(|listed| listed.choice.id.clone()).collect(),
        person: person.user.id,
        query: query(request, "query").trim().to_owned(),
        states,
        offset,
        limit: PAGE,
    };
    let answer = match ask(host, index::NAME, &find).await? {
        IndexReply::Found { fabrics, more } => FabricsAnswer {
            fabrics,
            next_cursor: more.then(|| (offset + PAGE).to_string()),
        },
        _ => FabricsAnswer::default(),
    };
    Ok(json(StatusCode::OK, &answer))
}

/// One state or several, separated by commas; none means all.
fn states(text: &str) -> Result<Vec<DirectoryStatus>, ApiError> {
    let words = text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let state = |word: &str| {
        serde_json::from_value(word.into()).map_err(|_| {
            let message = format!("{} is not a state: use not_initialized, initializing, initialized, error or invalid_structure", Name(word));
            let field = "state".to_owned();
            ApiError::Fields(vec![FieldError { field, message }])
        })
    };
    words.map(state).collect()
}
