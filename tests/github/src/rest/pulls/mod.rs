//! `/repos/{owner}/{repo}/pulls`: pull requests between branches of one repository.

mod body;
mod create;
mod list;
mod merge;
mod state;
mod update;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::routing::get;
use serde::Deserialize;

use super::subject::Subject;
use crate::github::GitHub;
use crate::state::PullRequest;
use crate::web::ApiError;
pub(crate) use body::pull_request_body;
pub(crate) use state::{Pulls, merge_past_rules};

pub(super) fn routes() -> Router<Arc<GitHub>> {
    Router::new()
        .route("/pulls", get(list::list).post(create::create))
        .route("/pulls/{number}", get(list::show).patch(update::update))
        .route("/pulls/{number}/files", get(list::files))
        .route(
            "/pulls/{number}/merge",
            get(merge::is_merged).put(merge::merge),
        )
}

/// A repository and one of its pull requests, as it is now.
struct One {
    subject: Subject,
    pull: PullRequest,
}

#[derive(Deserialize)]
struct Number {
    number: String,
}

impl FromRequestParts<Arc<GitHub>> for One {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, github: &Arc<GitHub>) -> Result<Self, ApiError> {
        let subject = Subject::from_request_parts(parts, github).await?;
        subject.may_read("pull_requests")?;
        let number = Path::<Number>::from_request_parts(parts, github).await;
        let number = number.ok().and_then(|Path(path)| path.number.parse().ok());
        let number: u64 = number.ok_or(ApiError::NOT_FOUND)?;
        let pulls = Pulls::all(&subject.github, &subject.repo)?;
        let pull = pulls.into_iter().find(|pull| pull.number == number);
        let pull = pull.ok_or(ApiError::NOT_FOUND)?;
        Ok(One { subject, pull })
    }
}
