//! What GitHub could not deliver to the App, and delivering it again: GitHub tries nothing again by itself.

use http::header::LINK;
use http::{Method, StatusCode};
use serde::Deserialize;

use super::proof;
use crate::github::client::{Repeat, parse};
use crate::github::{Github, GithubError};
use crate::host::Host;
use crate::timestamp::from_rfc3339;

/// One attempt to deliver something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub id: u64,
    /// The same for all attempts.
    pub guid: String,
    pub at_ms: u64,
    /// What came back; 0 where nothing did.
    pub status_code: u16,
    pub event: String,
    /// GitHub's number of the repository that it is about.
    pub repository: Option<u64>,
}

#[derive(Deserialize)]
struct Item {
    id: u64,
    guid: String,
    delivered_at: String,
    status_code: i64,
    event: String,
    repository_id: Option<u64>,
}

impl From<Item> for Attempt {
    fn from(item: Item) -> Self {
        Self {
            id: item.id,
            guid: item.guid,
            at_ms: from_rfc3339(&item.delivered_at).unwrap_or_default(),
            status_code: u16::try_from(item.status_code).unwrap_or_default(),
            event: item.event,
            repository: item.repository_id,
        }
    }
}

/// Attempts, the newest first, and what leads to the older ones.
pub(crate) struct Attempts {
    pub list: Vec<Attempt>,
    pub cursor: Option<String>,
}

/// The attempts that failed, of the three days that GitHub keeps; a server that does not know the question gives all. None where there
/// is no App that proves itself, or it has no webhook.
pub(crate) async fn failed_deliveries(
    host: &impl Host,
    cursor: Option<&str>,
) -> Result<Option<Attempts>, GithubError> {
    let Some((_, proof)) = proof(host).await? else {
        return Ok(None);
    };
    let github = Github::background(host, Some(&proof));
    let mut path = "/app/hook/deliveries?status=failure&per_page=100".to_owned();
    if let Some(cursor) = cursor {
        let cursor: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
        path += &format!("&cursor={cursor}");
    }
    let url = github.url(&path);
    let ask = async || {
        let answer = github.exchange(Method::GET, &url, &[], None).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        let items: Vec<Item> = parse(host, github.success_body(&answer, &path)?)?;
        let links = answer.headers().get(LINK);
        let links = links.and_then(|links| links.to_str().ok());
        Ok(Some(Attempts {
            list: items.into_iter().map(Attempt::from).collect(),
            cursor: links.and_then(next_cursor),
        }))
    };
    github.with_retries(Repeat::Freely, ask).await
}

/// The cursor of the link to the next page.
fn next_cursor(links: &str) -> Option<String> {
    let mut links = links.split(',');
    let next = links.find(|link| link.contains("rel=\"next\""))?;
    let address = next.split_once('<')?.1.split_once('>')?.0;
    let (_, query) = address.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let cursor = pairs.find(|(name, _)| name == "cursor")?;
    Some(cursor.1.into_owned())
}

/// Lets GitHub deliver something again, and tells whether it knows it still.
pub(crate) async fn redeliver(host: &impl Host, attempt: u64) -> Result<bool, GithubError> {
    let Some((_, proof)) = proof(host).await? else {
        return Ok(false);
    };
    let github = Github::background(host, Some(&proof));
    let path = format!("/app/hook/deliveries/{attempt}/attempts");
    let url = github.url(&path);
    let ask = async || {
        let answer = github.exchange(Method::POST, &url, &[], None).await?;
        if answer.status() == StatusCode::NOT_FOUND {
            return Ok(false);
        }
        github.success_body(&answer, &path).map(|_| true)
    };
    // It would only be delivered once more.
    github.with_retries(Repeat::Freely, ask).await
}

#[cfg(test)]
mod tests {
    use super::next_cursor;

    #[test]
    fn the_next_page_is_the_one_that_github_links() {
        let link = |cursor: &str, rel: &str| {
            format!(
                "<https://api.github.com/app/hook/deliveries?per_page=100&cursor={cursor}>; rel=\"{rel}\""
            )
        };
        let both = format!("{}, {}", link("v1_1", "prev"), link("v1_2%2B", "next"));
        assert_eq!(next_cursor(&both).as_deref(), Some("v1_2+"));
        for none in ["", "<>; rel=\"next\"", &link("v1_1", "first")] {
            assert_eq!(next_cursor(none), None, "{none}");
        }
    }
}
