//! `POST /repos/{owner}/{repo}/pulls`.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;

use super::body::whole;
use super::state::{Pulls, head_tip, now_s, tip};
use crate::rest::input::Input;
use crate::rest::subject::Subject;
use crate::state::{Ledger, PullRequest, PullState};
use crate::web::ApiError;

/// What complaints are about.
pub(super) const RESOURCE: &str = "PullRequest";

/// Opens a pull request. Refused with 422 `Validation Failed`: a branch that is not there, a head that adds nothing, and
/// a second open pull request between the same two branches.
pub(super) async fn create(
    subject: Subject,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.may_propose()?;
    let input = Input::parse(&request)?;
    let wanted = |field: &str| match input.maybe(field)? {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(ApiError::invalid(RESOURCE, field, "missing_field")),
    };
    let (title, head, base) = (wanted("title")?, wanted("head")?, wanted("base")?);
    let objects = subject.repo.open()?;
    let unknown = |field: &str| ApiError::invalid(RESOURCE, field, "invalid");
    let base_oid = tip(&objects, &base)?.ok_or_else(|| unknown("base"))?;
    let (fork, head) = branch_or_fork(&subject, &head).ok_or_else(|| unknown("head"))?;
    let head_oid = head_tip(&subject.github, &objects, fork, &head)?;
    let head_oid = head_oid.ok_or_else(|| unknown("head"))?;
    let (ahead, _) = objects.graph_ahead_behind(head_oid, base_oid)?;
    if ahead == 0 {
        let message = format!("No commits between {base} and {head}");
        return Err(ApiError::custom(RESOURCE, message));
    }
    let user = subject.viewer.user()?.login.clone();
    let now = now_s();
    let text = input.maybe("body")?.map(str::to_owned);
    let draft = input.is_true("draft");
    let owner = &subject.repo.settings.owner;
    let opened = Pulls::with(&subject.github, &subject.repo, |ledger: &mut Ledger| {
        let is_double = ledger.pulls.iter().any(|pull| {
            pull.state == PullState::Open
                && (pull.head_repository, &pull.head, &pull.base) == (fork, &head, &base)
        });
        if is_double {
            let message = format!("A pull request already exists for {owner}:{head}.");
            return Err(ApiError::custom(RESOURCE, message));
        }
        let pull = PullRequest {
            number: ledger.pulls.len() as u64 + 1,
            title,
            body: text,
            author: user,
            head,
            head_repository: fork,
            base,
            head_oid: head_oid.to_string(),
            base_oid: base_oid.to_string(),
            state: PullState::Open,
            draft,
            created_at_s: now,
            updated_at_s: now,
            closed_at_s: None,
            merge_oid: None,
            merged_by: None,
            test_merge: None,
        };
        let number = pull.number;
        ledger.pulls.push(pull);
        Ok(number)
    })??;
    let all = Pulls::all(&subject.github, &subject.repo)?;
    let opened = all.into_iter().find(|pull| pull.number == opened);
    let opened = opened.ok_or(ApiError::NOT_FOUND)?;
    Ok((StatusCode::CREATED, Json(whole(&subject, &opened)?)))
}

/// Returns the branch of `branch` or `owner:branch`, where it is the repository's own.
pub(super) fn own_branch(subject: &Subject, head: &str) -> Option<String> {
    let (fork, branch) = branch_or_fork(subject, head)?;
    fork.is_none().then_some(branch)
}

/// Returns the fork, where it is one of another owner, and the branch.
fn branch_or_fork(subject: &Subject, head: &str) -> Option<(Option<u64>, String)> {
    let own = &subject.repo.settings;
    let Some((owner, branch)) = head.split_once(':') else {
        return Some((None, head.to_owned()));
    };
    if owner.eq_ignore_ascii_case(&own.owner) {
        return Some((None, branch.to_owned()));
    }
    let mut all = subject.github.repos().into_iter();
    let fork = all.find(|repo| {
        let settings = &repo.settings;
        settings.fork_of == Some(own.id) && settings.owner.eq_ignore_ascii_case(owner)
    })?;
    Some((Some(fork.settings.id), branch.to_owned()))
}
