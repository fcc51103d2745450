//! Commit statuses: `POST …/statuses/{sha}`, and `…/commits/{ref}/statuses` and `/status`.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::StatusCode;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::account::simple;
use super::commits::find;
use super::input::Input;
use super::repository::summary;
use super::subject::Subject;
use crate::state::Status;
use crate::web::{ApiError, timestamp};

/// GitHub keeps no more of one context at one commit.
const MOST: usize = 1000;

/// Says something about a commit.
pub(super) async fn create(
    subject: Subject,
    Path((_, _, sha)): Path<(String, String, String)>,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.may_write("statuses")?;
    let objects = subject.objects()?;
    let absent = || ApiError::Unprocessable(format!("No commit found for SHA: {sha}"));
    let oid = super::input::oid(&sha).ok_or_else(absent)?;
    objects.find_commit(oid).map_err(|_| absent())?;
    let input = Input::parse(&request)?;
    let state = input.text("state")?;
    if !["error", "failure", "pending", "success"].contains(&state) {
        return Err(ApiError::invalid("Status", "state", "custom"));
    }
    let status = Status {
        oid: sha.clone(),
        state: state.to_owned(),
        target_url: input.maybe("target_url")?.map(str::to_owned),
        description: input.maybe("description")?.map(str::to_owned),
        context: input.maybe("context")?.unwrap_or("default").to_owned(),
        creator: subject.viewer.user()?.login.clone(),
        at_s: OffsetDateTime::now_utc().unix_timestamp(),
    };
    let number = subject.github.ledger(&subject.repo, |ledger| {
        let same = |known: &&Status| known.oid == sha && known.context == status.context;
        if ledger.statuses.iter().filter(same).count() >= MOST {
            return None;
        }
        ledger.statuses.push(status.clone());
        Some(ledger.statuses.len())
    })?;
    let full = "This SHA and context has reached the maximum number of statuses.";
    let number = number.ok_or_else(|| ApiError::custom("Status", full.to_owned()))?;
    let mut body = shown(&subject, number, &status);
    body["creator"] = creator(&subject, &status);
    Ok((StatusCode::CREATED, Json(body)))
}

/// Lists every status of a commit, newest first.
pub(super) fn list(subject: &Subject, name: &str) -> Result<Json<Value>, ApiError> {
    let (_, all) = of(subject, name)?;
    let bodies = all.iter().rev().map(|(number, status)| {
        let mut body = shown(subject, *number, status);
        body["creator"] = creator(subject, status);
        body
    });
    Ok(Json(bodies.collect()))
}

/// Sums up: failure if anything failed, pending if anything is or nothing was said, otherwise success.
pub(super) fn combined(subject: &Subject, name: &str) -> Result<Json<Value>, ApiError> {
    let (sha, all) = of(subject, name)?;
    let mut newest = BTreeMap::new();
    for (number, status) in &all {
        newest.insert(&status.context, (*number, status));
    }
    let is = |word: &str| newest.values().any(|(_, status)| status.state == word);
    let state = match () {
        () if is("failure") || is("error") => "failure",
        () if newest.is_empty() || is("pending") => "pending",
        () => "success",
    };
    let statuses: Vec<_> = newest
        .values()
        .map(|(number, status)| shown(subject, *number, status))
        .collect();
    Ok(Json(json!({
        "state": state,
        "statuses": statuses,
        "sha": sha,
        "total_count": statuses.len(),
        "repository": summary(&subject.github, &subject.repo, Some(&subject.viewer)),
        "commit_url": subject.api(&format!("/commits/{sha}")),
        "url": subject.api(&format!("/commits/{sha}/status")),
    })))
}

type Numbered = Vec<(usize, Status)>;

fn of(subject: &Subject, name: &str) -> Result<(String, Numbered), ApiError> {
    subject.may_read("statuses")?;
    let objects = subject.objects()?;
    let absent = || ApiError::Unprocessable(format!("No commit found for SHA: {name}"));
    let sha = find(&objects, name).ok_or_else(absent)?.id().to_string();
    let all = subject
        .github
        .ledger(&subject.repo, |ledger| ledger.statuses.clone())?;
    let numbered = all.into_iter().enumerate();
    let numbered = numbered.map(|(place, status)| (place + 1, status));
    let own = numbered.filter(|(_, status)| status.oid == sha).collect();
    Ok((sha, own))
}

fn creator(subject: &Subject, status: &Status) -> Value {
    let user = subject.github.user(&status.creator);
    user.map_or(Value::Null, |user| simple(&subject.url, &user))
}

fn shown(subject: &Subject, number: usize, status: &Status) -> Value {
    let at = timestamp(status.at_s);
    let user = subject.github.user(&status.creator);
    let avatar = user.map(|user| format!("{}/avatars/u/{}", subject.url, user.id));
    json!({
        "url": subject.api(&format!("/statuses/{}", status.oid)),
        "avatar_url": avatar,
        "id": number,
        "node_id": format!("SC_{number}"),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": at,
        "updated_at": at,
    })
}
