//! GitHub's REST API, one file a resource.

mod account;
mod blob;
mod branch;
mod changes;
mod check_runs;
mod collaborator;
mod commit;
mod commits;
mod contents;
mod hooks;
mod input;
mod listing;
mod new_tree;
mod pagination;
mod protection;
mod pulls;
mod rate_limit;
mod reference;
mod repository;
mod rules;
mod search;
mod statuses;
mod subject;
mod tree;
mod write_contents;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::github::GitHub;
use crate::web::ApiError;
pub(crate) use account::simple as simple_user;
pub(crate) use pulls::{Pulls, merge_past_rules, pull_request_body};
pub(crate) use repository::summary as repository_summary;

pub(crate) fn routes() -> Router<Arc<GitHub>> {
    let repository = Router::new()
        .route(
            "/",
            get(repository::show)
                .patch(repository::update)
                .delete(repository::delete),
        )
        .merge(pulls::routes())
        .route(
            "/collaborators/{username}/permission",
            get(collaborator::permission),
        )
        .route("/contents", get(contents::show))
        .route("/contents/", get(contents::show))
        .route(
            "/contents/{*path}",
            get(contents::show)
                .put(write_contents::put)
                .delete(write_contents::delete),
        )
        .route("/commits", get(commits::list))
        .route("/commits/{*ref}", get(commits::show))
        .route("/compare/{*both}", get(commits::compare))
        .route("/branches", get(branch::list))
        .route(
            "/branches/{*branch}",
            get(branch::show)
                .put(branch::protect)
                .delete(branch::unprotect),
        )
        .route("/hooks", get(hooks::list).post(hooks::create))
        .route(
            "/hooks/{id}",
            get(hooks::show).patch(hooks::update).delete(hooks::delete),
        )
        .route("/statuses/{sha}", post(statuses::create))
        .route("/check-runs", post(check_runs::create))
        .route(
            "/check-runs/{id}",
            get(check_runs::show).patch(check_runs::update),
        )
        .route("/check-runs/{id}/annotations", get(check_runs::annotations))
        .route("/check-runs/{id}/rerequest", post(check_runs::rerequest))
        .route(
            "/check-suites/{id}/rerequest",
            post(check_runs::rerequest_suite),
        )
        .route("/rules/branches/{*branch}", get(rules::list))
        .route("/git/ref/{*name}", get(reference::show))
        .route("/git/matching-refs/", get(reference::matching))
        .route("/git/matching-refs/{*name}", get(reference::matching))
        .route(
            "/git/refs",
            get(reference::matching).post(reference::create),
        )
        .route("/git/refs/", get(reference::matching))
        .route(
            "/git/refs/{*name}",
            axum::routing::patch(reference::update).delete(reference::delete),
        )
        .route("/git/trees", post(new_tree::create))
        .route("/git/trees/{*tree}", get(tree::show))
        .route("/git/blobs", post(blob::create))
        .route("/git/blobs/{sha}", get(blob::show))
        .route("/git/commits", post(commit::create))
        .route("/git/commits/{sha}", get(commit::show));
    Router::new()
        .route("/user", get(account::show))
        .route("/user/repos", get(listing::list))
        .route("/search/repositories", get(search::repositories))
        .route("/rate_limit", get(rate_limit::show))
        .nest("/repos/{owner}/{repo}", repository)
}

/// Answers a path that GitHub, or this stand-in, does not have.
pub(crate) async fn unknown() -> ApiError {
    ApiError::NOT_FOUND
}
