//! GitHub's REST API.

use std::sync::Arc;

use axum::Router;

use crate::github::GitHub;
use crate::web::ApiError;

pub(crate) fn routes() -> Router<Arc<GitHub>> {
    Router::new()
}

pub(crate) async fn unknown() -> ApiError {
    ApiError::NOT_FOUND
}
