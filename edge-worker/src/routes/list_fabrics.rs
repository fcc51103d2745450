//! `GET /api/fabrics?query=&state=&cursor=`

use http::StatusCode;
use shared::api::{FabricSummary, FabricsAnswer, Permission};
use shared::fabric::FieldError;
use shared::names::FabricId;
use shared::problem::advice::{self, Advice};
use shared::problem::{Code, Explanation};
use shared::quote::sentence::Name;
use shared::record::{DirectoryStatus, Visibility};

use crate::access::oldest_current;
use crate::api_error::ApiError;
use crate::host::Host;
use crate::objects::index::{IndexMessage, IndexReply, Lost, Place, ReadOnly};
use crate::objects::session::ListedRepository;
use crate::operation::{MemberRepositories, find_rows, member_repositories};
use crate::request::{Request, cursor, query, row_count};
use crate::response::{Response, json};
use crate::session::signed_in;

/// How many fabrics a page has: a table of 5,000 rows takes ten requests.
const PAGE: u64 = 500;

/// Lists the fabrics of the repositories in which the person has a role, and says which of them may only be read: one question to the index, and none to GitHub
/// while its list of repositories is fresh. Rows that an index lost whose storage is young are found by the claims of these
/// repositories; while there may be more of them, the list says so.
pub(crate) async fn list_fabrics(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    let person = signed_in(host, request).await?;
    let Cursor { count, after } = cursor(request, read_cursor)?.unwrap_or_default();
    let states = states(&query(request, "state"))?;
    let MemberRepositories {
        repositories,
        mut left_out,
    } = member_repositories(host, &person).await?;
    let read_only = repositories
        .iter()
        .filter(|listed| listed.choice.permission == Permission::Read);
    let (numbers, node_ids) = ids(read_only);
    let read_only = ReadOnly {
        numbers,
        repositories: node_ids,
    };
    let (numbers, node_ids) = ids(repositories.iter());
    let now_ms = Some(host.now_ms());
    let find = |learnt| IndexMessage::Find {
        numbers: numbers.clone(),
        repositories: node_ids.clone(),
        read_only: read_only.clone(),
        person: person.user.id,
        query: query(request, "query").trim().to_owned(),
        states: states.clone(),
        offset: count,
        after: after.clone(),
        limit: PAGE,
        learnt,
        now_ms,
    };
    let reply = find_rows(host, &repositories, find).await?;
    let oldest = oldest_current(host);
    let answer = match reply {
        IndexReply::Found {
            fabrics,
            more,
            last,
            lost,
            unreadable,
        } => {
            let is_whole = left_out.is_empty();
            left_out.extend(not_found(&lost));
            left_out.extend(not_readable(unreadable));
            let in_draft = |row: FabricSummary| match row.visibility {
                Visibility::Draft => FabricSummary {
                    permission: permission_in(&repositories, &row, is_whole),
                    ..row
                },
                _ => row,
            };
            let rows = fabrics.into_iter().map(in_draft);
            FabricsAnswer {
                fabrics: rows.map(|row| row.as_of(&oldest)).collect(),
                next_cursor: more.then(|| {
                    let count = count + PAGE;
                    let cursor = Cursor { count, after: last };
                    write_cursor(&cursor)
                }),
                left_out,
            }
        }
        _ => FabricsAnswer::default(),
    };
    Ok(json(StatusCode::OK, &answer))
}

/// What the person may do in the repository of their draft, which GitHub did not identify yet: nothing is known where its
/// list leaves repositories out.
fn permission_in(
    listed: &[ListedRepository],
    draft: &FabricSummary,
    is_whole: bool,
) -> Option<Permission> {
    let repo = draft.git_repository.as_str();
    let mut choices = listed.iter().map(|listed| &listed.choice);
    let choice = choices.find(|choice| choice.name.as_str().eq_ignore_ascii_case(repo));
    match choice {
        Some(choice) => Some(choice.permission),
        None => is_whole.then_some(Permission::Read),
    }
}

/// Why rows may be missing that the index has lost.
fn not_found(lost: &Lost) -> Option<Explanation> {
    let (message, hint) = match (lost.repositories.is_empty(), lost.fabrics.is_empty()) {
        (true, true) => return None,
        (false, _) => (
            "not all of your repositories were looked through for fabrics: some may be missing until this list is two days old",
            advice::LOAD_LIST_AGAIN,
        ),
        (true, false) => (
            "some fabrics are missing: they have lost their place in this list, and did not all answer yet",
            advice::LOAD_LIST_OR_ASK,
        ),
    };
    Some(left_out_of_list(message.to_owned(), hint))
}

/// Why rows are missing that only another version can read.
fn not_readable(count: u32) -> Option<Explanation> {
    let message = match count {
        0 => return None,
        1 => "a fabric is missing: only a newer version of Hedgerow can read its row".to_owned(),
        _ => format!(
            "{count} fabrics are missing: only a newer version of Hedgerow can read their rows"
        ),
    };
    Some(left_out_of_list(message, advice::GO_FORWARD))
}

fn left_out_of_list(message: String, hint: Advice) -> Explanation {
    Explanation {
        code: Code::StorageUnavailable,
        message,
        hint: hint.api.to_owned(),
    }
}

/// GitHub's numbers and node ids of repositories.
fn ids<'a>(listed: impl Iterator<Item = &'a ListedRepository>) -> (Vec<u64>, Vec<String>) {
    let both = listed.map(|listed| (listed.number, listed.choice.id.clone()));
    let (numbers, node_ids): (Vec<_>, Vec<_>) = both.unzip();
    (numbers.into_iter().flatten().collect(), node_ids)
}

/// Where the next page begins.
#[derive(Default)]
struct Cursor {
    /// How many rows came before; counted only where the place is not known, as by versions before this one.
    count: u64,
    /// The place of the row before.
    after: Option<Place>,
}

/// `<count>.<as of>.<rank>.<fabric>.<name>`, or the count alone.
fn write_cursor(Cursor { count, after }: &Cursor) -> String {
    let Some(place) = after else {
        return count.to_string();
    };
    let Place {
        as_of,
        rank,
        name,
        fabric,
    } = place;
    format!("{count}.{as_of}.{rank}.{fabric}.{name}")
}

fn read_cursor(text: &str) -> Option<Cursor> {
    let mut parts = text.splitn(5, '.');
    let count = row_count(parts.next()?)?;
    let Some(as_of) = parts.next() else {
        let after = None;
        return Some(Cursor { count, after });
    };
    let after = Some(Place {
        as_of: as_of.parse().ok()?,
        rank: parts.next()?.parse().ok()?,
        fabric: FabricId::parse(parts.next()?).ok()?,
        name: parts.next()?.to_owned(),
    });
    Some(Cursor { count, after })
}

/// One state or several, separated by commas; none means all.
fn states(text: &str) -> Result<Vec<DirectoryStatus>, ApiError> {
    let words = text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let state = |word: &str| {
        let state = DirectoryStatus::ALL
            .into_iter()
            .find(|state| state.as_str() == word);
        state.ok_or_else(|| {
            let message = format!("{} is not a state: use not_initialized, initializing, initialized, error or invalid_structure", Name(word));
            let field = "state".to_owned();
            ApiError::Fields(vec![FieldError { field, message }])
        })
    };
    words.map(state).collect()
}
