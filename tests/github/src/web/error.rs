//! REST errors: which status, and which words.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::git::RepoError;
use crate::github::GitHub;

/// Why GitHub refuses a request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("Bad credentials")]
    BadCredentials,
    #[error("Requires authentication")]
    RequiresAuthentication,
    #[error("This endpoint requires you to be authenticated.")]
    GraphqlRequiresAuthentication,
    /// The caller may read but not write.
    #[error("Resource not accessible by {token}")]
    Forbidden {
        token: &'static str,
        /// For `X-Accepted-GitHub-Permissions`.
        needed: String,
    },
    /// The organization wants single sign-on, which the token has not gone through.
    #[error(
        "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization."
    )]
    NeedsSso { header: String },
    /// Only Apps run checks.
    #[error("You must authenticate via a GitHub App.")]
    NotAnApp,
    #[error("Repository was archived so is read-only.")]
    Archived,
    /// Too many requests; the headers say when there may be more.
    #[error("{0}")]
    Limited(String),
    /// Absent, or not to be seen by the caller.
    #[error("{0}")]
    NotFound(&'static str),
    /// The same, in words that say what is absent.
    #[error("{0}")]
    Absent(String),
    #[error("Git Repository is empty.")]
    EmptyRepository,
    #[error("Problems parsing JSON")]
    BadJson,
    #[error("{0}")]
    BadRequest(&'static str),
    #[error("{0}")]
    Unprocessable(String),
    /// One of GitHub's validations failed; each error says which (`resource`, `code`, `field`, `message`).
    #[error("Validation Failed")]
    Invalid(Vec<Value>),
    #[error("{0}")]
    Conflict(String),
    /// A rule refuses the change, in the shape of the contents API.
    #[error("{0}")]
    RuleViolation(String),
    #[error("{0}")]
    NotMergeable(String),
    /// The repository has another name now; the address goes by its number.
    #[error("Moved Permanently")]
    Moved { to: String, keeps_method: bool },
    #[error("Payload too large")]
    TooLarge,
    #[error("Server Error")]
    Git(#[from] git2::Error),
    #[error("Server Error")]
    Repo(#[from] RepoError),
}

impl ApiError {
    pub const NOT_FOUND: ApiError = ApiError::NotFound("Not Found");

    /// Refuses, and says where to sign on.
    pub fn needs_sso(github: &GitHub, organization: &str) -> ApiError {
        ApiError::NeedsSso {
            header: sso_header(github, organization),
        }
    }

    /// One complaint about one field (`code`: missing, missing_field, invalid, already_exists, unprocessable).
    pub fn invalid(resource: &str, field: &str, code: &str) -> ApiError {
        ApiError::Invalid(vec![
            json!({"resource": resource, "field": field, "code": code}),
        ])
    }

    /// One complaint in words.
    pub fn custom(resource: &str, message: String) -> ApiError {
        ApiError::Invalid(vec![
            json!({"resource": resource, "code": "custom", "message": message}),
        ])
    }

    fn status(&self) -> StatusCode {
        match self {
            ApiError::BadCredentials
            | ApiError::RequiresAuthentication
            | ApiError::GraphqlRequiresAuthentication => StatusCode::UNAUTHORIZED,
            ApiError::Forbidden { .. }
            | ApiError::NeedsSso { .. }
            | ApiError::Limited(_)
            | ApiError::NotAnApp
            | ApiError::Archived => StatusCode::FORBIDDEN,
            ApiError::NotFound(_) | ApiError::Absent(_) => StatusCode::NOT_FOUND,
            ApiError::EmptyRepository | ApiError::Conflict(_) | ApiError::RuleViolation(_) => {
                StatusCode::CONFLICT
            }
            ApiError::NotMergeable(_) => StatusCode::METHOD_NOT_ALLOWED,
            ApiError::Moved { keeps_method, .. } => match keeps_method {
                true => StatusCode::TEMPORARY_REDIRECT,
                false => StatusCode::MOVED_PERMANENTLY,
            },
            ApiError::BadJson | ApiError::BadRequest(_) => StatusCode::BAD_REQUEST,
            ApiError::Unprocessable(_) | ApiError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ApiError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ApiError::Git(_) | ApiError::Repo(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Returns `x-github-sso` for an organization.
pub(crate) fn sso_header(github: &GitHub, organization: &str) -> String {
    let url = &github.url;
    format!("required; url={url}/orgs/{organization}/sso?authorization_request=1")
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut body = json!({
            "message": self.to_string(),
            "documentation_url": "https://docs.github.com/rest",
            "status": status.as_str(),
        });
        match &self {
            ApiError::Invalid(errors) => body["errors"] = json!(errors),
            ApiError::Moved { to, .. } => {
                body = json!({
                    "message": self.to_string(),
                    "url": to,
                    "documentation_url": "https://docs.github.com/v3/#http-redirects",
                });
            }
            _ => {}
        }
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        match self {
            ApiError::Forbidden { needed, .. } => {
                if let Ok(needed) = HeaderValue::from_str(&needed) {
                    headers.insert("x-accepted-github-permissions", needed);
                }
            }
            ApiError::NeedsSso { header } => {
                if let Ok(value) = HeaderValue::from_str(&header) {
                    headers.insert("x-github-sso", value);
                }
            }
            ApiError::Moved { to, .. } => {
                if let Ok(to) = HeaderValue::from_str(&to) {
                    headers.insert(header::LOCATION, to);
                }
            }
            _ => {}
        }
        response
    }
}
