//! `GET` and `PUT /repos/{owner}/{repo}/pulls/{number}/merge`.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::One;
use super::state::{Method, Pulls, Unmerged, close, merge as merge_branches, usual_message};
use crate::git::commit::Person;
use crate::rest::input::Input;
use crate::state::PullState;
use crate::web::ApiError;

/// 204 if the pull request was merged, 404 if not.
pub(super) async fn is_merged(one: One) -> Result<StatusCode, ApiError> {
    match one.pull.state {
        PullState::Merged => Ok(StatusCode::NO_CONTENT),
        _ => Err(ApiError::NOT_FOUND),
    }
}

/// Merges: 405 while something is in the way, 409 if the head is not where the caller saw it.
pub(super) async fn merge(one: One, request: Bytes) -> Result<Json<Value>, ApiError> {
    let One { subject, pull } = one;
    subject.writable()?;
    let input = match request.is_empty() {
        true => Input::parse(b"{}")?,
        false => Input::parse(&request)?,
    };
    let method = match input.maybe("merge_method")?.unwrap_or("merge") {
        "merge" => Method::Merge,
        "squash" => Method::Squash,
        "rebase" => Method::Rebase,
        _ => return Err(ApiError::Unprocessable("Invalid merge_method".to_owned())),
    };
    if pull.state != PullState::Open || pull.draft {
        return Err(ApiError::NotMergeable(
            "Pull Request is not mergeable".to_owned(),
        ));
    }
    if input.maybe("sha")?.is_some_and(|sha| sha != pull.head_oid) {
        let message = "Head branch was modified. Review and try the merge again.";
        return Err(ApiError::Conflict(message.to_owned()));
    }
    if let Some(reason) = subject.repo.settings.merge_refusal(&pull.base) {
        return Err(ApiError::NotMergeable(reason));
    }
    let user = subject.viewer.user()?;
    let person = Person::now(&user.name, user.email());
    let message = match (input.maybe("commit_title")?, input.maybe("commit_message")?) {
        (Some(title), Some(text)) => format!("{title}\n\n{text}"),
        (Some(title), None) => title.to_owned(),
        (None, Some(text)) => format!(
            "{}\n\n{text}",
            headline(&subject.repo.settings.owner, &pull, method)
        ),
        (None, None) if method == Method::Merge => {
            usual_message(&subject.repo.settings.owner, &pull)
        }
        (None, None) => headline(&subject.repo.settings.owner, &pull, method),
    };
    let objects = subject.repo.open()?;
    let merged = Pulls::with(&subject.github, &subject.repo, |ledger| {
        let mut all = ledger.pulls.iter_mut();
        let known = all.find(|known| known.number == pull.number);
        let known = known.ok_or(ApiError::NOT_FOUND)?;
        if known.state != PullState::Open {
            return Err(ApiError::NotMergeable(
                "Pull Request is not mergeable".to_owned(),
            ));
        }
        let merged = merge_branches(&objects, known, method, &message, &person);
        let merged = merged.map_err(|error| match error {
            Unmerged::Git(error) => ApiError::Git(error),
            Unmerged::Moved => ApiError::Conflict(error.to_string()),
            Unmerged::Conflict => ApiError::NotMergeable(error.to_string()),
        })?;
        known.merge_oid = Some(merged.to_string());
        known.merged_by = subject.viewer.login().map(str::to_owned);
        close(known, PullState::Merged);
        Ok(merged)
    })??;
    Ok(Json(json!({
        "sha": merged.to_string(),
        "merged": true,
        "message": "Pull Request successfully merged",
    })))
}

fn headline(owner: &str, pull: &crate::state::PullRequest, method: Method) -> String {
    match method {
        Method::Merge => format!(
            "Merge pull request #{} from {owner}/{}",
            pull.number, pull.head
        ),
        Method::Squash | Method::Rebase => format!("{} (#{})", pull.title, pull.number),
    }
}
