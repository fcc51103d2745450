//! From a request to its answer: what every request passes, the route that answers it, and its line in the log.

use std::pin::Pin;

use http::StatusCode;
use http::header::{ALLOW, HeaderValue, RETRY_AFTER};
use shared::api::Problem;
use shared::names::FabricId;
use shared::problem::{Code, advice};
use shared::quote::markup::markup;
use shared::quote::sentence::capitalised;

use crate::admission;
use crate::api_error::{ApiError, respond};
use crate::host::{Host, random};
use crate::html::document;
use crate::observed_host::Observed;
use crate::request::{Request, prefers_page};
use crate::request_log::report;
use crate::response::Response;
use crate::route_table::{Endpoint, Form, Found, Parameters, find};
use crate::routes;
use crate::security_headers::set_security_headers;

/// Answers a request. Never panics and never fails: whatever goes wrong is a problem in the answer.
pub async fn handle(host: &impl Host, request: Request) -> Response {
    let request_id = FabricId::from_bytes(random(host)).to_string();
    let host = Observed::new(host, &request_id);
    let found = find(request.uri().path());
    let found = found.as_ref();
    let outcome = match admission::admit(&host, &request, found).await {
        Ok(()) => route(&host, &request, found).await,
        Err(refusal) => Err(refusal),
    };
    let (mut response, code) = match outcome {
        Ok(response) => (response, None),
        Err(error) => {
            let retry_after = error.retry_after();
            let allow = error.allow();
            let problem = error.problem(&request_id);
            let mut response = refusal(&request, found, &problem);
            if let Some(seconds) = retry_after {
                response.headers_mut().insert(RETRY_AFTER, seconds.into());
            }
            if let Some(allow) = allow.and_then(|allow| HeaderValue::from_str(&allow).ok()) {
                response.headers_mut().insert(ALLOW, allow);
            }
            (response, Some(problem.code))
        }
    };
    report(
        &host,
        request.method(),
        found,
        response.status().as_u16(),
        code.as_ref().map(Code::as_str),
    );
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    set_security_headers(host.config(), found, &mut response);
    response
}

/// A problem, as a page where a browser shows what the Worker answers.
fn refusal(request: &Request, found: Option<&Found<'_>>, problem: &Problem) -> Response {
    let is_shown = found.is_some_and(|found| found.route.form == Form::Page);
    if !(is_shown && prefers_page(request)) {
        return respond(problem);
    }
    let body = format!(
        "<p>{}.</p><p>{}.</p><p><a href=\"/\">Back to Hedgerow</a></p><p class=\"muted\">{} · request {}</p>",
        markup(&capitalised(&problem.detail)),
        markup(&capitalised(advice::on_page(&problem.hint))),
        markup(problem.code.as_str()),
        markup(problem.request_id.as_deref().unwrap_or_default())
    );
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    document(status, &problem.title, &body, "")
}

async fn route(
    host: &impl Host,
    request: &Request,
    found: Option<&Found<'_>>,
) -> Result<Response, ApiError> {
    let Some(Found { route, parameters }) = found else {
        return routes::not_found::not_found(host, request).await;
    };
    let endpoint = route.endpoint(request.method());
    let endpoint = endpoint.ok_or(ApiError::MethodNotAllowed(route))?;
    answer(host, request, endpoint, parameters).await
}

async fn answer(
    host: &impl Host,
    request: &Request,
    endpoint: Endpoint,
    parameters: &Parameters<'_>,
) -> Result<Response, ApiError> {
    use routes::*;
    let text = |name| parameters.get(name);
    let fabric = || fabric(parameters.get("id"));
    match endpoint {
        Endpoint::GetHealth => {
            boxed(async || Ok(get_health::get_health(host, request).await)).await
        }
        Endpoint::GetOpenapi => Ok(get_openapi::get_openapi()),
        Endpoint::GetSession => get_session::get_session(host, request).await,
        Endpoint::LogIn => log_in::log_in(host, request).await,
        Endpoint::LogInCallback => boxed(|| log_in::log_in_callback(host, request)).await,
        Endpoint::SignInWithToken => {
            boxed(|| sign_in_with_token::sign_in_with_token(host, request)).await
        }
        Endpoint::LogOut => log_out::log_out(host, request).await,
        Endpoint::GetSnapshot => boxed(|| get_snapshot::get_snapshot(host, request)).await,
        Endpoint::GetBranches => get_branches::get_branches(host, request).await,
        Endpoint::GetBlob => get_blob::get_blob(host, request).await,
        Endpoint::MakePlan => boxed(|| make_plan::make_plan(host, request)).await,
        Endpoint::ListRepositories => {
            boxed(|| list_repositories::list_repositories(host, request)).await
        }
        Endpoint::ListFabrics => boxed(|| list_fabrics::list_fabrics(host, request)).await,
        Endpoint::CreateFabric => boxed(|| create_fabric::create_fabric(host, request)).await,
        Endpoint::GetFabric => {
            let id = fabric()?;
            boxed(|| get_fabric::get_fabric(host, request, &id)).await
        }
        Endpoint::ChangeFabric => {
            let id = fabric()?;
            boxed(|| change_fabric::change_fabric(host, request, &id)).await
        }
        Endpoint::ForgetFabric => {
            let id = fabric()?;
            boxed(|| forget_fabric::forget_fabric(host, request, &id)).await
        }
        Endpoint::InitGitops => {
            let id = fabric()?;
            boxed(|| init_gitops::init_gitops(host, request, &id)).await
        }
        Endpoint::ValidateGitops => {
            let id = fabric()?;
            boxed(|| validate_gitops::validate_gitops(host, request, &id)).await
        }
        Endpoint::RepairFabric => {
            let id = fabric()?;
            boxed(|| repair_fabric::repair_fabric(host, request, &id)).await
        }
        Endpoint::GetHistory => get_history::get_history(host, request, &fabric()?).await,
        Endpoint::GetLooks => {
            let id = fabric()?;
            boxed(|| get_looks::get_looks(host, request, &id)).await
        }
        Endpoint::GetPermission => {
            let id = fabric()?;
            boxed(|| get_permission::get_permission(host, request, &id)).await
        }
        Endpoint::WatchFabric => watch_fabric::watch_fabric(host, request, &fabric()?).await,
        Endpoint::ListShares => shares::list_shares(host, request, &fabric()?).await,
        Endpoint::CreateShare => {
            let id = fabric()?;
            boxed(|| shares::create_share(host, request, &id)).await
        }
        Endpoint::RevokeShare => {
            shares::revoke_share(host, request, &fabric()?, text("share")).await
        }
        Endpoint::GetShared => shares::get_shared(host, text("secret")).await,
        Endpoint::GetWebhook => {
            let id = fabric()?;
            boxed(|| get_webhook::get_webhook(host, request, &id)).await
        }
        Endpoint::TakeRepositoryDelivery => {
            let number = text("repository");
            boxed(|| take_delivery::take_repository_delivery(host, request, number)).await
        }
        Endpoint::TakeDelivery => boxed(|| take_delivery::take_delivery(host, request)).await,
        Endpoint::BackUp => boxed(|| backup::back_up(host, request)).await,
        Endpoint::Restore => boxed(|| backup::restore(host, request)).await,
        Endpoint::SetUp => set_up::set_up(host, request).await,
        Endpoint::SetUpCallback => set_up::set_up_callback(host, request).await,
        Endpoint::ShowFabric => Ok(show_fabric::show_fabric(host, request, text("id")).await),
        Endpoint::ShowStatus => show_fabric::show_status(host, request, &fabric()?).await,
        Endpoint::ShowBadge => Ok(show_fabric::show_badge(host, request, text("id")).await),
        Endpoint::ShowShieldsBadge => {
            Ok(show_fabric::show_shields_badge(host, request, text("id")).await)
        }
        Endpoint::ShowShared => Ok(show_shared::show_shared(host, request, text("secret")).await),
        Endpoint::ShowSharedBadge => {
            Ok(show_shared::show_shared_badge(host, request, text("secret")).await)
        }
    }
}

/// Keeps what an operation carries off the stack of the caller that waits for it.
fn boxed<'a, F: Future<Output = Result<Response, ApiError>> + 'a>(
    begin: impl FnOnce() -> F,
) -> Pin<Box<dyn Future<Output = Result<Response, ApiError>> + 'a>> {
    Box::pin(begin())
}

/// What is not an id is answered like a fabric that does not exist.
fn fabric(id: &str) -> Result<FabricId, ApiError> {
    FabricId::parse(id).map_err(|_| ApiError::NoFabric)
}
