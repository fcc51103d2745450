//! `POST /repos/{owner}/{repo}/pulls`.

use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;

use super::body::whole;
use super::state::{Pulls, now_s, tip};
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
    let head = own_branch(&subject, &head);
    let objects = subject.repo.open()?;
    let place = |field: &str, branch: Option<&str>| -> Result<git2::Oid, ApiError> {
        let oid = match branch {
            Some(branch) => tip(&objects, branch)?,
            None => None,
        };
        oid.ok_or_else(|| ApiError::invalid(RESOURCE, field, "invalid"))
    };
    let base_oid = place("base", Some(&base))?;
    let head_oid = place("head", head.as_deref())?;
    let head = head.unwrap_or_default();
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
        let is_double = ledger
            .pulls
            .iter()
            .any(|pull| pull.state == PullState::Open && pull.head == head && pull.base == base);
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
        };
        ledger.pulls.push(pull.clone());
        Ok(pull)
    })??;
    Ok((StatusCode::CREATED, Json(whole(&subject, &opened)?)))
}

/// Returns the branch of `branch` or `owner:branch`; other owners' forks do not exist here.
pub(super) fn own_branch(subject: &Subject, head: &str) -> Option<String> {
    match head.split_once(':') {
        None => Some(head.to_owned()),
        Some((owner, branch)) if owner.eq_ignore_ascii_case(&subject.repo.settings.owner) => {
            Some(branch.to_owned())
        }
        Some(_) => None,
    }
}
