//! `/repos/{owner}/{repo}/hooks`: a repository's webhooks.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, Path, Query};
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::input::Input;
use super::pagination::Page;
use super::subject::Subject;
use crate::web::{ApiError, timestamp};
use crate::webhook::{Hook, HookConfig, Target, is_loopback, look, ping, send};

const RESOURCE: &str = "Hook";

type Name = Path<(String, String, String)>;

pub(super) async fn list(
    subject: Subject,
    OriginalUri(asked): OriginalUri,
    Query(page): Query<Page>,
) -> Result<(HeaderMap, Json<Vec<Value>>), ApiError> {
    subject.may_write("repository_hooks")?;
    let mut hooks = subject.github.hooks.lock().hooks.clone();
    hooks.retain(|hook| hook.target == Target::Repository(subject.repo.settings.id));
    let (headers, hooks) = page.below(hooks, &subject, &asked);
    let bodies = hooks.iter().map(|hook| shown(&subject, hook));
    Ok((headers, Json(bodies.collect())))
}

/// Adds a hook and pings it. Only addresses of this machine are taken.
pub(super) async fn create(
    subject: Subject,
    request: Bytes,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    subject.may_write("repository_hooks")?;
    let input = Input::parse(&request)?;
    let config = config(input.get("config"))?;
    let events = events(input.get("events")).unwrap_or_else(|| vec!["push".to_owned()]);
    let target = Target::Repository(subject.repo.settings.id);
    let hook = {
        let mut inner = subject.github.hooks.lock();
        let same = |known: &Hook| known.target == target && known.config.url == config.url;
        if inner.hooks.iter().any(same) {
            let message = "Hook already exists on this repository".to_owned();
            return Err(ApiError::custom(RESOURCE, message));
        }
        let hook = Hook {
            id: inner.next_id(),
            target,
            config,
            events,
            active: input.get("active").as_bool().unwrap_or(true),
            created_at_s: OffsetDateTime::now_utc().unix_timestamp(),
        };
        inner.hooks.push(hook.clone());
        hook
    };
    // What is there now is not news.
    look(&subject.github, None);
    let body = shown(&subject, &hook);
    let payload = ping(&subject.github, &hook, body.clone(), Some(&subject.repo));
    send(&subject.github, &hook, "ping", payload);
    Ok((StatusCode::CREATED, Json(body)))
}

pub(super) async fn show(
    subject: Subject,
    Path((_, _, id)): Name,
) -> Result<Json<Value>, ApiError> {
    subject.may_write("repository_hooks")?;
    Ok(Json(shown(&subject, &find(&subject, &id)?)))
}

pub(super) async fn update(
    subject: Subject,
    Path((_, _, id)): Name,
    request: Bytes,
) -> Result<Json<Value>, ApiError> {
    subject.may_write("repository_hooks")?;
    let mut hook = find(&subject, &id)?;
    let input = Input::parse(&request)?;
    if !input.get("config").is_null() {
        hook.config = config(input.get("config"))?;
    }
    if let Some(events) = events(input.get("events")) {
        hook.events = events;
    }
    hook.active = input.get("active").as_bool().unwrap_or(hook.active);
    let mut inner = subject.github.hooks.lock();
    inner.hooks.retain(|known| known.id != hook.id);
    inner.hooks.push(hook.clone());
    drop(inner);
    Ok(Json(shown(&subject, &hook)))
}

pub(super) async fn delete(
    subject: Subject,
    Path((_, _, id)): Name,
) -> Result<StatusCode, ApiError> {
    subject.may_write("repository_hooks")?;
    let hook = find(&subject, &id)?;
    subject
        .github
        .hooks
        .lock()
        .hooks
        .retain(|known| known.id != hook.id);
    Ok(StatusCode::NO_CONTENT)
}

fn find(subject: &Subject, id: &str) -> Result<Hook, ApiError> {
    let target = Target::Repository(subject.repo.settings.id);
    let inner = subject.github.hooks.lock();
    let found = inner
        .hooks
        .iter()
        .find(|hook| hook.target == target && hook.id.to_string() == id);
    found.cloned().ok_or(ApiError::NOT_FOUND)
}

fn config(given: &Value) -> Result<HookConfig, ApiError> {
    let url = given["url"].as_str().unwrap_or_default().to_owned();
    if !is_loopback(&url) {
        return Err(ApiError::invalid(RESOURCE, "url", "invalid"));
    }
    let secret = given["secret"].as_str().map(str::to_owned);
    Ok(HookConfig { url, secret })
}

fn events(given: &Value) -> Option<Vec<String>> {
    let events = given.as_array()?.iter();
    Some(
        events
            .filter_map(|event| event.as_str().map(str::to_owned))
            .collect(),
    )
}

fn shown(subject: &Subject, hook: &Hook) -> Value {
    let url = subject.api(&format!("/hooks/{}", hook.id));
    let last = {
        let inner = subject.github.hooks.lock();
        let last = inner
            .deliveries
            .iter()
            .rev()
            .find(|delivery| delivery.hook == hook.id);
        last.map(|delivery| delivery.status_code)
    };
    let mut config = json!({"url": hook.config.url, "content_type": "json", "insecure_ssl": "0"});
    if hook.config.secret.is_some() {
        config["secret"] = json!("********");
    }
    json!({
        "type": "Repository",
        "id": hook.id,
        "name": "web",
        "active": hook.active,
        "events": hook.events,
        "config": config,
        "created_at": timestamp(hook.created_at_s),
        "updated_at": timestamp(hook.created_at_s),
        "url": url,
        "test_url": format!("{url}/test"),
        "ping_url": format!("{url}/pings"),
        "deliveries_url": format!("{url}/deliveries"),
        "last_response": {
            "code": last,
            "status": if last.is_some() { "active" } else { "unused" },
            "message": null,
        },
    })
}
