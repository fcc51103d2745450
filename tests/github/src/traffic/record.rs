//! What is remembered of a request: never its token.

use axum::http::{HeaderMap, Method, Uri, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request as it came in, and the status it was answered with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedRequest {
    /// Counts requests from the stand-in's start.
    pub number: u64,
    /// The method, in capitals.
    pub method: String,
    /// The path, still encoded.
    pub path: String,
    /// The query without `?`.
    pub query: Option<String>,
    /// Who asked; nothing for nobody or an unknown token.
    pub login: Option<String>,
    /// The client's name for itself.
    pub user_agent: Option<String>,
    /// Whether it asks for today's node ids.
    pub asks_for_next_ids: bool,
    /// The query or mutation, if it is one.
    pub graphql: Option<Graphql>,
    /// The status of the answer; nothing while it is handled, or if the connection was dropped.
    pub status: Option<u16>,
}

/// The GraphQL part of a request, without its variables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Graphql {
    /// `operationName`, or the name in the document.
    pub operation: Option<String>,
    pub document: String,
}

impl RecordedRequest {
    pub(crate) fn new(
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        login: Option<String>,
    ) -> Self {
        let user_agent = headers.get(header::USER_AGENT);
        let next_ids = headers.get("x-github-next-global-id");
        RecordedRequest {
            number: 0,
            method: method.to_string(),
            path: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            login,
            user_agent: user_agent
                .and_then(|agent| agent.to_str().ok())
                .map(str::to_owned),
            asks_for_next_ids: next_ids.is_some_and(|value| value == "1"),
            graphql: None,
            status: None,
        }
    }
}

impl Graphql {
    pub(crate) fn read(path: &str, body: &[u8]) -> Option<Self> {
        if !path.ends_with("/graphql") {
            return None;
        }
        let request: Value = serde_json::from_slice(body).ok()?;
        let document = request["query"].as_str()?.to_owned();
        let named = request["operationName"].as_str().map(str::to_owned);
        let operation = named.or_else(|| name_in(&document));
        Some(Graphql {
            operation,
            document,
        })
    }
}

/// Returns the name of the operation that the document starts with.
fn name_in(document: &str) -> Option<String> {
    let document = document.trim_start();
    let rest = document
        .strip_prefix("query")
        .or_else(|| document.strip_prefix("mutation"))?
        .trim_start();
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    let name = &rest[..end.unwrap_or(rest.len())];
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_known_by_name() {
        for (document, name) in [
            ("query Head($a: Int) { x }", Some("Head")),
            ("mutation Commit{ x }", Some("Commit")),
            ("{ viewer { login } }", None),
            ("query { viewer { login } }", None),
        ] {
            assert_eq!(name_in(document).as_deref(), name, "{document}");
        }
    }
}
