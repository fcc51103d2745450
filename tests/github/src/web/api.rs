//! The frame around every API request: what must be sent before anything is looked at, and what every answer carries.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;
use serde_json::json;

use super::{ApiError, Resource, Usage, Viewer, cors, etag, timestamp};
use crate::github::GitHub;
use crate::state::{Grant, TokenKind};

static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// Answers what GitHub answers by itself, and hands the rest on with a [`Viewer`].
pub(crate) async fn api(
    State(github): State<Arc<GitHub>>,
    mut request: Request<Body>,
    next: Next,
) -> Response<Body> {
    if request.method() == Method::OPTIONS {
        return cors::preflight();
    }
    let headers = request.headers().clone();
    if headers
        .get(header::USER_AGENT)
        .is_none_or(|agent| agent.is_empty())
    {
        let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header \
                    (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). \
                    Check https://developer.github.com for other possible causes.\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    let is_graphql = request.uri().path().ends_with("/graphql");
    let asks_for_limits = request.uri().path().ends_with("/rate_limit");
    let is_read = request.method() == Method::GET || request.method() == Method::HEAD;
    let viewer = github.viewer(&headers);
    let is_unknown = headers.contains_key(header::AUTHORIZATION) && viewer.user.is_none();

    let resource = if is_graphql {
        Resource::Graphql
    } else {
        Resource::Core
    };
    let writes = request.extensions().get::<Writes>().is_some();
    request.extensions_mut().insert(viewer.clone());
    let mut response = match refusal(&github, &viewer, resource, writes) {
        _ if is_unknown => ApiError::BadCredentials.into_response(),
        Some(refusal) if !asks_for_limits => refusal.answer(),
        _ => next.run(request).await,
    };
    if is_read && response.status() == StatusCode::OK {
        response = etag::tag(&headers, response).await;
        let private = HeaderValue::from_static("private, max-age=60, s-maxage=60");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, private);
    }
    let is_free = response.status() == StatusCode::NOT_MODIFIED || asks_for_limits;
    let points = u32::from(!is_free);
    let usage = github.meter.charge(viewer.account(), resource, points);
    decorate(&mut response, resource, usage);
    if let Some(grant) = &viewer.grant {
        describe(&mut response, grant);
    }
    response
}

/// Marks a request that creates content, as secondary limits see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writes;

/// A limit that is reached.
enum Limited {
    /// REST answers 403, GraphQL a 200 with an error, both until `x-ratelimit-reset`.
    Primary(Resource, String),
    /// 403 with `retry-after`.
    Secondary(i64),
}

fn refusal(github: &GitHub, viewer: &Viewer, resource: Resource, writes: bool) -> Option<Limited> {
    let account = viewer.account();
    if github
        .meter
        .charge(account.clone(), resource, 0)
        .remaining()
        == 0
    {
        let whom = match &viewer.user {
            Some(user) => format!("user ID {}", user.id),
            None => "127.0.0.1".to_owned(),
        };
        return Some(Limited::Primary(resource, whom));
    }
    let created = writes.then(|| github.meter.create(account));
    created?.err().map(Limited::Secondary)
}

impl Limited {
    fn answer(self) -> Response<Body> {
        match self {
            Limited::Primary(Resource::Core, whom) => {
                ApiError::Limited(format!("API rate limit exceeded for {whom}.")).into_response()
            }
            Limited::Primary(Resource::Graphql, whom) => {
                let message = format!("API rate limit already exceeded for {whom}.");
                let error = json!({"type": "RATE_LIMITED", "message": message});
                Json(json!({"errors": [error]})).into_response()
            }
            Limited::Secondary(wait_s) => {
                let message = "You have exceeded a secondary rate limit and have been temporarily blocked from content \
                               creation. Please retry your request again later.";
                let mut response = ApiError::Limited(message.to_owned()).into_response();
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
                response
            }
        }
    }
}

/// Says what a token is: the scopes of a classic one, and when it ends.
fn describe(response: &mut Response<Body>, grant: &Grant) {
    let headers = response.headers_mut();
    if let TokenKind::Classic { scopes } = &grant.kind {
        let scopes: Vec<_> = scopes.iter().map(String::as_str).collect();
        if let Ok(scopes) = HeaderValue::from_str(&scopes.join(", ")) {
            headers.insert("x-oauth-scopes", scopes);
        }
    }
    if let Some(end_s) = grant.expires_at_s {
        let end = timestamp(end_s).replace('T', " ").replace('Z', " UTC");
        if let Ok(end) = HeaderValue::from_str(&end) {
            headers.insert("github-authentication-token-expiration", end);
        }
    }
}

fn decorate(response: &mut Response<Body>, resource: Resource, usage: Usage) {
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    let headers = response.headers_mut();
    cors::allow(headers);
    let mut set = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set("server", "github.com".to_owned());
    set("x-github-request-id", format!("57A0:{number:06X}:1:1:1"));
    let media = match resource {
        Resource::Core => "github.v3; format=json",
        Resource::Graphql => "github.v4; format=json",
    };
    set("x-github-media-type", media.to_owned());
    set("x-ratelimit-limit", usage.limit.to_string());
    set("x-ratelimit-remaining", usage.remaining().to_string());
    set("x-ratelimit-used", usage.used.to_string());
    set("x-ratelimit-reset", usage.reset.to_string());
    set("x-ratelimit-resource", resource.name().to_owned());
}
