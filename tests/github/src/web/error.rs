//! REST errors: which status, and which words.

use axum::Json;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::git::RepoError;

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
    #[error("Resource not accessible by personal access token")]
    Forbidden,
    #[error("Repository was archived so is read-only.")]
    Archived,
    /// Absent, or not to be seen by the caller.
    #[error("{0}")]
    NotFound(&'static str),
    #[error("Git Repository is empty.")]
    EmptyRepository,
    #[error("Problems parsing JSON")]
    BadJson,
    #[error("{0}")]
    BadRequest(&'static str),
    #[error("{0}")]
    Unprocessable(String),
    #[error("Payload too large")]
    TooLarge,
    #[error("Server Error")]
    Git(#[from] git2::Error),
    #[error("Server Error")]
    Repo(#[from] RepoError),
}

impl ApiError {
    pub const NOT_FOUND: ApiError = ApiError::NotFound("Not Found");

    fn status(&self) -> StatusCode {
        match self {
            ApiError::BadCredentials
            | ApiError::RequiresAuthentication
            | ApiError::GraphqlRequiresAuthentication => StatusCode::UNAUTHORIZED,
            ApiError::Forbidden | ApiError::Archived => StatusCode::FORBIDDEN,
            ApiError::NotFound(_) => StatusCode::NOT_FOUND,
            ApiError::EmptyRepository => StatusCode::CONFLICT,
            ApiError::BadJson | ApiError::BadRequest(_) => StatusCode::BAD_REQUEST,
            ApiError::Unprocessable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            ApiError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ApiError::Git(_) | ApiError::Repo(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = Json(json!({
            "message": self.to_string(),
            "documentation_url": "https://docs.github.com/rest",
            "status": status.as_str(),
        }));
        let mut response = (status, body).into_response();
        if matches!(self, ApiError::Forbidden) {
            let needed = HeaderValue::from_static("contents=write");
            let headers = response.headers_mut();
            headers.insert("x-accepted-github-permissions", needed);
        }
        response
    }
}
