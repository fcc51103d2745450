//! GitHub's REST API, one file a resource.

mod account;
mod blob;
mod branch;
mod commit;
mod input;
mod listing;
mod new_tree;
mod pagination;
mod rate_limit;
mod reference;
mod repository;
mod rules;
mod subject;
mod tree;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::github::GitHub;
use crate::web::ApiError;

pub(crate) fn routes() -> Router<Arc<GitHub>> {
    let repository = Router::new()
        .route("/", get(repository::show))
        .route("/branches/{*branch}", get(branch::show))
        .route("/rules/branches/{*branch}", get(rules::list))
        .route("/git/ref/{*name}", get(reference::show))
        .route("/git/refs", post(reference::create))
        .route(
            "/git/refs/{*name}",
            axum::routing::patch(reference::update).delete(reference::delete),
        )
        .route("/git/trees", post(new_tree::create))
        .route("/git/trees/{*tree}", get(tree::show))
        .route("/git/blobs/{sha}", get(blob::show))
        .route("/git/commits", post(commit::create))
        .route("/git/commits/{sha}", get(commit::show));
    Router::new()
        .route("/user", get(account::show))
        .route("/user/repos", get(listing::list))
        .route("/rate_limit", get(rate_limit::show))
        .nest("/repos/{owner}/{repo}", repository)
}

/// Answers a path that GitHub, or this stand-in, does not have.
pub(crate) async fn unknown() -> ApiError {
    ApiError::NOT_FOUND
}
