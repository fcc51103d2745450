//! Clone, fetch and push: git's smart HTTP.

use std::sync::Arc;

use axum::Router;

use crate::github::GitHub;

pub(crate) fn routes() -> Router<Arc<GitHub>> {
    Router::new()
}
