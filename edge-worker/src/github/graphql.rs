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
    #[serde(default)]
    extensions: Option<Extensions>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    /// What is wrong with the document, in a word.
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    type_name: Option<String>,
    #[serde(default)]
    field_name: Option<String>,
}

impl Extensions {
    /// What the document asks for and the server does not have: a type, or a type and its field.
    fn lacks(self) -> Option<String> {
        if !matches!(
            self.code.as_deref()?,
            "undefinedField"
                | "undefinedType"
                | "argumentNotAccepted"
                | "variableRequiresValidType"
                | "fragmentOnNonCompositeType"
        ) {
            return None;
        }
        let names = [self.type_name, self.field_name];
        let names: Vec<String> = names.into_iter().flatten().collect();
        Some(names.join("."))
    }
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
        let answer = self.ask(document, variables, subject, Repeat::Freely, |_| true);
        answer.await.map(|(data, _)| data)
    }

    /// As [`Github::graphql`], where the person may be refused a part that `may_lack` names by its path: gives what came,
    /// and why the rest did not.
    pub(super) async fn graphql_in_part<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &Value,
        subject: &str,
        may_lack: impl Fn(&[Value]) -> bool,
    ) -> Result<(T, Vec<GithubError>), GithubError> {
        let counts = |error: &GraphqlError| {
            let is_refused = matches!(error.kind.as_str(), "FORBIDDEN" | "INSUFFICIENT_SCOPES");
            !(is_refused && error.path.as_deref().is_some_and(&may_lack))
        };
        self.ask(document, variables, subject, Repeat::Freely, counts)
            .await
    }

    /// As [`Github::graphql`], of many repositories, where `may_lack` names those that may be missing by their paths.
    pub(super) async fn graphql_of_many<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &Value,
        may_lack: impl Fn(&[Value]) -> bool,
    ) -> Result<T, GithubError> {
        let counts = |error: &GraphqlError| {
            let is_missing = matches!(
                error.kind.as_str(),
                "NOT_FOUND" | "FORBIDDEN" | "INSUFFICIENT_SCOPES"
            );
            !(is_missing && error.path.as_deref().is_some_and(&may_lack))
        };
        let answer = self.ask(document, variables, "", Repeat::Freely, counts);
        answer.await.map(|(data, _)| data)
    }

    /// Sends a GraphQL mutation, which is never repeated unseen. An error about a part of its answer does not say that it
    /// was not carried out.
    pub(super) async fn mutate<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &Value,
        subject: &str,
    ) -> Result<T, GithubError> {
        let counts = |error: &GraphqlError| !error.is_of_a_part();
        let answer = self.ask(document, variables, subject, Repeat::Never, counts);
        answer.await.map(|(data, _)| data)
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        document: &str,
        variables: &Value,
        subject: &str,
        repeat: Repeat,
        counts: impl Fn(&GraphqlError) -> bool,
    ) -> Result<(T, Vec<GithubError>), GithubError> {
        let body = serde_json::json!({ "query": document, "variables": variables });
        let (url, body) = (
            self.host.config().graphql_url(),
            body.to_string().into_bytes(),
        );
        self.with_retries(repeat, async || {
            let answer = self.exchange(Method::POST, &url, &body, None).await?;
            let body = self.success_body(&answer, subject)?;
            let Errors { errors } = parse(self.host, body)?;
            let answered = ErrorAnswer {
                status: answer.status(),
                headers: answer.headers(),
                body: answer.body(),
                subject,
                now_ms: self.host.now_ms(),
            };
            let mut left_out = Vec::new();
            for error in errors.into_iter().flatten() {
                let is_whole = counts(&error);
                let error = from_graphql(error, &answered);
                if is_whole {
                    return Err(error);
                }
                left_out.push(error);
            }
            match parse(self.host, body) {
                Ok(Answer { data: Some(data) }) => Ok((data, left_out)),
                // Where nothing is left, the reason is the answer.
                _ if !left_out.is_empty() => Err(left_out.remove(0)),
                Ok(_) => Err(self.not_understood("no data")),
                Err(error) => Err(error),
            }
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
    let GraphqlError {
        kind,
        message,
        extensions,
        ..
    } = error;
    let lower = message.to_lowercase();
    // The document is one that GitHub takes, so this is a server that does not know all of it yet.
    if let Some(lacks) = extensions.and_then(Extensions::lacks) {
        let words = message;
        return GithubError::TooOld { lacks, words };
    }
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
