//! GraphQL errors: typed, beside the data, with the failing field null.

use async_graphql::{Context, Error, ErrorExtensions};
use serde_json::Value;

/// Why GitHub does not give or do what a field asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// GitHub's word in `errors[].type`.
    pub kind: &'static str,
    pub message: String,
}

impl Failure {
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Failure {
            kind,
            message: message.into(),
        }
    }

    pub fn forbidden(token: &str) -> Self {
        Failure::new("FORBIDDEN", format!("Resource not accessible by {token}"))
    }

    pub fn needs_sso() -> Self {
        let message = "Resource protected by organization SAML enforcement. You must grant your Personal Access token \
                       access to this organization.";
        Failure::new("FORBIDDEN", message)
    }

    pub fn no_repository(full_name: &str) -> Self {
        let message = format!("Could not resolve to a Repository with the name '{full_name}'.");
        Failure::new("NOT_FOUND", message)
    }
}

impl From<git2::Error> for Failure {
    fn from(error: git2::Error) -> Self {
        Failure::new("INTERNAL", format!("Something went wrong: {error}"))
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let error = Error::new(failure.message);
        error.extend_with(|_, extensions| extensions.set("type", failure.kind))
    }
}

/// Makes a nullable field null and puts the failure beside the data, as GraphQL wants; a plain error would
/// take the whole answer with it.
pub(super) fn null_if_failed<T>(ctx: &Context<'_>, result: Result<T, Failure>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(failure) => {
            let error = Error::from(failure).into_server_error(ctx.item.pos);
            ctx.add_error(ctx.set_error_path(error));
            None
        }
    }
}

/// Moves each error's type where GitHub has it. Errors without a type are about the document or its variables, and
/// then there is no `data` at all.
pub(super) fn as_github_writes(mut response: Value) -> Value {
    let Some(errors) = response.get_mut("errors").and_then(Value::as_array_mut) else {
        return response;
    };
    let mut was_run = false;
    for error in errors {
        let Some(error) = error.as_object_mut() else {
            continue;
        };
        if let Some(mut extensions) = error.remove("extensions") {
            error.insert("type".to_owned(), extensions["type"].take());
            was_run = true;
        }
    }
    if !was_run && let Some(response) = response.as_object_mut() {
        response.remove("data");
    }
    response
}
