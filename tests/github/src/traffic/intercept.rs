//! The door: every request is recorded here, and a fault may befall it, before anything else looks at it.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use serde_json::Value;
use tower::ServiceExt;

use super::fault::{self, Action, DropWhen};
use super::openapi::{Exchange, OpenApi};
use super::{Graphql, RecordedRequest};
use crate::delays::Delays;
use crate::git::reference::stale;
use crate::github::GitHub;
use crate::web::{Writes, truncate};
use crate::webhook::look;

/// More than GitHub takes for anything but a push.
const BODY_LIMIT: usize = 256 * 1024 * 1024;

/// Where the REST API is; the rest of the paths are pages, git and GraphQL.
const API: [&str; 10] = [
    "/repos/",
    "/repositories/",
    "/user",
    "/users",
    "/orgs/",
    "/app",
    "/installation",
    "/search/",
    "/rate_limit",
    "/git/",
];

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
    let actor = login.clone();
    let mut record = RecordedRequest::new(&parts.method, &parts.uri, &parts.headers, login);
    record.graphql = Graphql::read(parts.uri.path(), &body);
    let record_document = record
        .graphql
        .as_ref()
        .map(|graphql| graphql.document.clone());
    let action = fault::take(&mut github.faults(), &record).unwrap_or_default();
    if let Some(document) = &record_document
        && record
            .user_agent
            .as_deref()
            .is_some_and(|agent| agent.starts_with("hedgerow"))
    {
        github.keep_document(document, &body);
    }
    let number = github.record(record);
    // The name is looked up before a request that takes it away.
    let named = by_name(&github, Request::new(Body::empty()), &parts.uri);
    let asked = (parts.method.clone(), named.uri().clone());
    let is_real = action.leaves_the_answer();
    let creates = match &record_document {
        Some(document) => document.trim_start().starts_with("mutation"),
        None => {
            matches!(
                parts.method,
                Method::POST | Method::PUT | Method::PATCH | Method::DELETE
            ) && parts.uri.path().contains("/repos/")
        }
    };
    let mut request = Request::from_parts(parts, Body::from(body.clone()));
    if creates {
        request.extensions_mut().insert(Writes);
    }
    let response = disturb(&github, router, request, action).await;
    // What the request changed is reported right away, by its author.
    look(&github, actor.as_deref());
    let response = match (&github.openapi, response) {
        (Some(openapi), response) => {
            witness(&github, openapi, asked, &body, response, is_real).await?
        }
        (None, response) => response?,
    };
    github.answered(number, response.status().as_u16());
    Ok(response)
}

/// Holds an exchange of the REST API against GitHub's description; what does not fit is kept for the test's end.
async fn witness(
    github: &GitHub,
    openapi: &OpenApi,
    (method, uri): (Method, Uri),
    request: &[u8],
    response: Result<Response<Body>, Dropped>,
    is_real: bool,
) -> Result<Response<Body>, Dropped> {
    let path = uri.path();
    let path = path.strip_prefix("/api/v3").unwrap_or(path);
    let is_rest = API.iter().any(|start| path.starts_with(start)) && method != Method::OPTIONS;
    if !is_rest {
        return response;
    }
    let mut exchange = Exchange {
        method: method.as_str(),
        path,
        query: uri.query(),
        request,
        status: 0,
        answer: None,
        is_json: false,
    };
    let response = match response {
        Ok(response) if is_real => response,
        other => {
            github.violated(openapi.violations(&exchange));
            return other;
        }
    };
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    let body = body.map_err(|_| Dropped)?;
    let kind = head.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    exchange.is_json = kind.is_some_and(|kind| kind.starts_with("application/json"));
    exchange.status = head.status.as_u16();
    exchange.answer = Some(&body);
    github.violated(openapi.violations(&exchange));
    Ok(Response::from_parts(head, Body::from(body)))
}

async fn handle(router: Router, request: Request<Body>) -> Result<Response<Body>, Dropped> {
    match router.oneshot(request).await {
        Ok(response) => Ok(response),
        Err(never) => match never {},
    }
}

/// Replaces `/repositories/{id}`, where renamed repositories are found, by the name of the repository.
fn by_name(github: &GitHub, mut request: Request<Body>, uri: &Uri) -> Request<Body> {
    *request.uri_mut() = uri.clone();
    let path = uri.path();
    let Some((before, rest)) = path.split_once("/repositories/") else {
        return request;
    };
    let (id, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let repo = id.parse().ok().and_then(|id| github.repo_by_id(id));
    if let (Some(repo), "" | "/api/v3") = (repo, before) {
        let query = uri.query().map(|query| format!("?{query}"));
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
        let number = request.headers().get(Delays::HEADER);
        if let Some(number) = number.and_then(|number| number.to_str().ok()) {
            github.delays.began(number);
        }
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(delay_ms)) => {}
            () = github.released.notified() => {}
        }
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
        None => {
            let uri = request.uri().clone();
            let handled = handle(router, by_name(github, request, &uri));
            match action.stale {
                true => stale(handled).await?,
                false => handled.await?,
            }
        }
    };
    if action.drop == Some(DropWhen::After) {
        return Err(Dropped);
    }
    if let Some(body) = &action.body {
        replace_body(&mut response, body);
    }
    if !action.errors.is_empty() {
        response = with_errors(response, action.errors).await?;
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

/// The answer with these errors beside its data.
async fn with_errors(
    response: Response<Body>,
    errors: Vec<Value>,
) -> Result<Response<Body>, Dropped> {
    let (head, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    let answer = serde_json::from_slice::<Value>(&body.map_err(|_| Dropped)?);
    let mut answer = answer.map_err(|_| Dropped)?;
    answer["errors"] = Value::Array(errors);
    let mut response = Response::from_parts(head, Body::empty());
    replace_body(&mut response, &answer);
    Ok(response)
}

fn refuse(problem: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(problem.to_owned()));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}
