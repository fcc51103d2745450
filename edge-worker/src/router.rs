//! Which route answers what.

use std::pin::Pin;

use http::header::{HeaderValue, RETRY_AFTER};
use http::{Method, StatusCode};
use shared::api::{Problem, for_people};
use shared::names::FabricId;
use shared::quote::markup::markup;

use crate::edge;
use crate::error::{ApiError, respond};
use crate::host::{Host, random};
use crate::html::document;
use crate::request::{Request, prefers_page};
use crate::request_log::Observed;
use crate::response::Response;
use crate::routes;

/// Answers a request. Never panics and never fails: whatever goes wrong is a problem in the answer.
pub async fn handle(host: &impl Host, request: Request) -> Response {
    let host = Observed::new(host);
    let request_id = FabricId::from_bytes(random(&host)).to_string();
    let outcome = match edge::admit(&host, &request).await {
        Ok(()) => route(&host, &request).await,
        Err(refusal) => Err(refusal),
    };
    let (mut response, code) = match outcome {
        Ok(response) => (response, None),
        Err(error) => {
            let retry_after = error.retry_after();
            let problem = error.problem(&request_id);
            let mut response = refusal(&request, &problem);
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(RETRY_AFTER, seconds.into());
            }
            (response, Some(problem.code))
        }
    };
    host.report(
        &request,
        &request_id,
        response.status().as_u16(),
        code.as_deref(),
    );
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    edge::guard(host.config(), &mut response);
    response
}

/// A problem, as a page where a browser shows what the Worker answers.
fn refusal(request: &Request, problem: &Problem) -> Response {
    let path = request.uri().path();
    let is_shown = path.starts_with("/setup") || path.starts_with("/api/auth/");
    if !(is_shown && prefers_page(request)) {
        return respond(problem);
    }
    let body = format!(
        "<p>{}.</p><p>{}.</p><p><a href=\"/\">Back to Hedgerow</a></p><p class=\"muted\">{} · request {}</p>",
        markup(&capitalised(&for_people(&problem.code, &problem.detail))),
        markup(&capitalised(&for_people(&problem.code, &problem.hint))),
        markup(&problem.code),
        markup(problem.request_id.as_deref().unwrap_or_default())
    );
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    document(status, &problem.title, &body, "")
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

async fn route(host: &impl Host, request: &Request) -> Result<Response, ApiError> {
    let segments: Vec<&str> = request
        .uri()
        .path()
        .trim_start_matches('/')
        .split('/')
        .collect();
    let method = request.method();
    match (method, segments.as_slice()) {
        (&Method::GET, ["api", "health"]) => Ok(routes::get_health::get_health()),
        (&Method::GET, ["api", "session"]) => routes::get_session::get_session(host, request).await,
        (&Method::GET, ["api", "auth", "login"]) => routes::log_in::log_in(host, request).await,
        (&Method::GET, ["api", "auth", "callback"]) => {
            routes::log_in::log_in_callback(host, request).await
        }
        (&Method::POST, ["api", "auth", "token"]) => {
            routes::sign_in_with_token::sign_in_with_token(host, request).await
        }
        (&Method::POST, ["api", "auth", "logout"]) => routes::log_out::log_out(host, request).await,
        (&Method::GET, ["api", "snapshot"]) => {
            routes::get_snapshot::get_snapshot(host, request).await
        }
        (&Method::GET, ["api", "branches"]) => {
            routes::get_branches::get_branches(host, request).await
        }
        (&Method::GET, ["api", "blob"]) => routes::get_blob::get_blob(host, request).await,
        (&Method::POST, ["api", "plan"]) => {
            boxed(|| routes::make_plan::make_plan(host, request)).await
        }
        (&Method::GET, ["api", "repositories"]) => {
            routes::list_repositories::list_repositories(host, request).await
        }
        (&Method::GET, ["api", "fabrics"]) => {
            routes::list_fabrics::list_fabrics(host, request).await
        }
        (&Method::POST, ["api", "fabrics"]) => {
            boxed(|| routes::create_fabric::create_fabric(host, request)).await
        }
        (&Method::GET, ["api", "fabrics", id]) => {
            routes::get_fabric::get_fabric(host, request, &fabric(id)?).await
        }
        (&Method::POST, ["api", "fabrics", id, "shares"]) => {
            routes::shares::create_share(host, request, &fabric(id)?).await
        }
        (&Method::GET, ["api", "fabrics", id, "shares"]) => {
            routes::shares::list_shares(host, request, &fabric(id)?).await
        }
        (&Method::DELETE, ["api", "fabrics", id, "shares", share]) => {
            routes::shares::revoke_share(host, request, &fabric(id)?, share).await
        }
        (&Method::GET, ["api", "shares", secret]) => routes::shares::get_shared(host, secret).await,
        (&Method::GET, ["api", "operator", "backup"]) => {
            routes::backup::back_up(host, request).await
        }
        (&Method::POST, ["api", "operator", "restore"]) => {
            routes::backup::restore(host, request).await
        }
        (&Method::GET, ["setup"]) => routes::set_up::set_up(host, request).await,
        (&Method::GET, ["setup", "callback"]) => {
            routes::set_up::set_up_callback(host, request).await
        }
        (&Method::PATCH, ["api", "fabrics", id]) => {
            let id = fabric(id)?;
            boxed(|| routes::change_fabric::change_fabric(host, request, &id)).await
        }
        (&Method::DELETE, ["api", "fabrics", id]) => {
            let id = fabric(id)?;
            boxed(|| routes::forget_fabric::forget_fabric(host, request, &id)).await
        }
        (&Method::POST, ["api", "fabrics", id, "repair"]) => {
            let id = fabric(id)?;
            boxed(|| routes::repair_fabric::repair_fabric(host, request, &id)).await
        }
        (&Method::GET, ["api", "fabrics", id, "history"]) => {
            routes::get_history::get_history(host, request, &fabric(id)?).await
        }
        (&Method::GET, ["api", "fabrics", id, "permission"]) => {
            let id = fabric(id)?;
            boxed(|| routes::get_permission::get_permission(host, request, &id)).await
        }
        (&Method::GET, ["api", "fabrics", id, "events"]) => {
            routes::watch_fabric::watch_fabric(host, request, &fabric(id)?).await
        }
        (&Method::POST, ["api", "fabrics", id, "init-gitops"]) => {
            let id = fabric(id)?;
            boxed(|| routes::init_gitops::init_gitops(host, request, &id)).await
        }
        (&Method::POST, ["api", "fabrics", id, "validate-gitops"]) => {
            let id = fabric(id)?;
            boxed(|| routes::validate_gitops::validate_gitops(host, request, &id)).await
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
        (&Method::GET | &Method::HEAD, ["s", secret]) => {
            Ok(routes::show_shared::show_shared(host, request, secret).await)
        }
        (&Method::GET | &Method::HEAD, ["s", secret, "badge.svg"]) => {
            Ok(routes::show_shared::show_shared_badge(host, request, secret).await)
        }
        (_, ["s", _] | ["s", _, "badge.svg"]) => Err(ApiError::Method),
        (_, ["f", _] | ["f", _, "status.json" | "badge.svg" | "badge.json"]) => {
            Err(ApiError::Method)
        }
        (
            _,
            [
                "api",
                "health" | "session" | "snapshot" | "plan" | "fabrics" | "repositories"
                | "branches" | "blob",
            ]
            | ["api", "auth", "token" | "logout" | "login" | "callback"]
            | ["api", "fabrics", _]
            | ["api", "shares", _]
            | ["api", "fabrics", _, "shares", _]
            | ["setup"]
            | ["setup", "callback"],
        ) => Err(ApiError::Method),
        (
            _,
            [
                "api",
                "fabrics",
                _,
                "init-gitops" | "validate-gitops" | "repair" | "history" | "events" | "shares"
                | "permission",
            ],
        ) => Err(ApiError::Method),
        _ => routes::not_found::not_found(host, request).await,
    }
}

/// Keeps what an operation carries off the stack of whoever waits for it.
fn boxed<'a, F: Future<Output = Result<Response, ApiError>> + 'a>(
    begin: impl FnOnce() -> F,
) -> Pin<Box<dyn Future<Output = Result<Response, ApiError>> + 'a>> {
    Box::pin(begin())
}

/// What is no id is no fabric either, and is answered alike.
fn fabric(id: &str) -> Result<FabricId, ApiError> {
    FabricId::parse(id).map_err(|_| ApiError::NoFabric)
}
