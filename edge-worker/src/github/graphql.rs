//! GraphQL: documents, variables and the errors that come with status 200.

use http::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::client::{Repeat, parse};
use super::error_from_answer::{self, ErrorAnswer};
use super::{Github, GithubError, RuleSubject};
use crate::host::Host;

#[derive(Deserialize)]
struct Errors {
    errors: Option<Vec<GraphqlError>>,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: Option<T>,
}

#[derive(Deserialize)]
struct GraphqlError {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    message: String,
    /// The field that it is about, from the operation's own field on.
    #[serde(default)]
    path: Option<Vec<Value>>,
}

impl GraphqlError {
    /// Tells whether it is about a part of what an operation's own field gives, so that this one was carried out.
    fn is_of_a_part(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.len() > 1)
    }
}

impl<H: Host> Github<'_, H> {
    /// Asks a GraphQL query; `subject` is the repository that a NOT_FOUND is about.
    pub(super) async fn graphql<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &Value,
        subject: &str,
    ) -> Result<T, GithubError> {
        self.ask(document, variables, subject, Repeat::Freely).await
    }

    /// Sends a GraphQL mutation, which is never repeated unseen. An error about a part of its answer does not say that it
    /// was not carried out.
    pub(super) async fn mutate<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &Value,
        subject: &str,
    ) -> Result<T, GithubError> {
        self.ask(document, variables, subject, Repeat::Never).await
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &Value,
        subject: &str,
        repeat: Repeat,
    ) -> Result<T, GithubError> {
        let body = serde_json::json!({ "query": document, "variables": variables });
        let (url, body) = (
            self.host.config().graphql_url(),
            body.to_string().into_bytes(),
        );
        self.with_retries(repeat, async || {
            let answer = self.exchange(Method::POST, &url, &body, None).await?;
            let body = self.success_body(&answer, subject)?;
            let Errors { errors } = parse(body)?;
            let answered = ErrorAnswer {
                status: answer.status(),
                headers: answer.headers(),
                body: answer.body(),
                subject,
                now_ms: self.host.now_ms(),
            };
            let mut errors = errors.into_iter().flatten();
            let counts = |error: &GraphqlError| repeat == Repeat::Freely || !error.is_of_a_part();
            if let Some(error) = errors.find(counts) {
                return Err(from_graphql(error, &answered));
            }
            let Answer { data } = parse(body)?;
            data.ok_or_else(|| GithubError::NotUnderstood("no data".to_owned()))
        })
        .await
    }
}

/// A field that may be null, but has to be there: what an answer does not mention is not said to be absent.
pub(super) fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

fn from_graphql(error: GraphqlError, answered: &ErrorAnswer) -> GithubError {
    let GraphqlError { kind, message, .. } = error;
    let lower = message.to_lowercase();
    match kind.as_str() {
        "STALE_DATA" => GithubError::Stale,
        "NOT_FOUND" if lower.contains("resolve to a ref") => GithubError::BranchMissing(message),
        "NOT_FOUND" => GithubError::NoRepository(answered.subject.to_owned()),
        "RATE_LIMITED" | "RATE_LIMIT" => error_from_answer::graphql_limit(answered),
        "FORBIDDEN" | "INSUFFICIENT_SCOPES" => {
            error_from_answer::forbidden(answered, message, &lower)
        }
        "INTERNAL" | "SERVICE_UNAVAILABLE" => {
            error_from_answer::unavailable(answered.status, message)
        }
        _ if error_from_answer::is_time_out(&lower) => {
            error_from_answer::unavailable(answered.status, message)
        }
        kind => match error_from_answer::from_words(message, &lower, answered.subject) {
            GithubError::Refused(words) if kind.ends_with("RULE_VIOLATION") => {
                let subject = RuleSubject::Other;
                GithubError::RuleViolated { subject, words }
            }
            error => error,
        },
    }
}
