//! `PATCH /repos/{owner}/{repo}/pulls/{number}`: another title, text or base; closed, or open again.

use axum::Json;
use axum::body::Bytes;
use serde_json::Value;

use super::One;
use super::body::whole;
use super::create::RESOURCE;
use super::state::{Pulls, close, head_tip, now_s, tip};
use crate::rest::input::Input;
use crate::state::PullState;
use crate::web::ApiError;

pub(super) async fn update(one: One, request: Bytes) -> Result<Json<Value>, ApiError> {
    let One { subject, pull } = one;
    subject.may_propose()?;
    // Authors change their own pull requests, others need to be able to push.
    if subject.viewer.login() != Some(pull.author.as_str()) {
        subject.writable()?;
    }
    let input = Input::parse(&request)?;
    let title = input.maybe("title")?.map(str::to_owned);
    let text = input.maybe("body")?.map(str::to_owned);
    let base = input.maybe("base")?.map(str::to_owned);
    let state = input.maybe("state")?.map(str::to_owned);
    let objects = subject.repo.open()?;
    if let Some(base) = &base
        && tip(&objects, base)?.is_none()
    {
        return Err(ApiError::invalid(RESOURCE, "base", "invalid"));
    }
    let head = head_tip(&subject.github, &objects, pull.head_repository, &pull.head)?;
    let can_reopen = pull.state == PullState::Closed && head.is_some();
    let changed = Pulls::with(&subject.github, &subject.repo, |ledger| {
        let twin = ledger.pulls.iter().any(|other| {
            other.number != pull.number
                && other.state == PullState::Open
                && (other.head_repository, &other.head) == (pull.head_repository, &pull.head)
                && other.base == pull.base
        });
        let mut all = ledger.pulls.iter_mut();
        let known = all.find(|known| known.number == pull.number);
        let known = known.ok_or(ApiError::NOT_FOUND)?;
        match (state.as_deref(), known.state) {
            (Some("closed"), PullState::Open) => close(known, PullState::Closed),
            (Some("open"), PullState::Closed) if can_reopen && !twin => {
                known.state = PullState::Open;
                known.closed_at_s = None;
            }
            (Some("open"), PullState::Closed | PullState::Merged) => {
                return Err(ApiError::invalid(RESOURCE, "state", "invalid"));
            }
            (None | Some("open" | "closed"), _) => {}
            _ => return Err(ApiError::invalid(RESOURCE, "state", "invalid")),
        }
        if let Some(title) = title {
            known.title = title;
        }
        if let Some(text) = text {
            known.body = Some(text);
        }
        if let Some(base) = base {
            known.base = base;
        }
        known.updated_at_s = now_s();
        Ok(known.clone())
    })??;
    Ok(Json(whole(&subject, &changed)?))
}
