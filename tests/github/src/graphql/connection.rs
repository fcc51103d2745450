//! Pages of a list. GitHub wants to be told how long a page may be.

use async_graphql::{OutputType, SimpleObject};

use super::commit::Commit;
use super::failure::Failure;
use super::reference::Ref;
use super::repository::Repository;
use super::rules::RepositoryRule;

const LONGEST_PAGE: i32 = 100;

#[derive(SimpleObject)]
#[graphql(
    concrete(name = "CommitHistoryConnection", params(Commit)),
    concrete(name = "RefConnection", params(Ref)),
    concrete(name = "RepositoryConnection", params(Repository)),
    concrete(name = "RepositoryRuleConnection", params(RepositoryRule))
)]
pub(super) struct Connection<T: OutputType> {
    pub nodes: Option<Vec<Option<T>>>,
    pub page_info: PageInfo,
    pub total_count: i32,
}

#[derive(SimpleObject)]
pub(super) struct PageInfo {
    end_cursor: Option<String>,
    has_next_page: bool,
    has_previous_page: bool,
    pub start_cursor: Option<String>,
}

/// The part of a list that is asked for.
#[derive(Default)]
pub(super) struct Page {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

impl Page {
    /// Takes this page of `all`, the list that is named `name`; cursors are places counted from 1.
    pub fn of<T: OutputType>(self, name: &str, all: Vec<T>) -> Result<Connection<T>, Failure> {
        let total = all.len();
        let place = |cursor: &Option<String>| cursor.as_ref().and_then(|text| text.parse().ok());
        let mut start = place(&self.after).unwrap_or(0).min(total);
        let before = place(&self.before).map_or(total, |place: usize| place.saturating_sub(1));
        let mut end = before.clamp(start, total);
        match (self.first, self.last) {
            (None, None) => {
                let message = format!(
                    "You must provide a `first` or `last` value to properly paginate the `{name}` connection."
                );
                return Err(Failure::new("MISSING_PAGINATION_BOUNDARIES", message));
            }
            (Some(first), _) => end = end.min(start + length(name, "first", first)?),
            (None, Some(last)) => {
                start = start.max(end.saturating_sub(length(name, "last", last)?))
            }
        }
        let nodes: Vec<_> = all.into_iter().skip(start).take(end - start).collect();
        let cursor = |place: usize| (start < end).then(|| place.to_string());
        Ok(Connection {
            page_info: PageInfo {
                start_cursor: cursor(start + 1),
                end_cursor: cursor(end),
                has_next_page: end < total,
                has_previous_page: start > 0,
            },
            nodes: Some(nodes.into_iter().map(Some).collect()),
            total_count: total as i32,
        })
    }
}

fn length(name: &str, argument: &str, wanted: i32) -> Result<usize, Failure> {
    if wanted > LONGEST_PAGE {
        let message = format!(
            "Requesting {wanted} records on the `{name}` connection exceeds the `{argument}` limit of 100 records."
        );
        return Err(Failure::new("EXCESSIVE_PAGINATION", message));
    }
    let message = format!("`{argument}` on the `{name}` connection cannot be less than zero.");
    usize::try_from(wanted).map_err(|_| Failure::new("UNPROCESSABLE", message))
}
