//! GraphQL: documents, variables and the errors that come with status 200.

use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Github, GithubError};
use crate::host::Host;

#[derive(Deserialize)]
struct Answer<T> {
    data: Option<T>,
    errors: Option<Vec<GraphqlError>>,
}

#[derive(Deserialize)]
struct GraphqlError {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    message: String,
}

impl<H: Host> Github<'_, H> {
    /// Asks a GraphQL document; `subject` is the repository that a NOT_FOUND is about.
    pub(super) async fn graphql<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &Value,
        subject: &str,
    ) -> Result<T, GithubError> {
        let body = serde_json::json!({ "query": document, "variables": variables });
        let bytes = self
            .send(
                Method::POST,
                &self.host.config().graphql_url(),
                body.to_string().into_bytes(),
            )
            .await?;
        let answer: Answer<T> = serde_json::from_slice(&bytes)
            .map_err(|error| GithubError::NotUnderstood(error.to_string()))?;
        if let Some(error) = answer.errors.into_iter().flatten().next() {
            return Err(worded(error, subject));
        }
        answer
            .data
            .ok_or_else(|| GithubError::NotUnderstood("no data".to_owned()))
    }
}

fn worded(error: GraphqlError, subject: &str) -> GithubError {
    let GraphqlError { kind, message } = error;
    let lower = message.to_lowercase();
    match kind.as_str() {
        "STALE_DATA" => GithubError::Stale,
        "NOT_FOUND" => GithubError::NoRepository(subject.to_owned()),
        "RATE_LIMITED" | "RATE_LIMIT" => GithubError::RateLimited(None),
        "FORBIDDEN" | "INSUFFICIENT_SCOPES" if !lower.contains("protected branch") => {
            GithubError::Forbidden(message)
        }
        _ if [
            "rule violations",
            "protected branch",
            "required status check",
            "approving review",
        ]
        .iter()
        .any(|part| lower.contains(part)) =>
        {
            GithubError::Protected(message)
        }
        "INTERNAL" | "SERVICE_UNAVAILABLE" => GithubError::Unavailable(message),
        _ if super::client::is_time_out(&lower) => GithubError::Unavailable(message),
        _ => GithubError::Refused(message),
    }
}
