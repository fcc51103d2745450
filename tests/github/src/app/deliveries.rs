//! `/app/hook/deliveries`: what an App was told, and telling it again.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::header::LINK;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::jwt::caller;
use crate::github::GitHub;
use crate::web::{ApiError, timestamp};
use crate::webhook::{Delivery, Target, redeliver};

type Shared = State<Arc<GitHub>>;

/// The most deliveries of a page.
const LONGEST: usize = 100;

/// Lists an App's deliveries, newest first; the link to the next page has a cursor.
pub(super) async fn list(
    State(github): Shared,
    OriginalUri(asked): OriginalUri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let app = match caller(&github, &headers) {
        Ok(app) => app,
        Err(refusal) => return *refusal,
    };
    let wanted = query.get("status").map(String::as_str);
    let most = query
        .get("per_page")
        .and_then(|most| most.parse().ok())
        .unwrap_or(30)
        .min(LONGEST);
    let cursor = query.get("cursor").map(String::as_str);
    let before = cursor.map_or(Some(u64::MAX), |cursor| {
        cursor.strip_prefix("v1_")?.parse().ok()
    });
    let own = own(&github, app.id);
    let fits = own.iter().rev().filter(|delivery| match wanted {
        Some("success") => is_taken(delivery),
        Some("failure") => !is_taken(delivery),
        _ => true,
    });
    let mut fits = fits.filter(|delivery| before.is_some_and(|before| delivery.id < before));
    let page: Vec<&Delivery> = fits.by_ref().take(most).collect();
    let mut answer = HeaderMap::new();
    if let (Some(last), Some(_)) = (page.last(), fits.next()) {
        let link = next(&github.url, asked.path(), &query, last.id);
        answer.extend(HeaderValue::from_str(&link).ok().map(|link| (LINK, link)));
    }
    (
        answer,
        Json(page.into_iter().map(shown).collect::<Vec<_>>()),
    )
        .into_response()
}

/// The link to the page that begins after a delivery.
fn next(url: &str, path: &str, query: &HashMap<String, String>, last: u64) -> String {
    let others = query.iter().filter(|(name, _)| *name != "cursor");
    let others: String = others
        .map(|(name, value)| format!("{name}={value}&"))
        .collect();
    format!("<{url}{path}?{others}cursor=v1_{last}>; rel=\"next\"")
}

/// Sends a delivery again, under the same GUID.
pub(super) async fn attempt(
    State(github): Shared,
    Path(id): Path<u64>,
    headers: HeaderMap,
) -> Response {
    let app = match caller(&github, &headers) {
        Ok(app) => app,
        Err(refusal) => return *refusal,
    };
    let is_own = own(&github, app.id)
        .iter()
        .any(|delivery| delivery.id == id);
    match is_own && redeliver(&github, id) {
        true => (StatusCode::ACCEPTED, Json(json!({}))).into_response(),
        false => ApiError::NOT_FOUND.into_response(),
    }
}

fn own(github: &GitHub, app: u64) -> Vec<Delivery> {
    let inner = github.hooks.lock();
    let hooks = inner
        .hooks
        .iter()
        .filter(|hook| hook.target == Target::App(app));
    let hooks: Vec<_> = hooks.map(|hook| hook.id).collect();
    let own = inner
        .deliveries
        .iter()
        .filter(|delivery| hooks.contains(&delivery.hook));
    own.cloned().collect()
}

fn is_taken(delivery: &Delivery) -> bool {
    (200..300).contains(&delivery.status_code)
}

fn shown(delivery: &Delivery) -> Value {
    let status = match delivery.status_code {
        200..300 => "OK".to_owned(),
        0 => "failed to connect to host".to_owned(),
        code => format!("Invalid HTTP Response: {code}"),
    };
    json!({
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": timestamp(delivery.delivered_at_s),
        "redelivery": delivery.redelivery,
        "duration": delivery.duration_s,
        "status": status,
        "status_code": delivery.status_code,
        "event": delivery.event,
        "action": delivery.payload["action"],
        "installation_id": delivery.payload["installation"]["id"],
        "repository_id": delivery.payload["repository"]["id"],
        "throttled_at": null,
    })
}
