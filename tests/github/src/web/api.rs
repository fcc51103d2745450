//! The frame around every API request: what must be sent before anything is looked at, and what every answer carries.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;

use super::{ApiError, Reading, Resource, cors, etag, timestamp};
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

    request.extensions_mut().insert(viewer.clone());
    let mut response = match is_unknown {
        true => ApiError::BadCredentials.into_response(),
        false => next.run(request).await,
    };
    if is_read && response.status() == StatusCode::OK {
        response = etag::tag(&headers, response).await;
        let private = HeaderValue::from_static("private, max-age=60, s-maxage=60");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, private);
    }
    let resource = if is_graphql {
        Resource::Graphql
    } else {
        Resource::Core
    };
    let is_free = response.status() == StatusCode::NOT_MODIFIED || asks_for_limits;
    let points = u32::from(!is_free);
    let reading = github.meter.charge(viewer.account(), resource, points);
    decorate(&mut response, resource, reading);
    if let Some(grant) = &viewer.grant {
        describe(&mut response, grant);
    }
    response
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

fn decorate(response: &mut Response<Body>, resource: Resource, reading: Reading) {
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
    set("x-ratelimit-limit", reading.limit.to_string());
    set("x-ratelimit-remaining", reading.remaining().to_string());
    set("x-ratelimit-used", reading.used.to_string());
    set("x-ratelimit-reset", reading.reset.to_string());
    set("x-ratelimit-resource", resource.name().to_owned());
}
