//! Which route answers what.

use http::Method;
use http::header::HeaderValue;
use shared::names::FabricId;

use crate::error::{ApiError, respond};
use crate::host::{Host, random};
use crate::request::{Request, header};
use crate::response::Response;
use crate::routes;

/// Answers a request. Never panics and never fails: whatever goes wrong is a problem in the answer.
pub async fn handle(host: &impl Host, request: Request) -> Response {
    let started_ms = host.now_ms();
    let request_id = FabricId::from_bytes(random(host)).to_string();
    let (mut response, code) = match route(host, &request).await {
        Ok(response) => (response, None),
        Err(error) => {
            let problem = error.problem(&request_id);
            (respond(&problem), Some(problem.code))
        }
    };
    let line = serde_json::json!({
        "event": "request",
        "request_id": request_id,
        "method": request.method().as_str(),
        "path": request.uri().path(),
        "status": response.status().as_u16(),
        "code": code,
        "duration_ms": host.now_ms().saturating_sub(started_ms),
    });
    host.log(&line.to_string());
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response.headers_mut().insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    response
}

async fn route(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let segments: Vec<&str> = request
        .uri()
        .path()
        .trim_start_matches('/')
        .split('/')
        .collect();
    let method = request.method();
    if method != Method::GET && method != Method::HEAD {
        check_origin(request)?;
    }
    match (method, segments.as_slice()) {
        (&Method::GET, ["api", "health"]) => Ok(routes::get_health::get_health()),
        (&Method::GET, ["api", "session"]) => routes::get_session::get_session(host, request).await,
        (&Method::GET, ["api", "auth", "login"]) => routes::log_in::log_in(host, request).await,
        (&Method::GET, ["api", "auth", "callback"]) => {
            routes::log_in::come_back(host, request).await
        }
        (&Method::POST, ["api", "auth", "token"]) => {
            routes::sign_in_with_token::sign_in_with_token(host, request).await
        }
        (&Method::POST, ["api", "auth", "logout"]) => routes::log_out::log_out(host, request).await,
        (&Method::GET, ["api", "snapshot"]) => {
            routes::get_snapshot::get_snapshot(host, request).await
        }
        (&Method::POST, ["api", "plan"]) => routes::make_plan::make_plan(host, request).await,
        (&Method::GET, ["api", "repositories"]) => {
            routes::list_repositories::list_repositories(host, request).await
        }
        (&Method::GET, ["api", "fabrics"]) => {
            routes::list_fabrics::list_fabrics(host, request).await
        }
        (&Method::POST, ["api", "fabrics"]) => {
            routes::create_fabric::create_fabric(host, request).await
        }
        (&Method::GET, ["api", "fabrics", id]) => {
            routes::get_fabric::get_fabric(host, request, &fabric(id)?).await
        }
        (&Method::GET, ["api", "fabrics", id, "history"]) => {
            routes::get_history::get_history(host, request, &fabric(id)?).await
        }
        (&Method::GET, ["api", "fabrics", id, "events"]) => {
            routes::watch_fabric::watch_fabric(host, request, &fabric(id)?).await
        }
        (&Method::POST, ["api", "fabrics", id, "init-gitops"]) => {
            routes::init_gitops::init_gitops(host, request, &fabric(id)?).await
        }
        (&Method::POST, ["api", "fabrics", id, "validate-gitops"]) => {
            routes::validate_gitops::validate_gitops(host, request, &fabric(id)?).await
        }
        (&Method::GET | &Method::HEAD, ["f", id]) => {
            Ok(routes::show_fabric::show_fabric(host, request, id).await)
        }
        (&Method::GET | &Method::HEAD, ["f", id, "status.json"]) => {
            routes::show_fabric::show_status(host, request, &fabric(id)?).await
        }
        (&Method::GET | &Method::HEAD, ["f", id, "badge.svg"]) => {
            Ok(routes::show_fabric::show_badge(host, request, id).await)
        }
        (&Method::GET | &Method::HEAD, ["f", id, "badge.json"]) => {
            Ok(routes::show_fabric::show_shields_badge(host, request, id).await)
        }
        (_, ["f", _] | ["f", _, "status.json" | "badge.svg" | "badge.json"]) => {
            Err(ApiError::Method)
        }
        (
            _,
            [
                "api",
                "health" | "session" | "snapshot" | "plan" | "fabrics" | "repositories",
            ]
            | ["api", "auth", "token" | "logout" | "login" | "callback"]
            | ["api", "fabrics", _],
        ) => Err(ApiError::Method),
        (
            _,
            [
                "api",
                "fabrics",
                _,
                "init-gitops" | "validate-gitops" | "history" | "events",
            ],
        ) => Err(ApiError::Method),
        _ => Err(ApiError::NoRoute),
    }
}

/// What is no id is no fabric either, and is answered alike.
fn fabric(id: &str) -> Result<FabricId, ApiError> {
    FabricId::parse(id).map_err(|_| ApiError::NoFabric)
}

/// Refuses writes that another site's page sends with the person's cookie. Clients that are no browser send neither
/// header.
pub(crate) fn check_origin(request: &Request) -> Result<(), ApiError> {
    let is_ours = match (header(request, "sec-fetch-site"), header(request, "origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => {
            origin.split_once("://").map(|(_, host)| host) == header(request, "host")
        }
        (None, None) => true,
    };
    if is_ours {
        Ok(())
    } else {
        Err(ApiError::CrossSite)
    }
}
