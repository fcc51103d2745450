//! The door: every request is recorded here, and a fault may befall it, before anything else looks at it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use tower::ServiceExt;

use super::fault::{self, Action, DropWhen};
use super::{Graphql, RecordedRequest};
use crate::github::GitHub;
use crate::web::truncate;

/// More than GitHub takes for anything but a push.
const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("connection dropped by a fault")]
pub(crate) struct Dropped;

/// Answers a request, or drops the connection.
pub(crate) async fn intercept(
    github: Arc<GitHub>,
    router: Router,
    request: Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await;
    let body = body.map_err(|_| Dropped)?.to_bytes();
    if parts.uri.path().starts_with("/_standin/") {
        return handle(router, Request::from_parts(parts, Body::from(body))).await;
    }

    let login = github.viewer(&parts.headers).user.map(|user| user.login);
    let mut record = RecordedRequest::new(&parts.method, &parts.uri, &parts.headers, login);
    record.graphql = Graphql::read(parts.uri.path(), &body);
    let action = fault::take(&mut github.faults(), &record).unwrap_or_default();
    let number = github.record(record);
    let request = Request::from_parts(parts, Body::from(body));
    let response = disturb(&github, router, request, action).await?;
    github.answered(number, response.status().as_u16());
    Ok(response)
}

async fn handle(router: Router, request: Request<Body>) -> Result<Response<Body>, Dropped> {
    match router.oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// Replaces `/repositories/{id}`, where renamed repositories are found, by the name of the repository.
fn by_name(github: &GitHub, mut request: Request<Body>) -> Request<Body> {
    let path = request.uri().path();
    let Some((before, rest)) = path.split_once("/repositories/") else {
        return request;
    };
    let (id, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let repo = id.parse().ok().and_then(|id| github.repo_by_id(id));
    if let (Some(repo), "" | "/api/v3") = (repo, before) {
        let query = request.uri().query().map(|query| format!("?{query}"));
        let name = repo.settings.full_name();
        let named = format!("{before}/repos/{name}{below}{}", query.unwrap_or_default());
        if let Ok(uri) = named.parse() {
            *request.uri_mut() = uri;
        }
    }
    request
}

async fn disturb(
    github: &GitHub,
    router: Router,
    request: Request<Body>,
    action: Action,
) -> Result<Response<Body>, Dropped> {
    if let Some(delay_ms) = action.delay_ms {
        tokio::time::sleep(Duration::from_millis(delay_ms)).await;
    }
    if let Some(push) = action.move_head.clone()
        && let Err(error) = github.push(push)
    {
        return Ok(refuse(&format!("move_head: {error}")));
    }
    if action.drop == Some(DropWhen::Before) {
        return Err(Dropped);
    }
    let mut response = match action.status {
        Some(status) => answer(status),
        None => handle(router, by_name(github, request)).await?,
    };
    if action.drop == Some(DropWhen::After) {
        return Err(Dropped);
    }
    if let Some(body) = &action.body {
        replace_body(&mut response, body);
    }
    for (name, value) in &action.headers {
        let header = (name.parse::<HeaderName>(), value.parse::<HeaderValue>());
        if let (Ok(name), Ok(value)) = header {
            response.headers_mut().insert(name, value);
        }
    }
    match action.truncate_body {
        Some(length) => truncate(response, length).await.map_err(|_| Dropped),
        None => Ok(response),
    }
}

/// Returns an empty answer that a browser may read, as every answer of GitHub's API.
fn answer(status: u16) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let headers = response.headers_mut();
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(crate::web::EXPOSED_HEADERS),
    );
    response
}

fn replace_body(response: &mut Response<Body>, body: &Value) {
    let (text, content_type) = match body {
        Value::String(text) => (text.clone(), "text/plain; charset=utf-8"),
        json => (json.to_string(), "application/json; charset=utf-8"),
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    *response.body_mut() = Body::from(Bytes::from(text));
}

fn refuse(problem: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(problem.to_owned()));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
