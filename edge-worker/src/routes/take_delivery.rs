//! `POST /api/webhooks/github` and `POST /api/webhooks/github/{repository}`: takes what GitHub says of its own accord, and answers before anything is done about it.

use http::StatusCode;
use serde_json::json;
use shared::fabric::FieldError;

use crate::api_error::ApiError;
use crate::deliveries::{EVENTS, Hook, is_of_repository, jobs_of};
use crate::github::webhook::{is_signed, read};
use crate::host::{Host, ObjectUnavailable};
use crate::jobs::queue::enqueue;
use crate::request::{Request, header, unreadable};
use crate::response::{Response, json as answer};
use crate::route_table::MAX_DELIVERY;

/// The most characters of a delivery's GUID, and of an event's name.
const MOST: usize = 64;

/// Queues what follows from a delivery to the App.
///
/// # Errors
/// [`ApiError::NoRoute`] where it is not signed with the App's secret: for anybody else nothing is here. An error of the storage where
/// the queue does not take it; GitHub counts that as failed, so that it is delivered again.
pub(crate) async fn take_delivery(
    host: &impl Host,
    request: &Request,
) -> Result<Response, ApiError> {
    let (body, signature) = signed(request)?;
    let secret = host.config().webhook_secret.as_ref();
    if !secret.is_some_and(|secret| is_signed(secret, body, signature)) {
        return Err(refused(host, secret.is_some(), signature));
    }
    take(host, request, Hook::App, None).await
}

/// The same for the hook of one repository that was set up by hand: only what that is good for, and only about that repository.
///
/// # Errors
/// As [`take_delivery`].
pub(crate) async fn take_repository_delivery(
    host: &impl Host,
    request: &Request,
    repository: &str,
) -> Result<Response, ApiError> {
    let (body, signature) = signed(request)?;
    let number = repository.parse().ok();
    // A number is written in one way.
    let number = number.filter(|number: &u64| number.to_string() == repository);
    let number = number.ok_or(ApiError::NoRoute)?;
    if !is_of_repository(host, number, body, signature) {
        return Err(refused(host, true, signature));
    }
    take(host, request, Hook::Repository, Some(number)).await
}

/// The bytes and what signs them.
fn signed(request: &Request) -> Result<(&[u8], &str), ApiError> {
    let body = request.body();
    if body.len() > MAX_DELIVERY {
        return Err(ApiError::BodyTooLarge);
    }
    let signature = header(request, "x-hub-signature-256").unwrap_or_default();
    Ok((body, signature))
}

fn refused(host: &impl Host, has_secret: bool, signature: &str) -> ApiError {
    let why = match (has_secret, signature) {
        (false, _) => "GITHUB_WEBHOOK_SECRET is not set",
        (_, "") => "it is not signed",
        _ => "it is signed with another secret",
    };
    let line = json!({ "event": "delivery_refused", "why": why });
    host.log(&line.to_string());
    ApiError::NoRoute
}

async fn take(
    host: &impl Host,
    request: &Request,
    hook: Hook,
    only: Option<u64>,
) -> Result<Response, ApiError> {
    let guid = word(request, "x-github-delivery")?;
    let event = word(request, "x-github-event")?;
    let is_meant = hook == Hook::App || EVENTS.contains(&event);
    let told = read(event, request.body());
    let told = told.map_err(|error| ApiError::NotJson(unreadable(&error)))?;
    if only.is_some() && told.repository != only {
        let line = json!({ "event": "delivery_refused", "why": "it is about another repository than its address" });
        host.log(&line.to_string());
        return Err(ApiError::NoRoute);
    }
    let jobs = match is_meant {
        true => jobs_of(host, hook, guid, told).await,
        false => Vec::new(),
    };
    let queued = enqueue(host, &jobs, 0).await;
    queued.map_err(|error| ObjectUnavailable(error.to_string()))?;
    Ok(answer(StatusCode::ACCEPTED, &json!({ "jobs": jobs.len() })))
}

/// The value of a header of GitHub's that is one word.
fn word<'a>(request: &'a Request, name: &str) -> Result<&'a str, ApiError> {
    let value = header(request, name).unwrap_or_default();
    let is_word = value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if value.is_empty() || value.len() > MOST || !is_word {
        return Err(ApiError::Fields(vec![FieldError {
            field: name.to_owned(),
            message: format!("give one word of at most {MOST} letters, digits and hyphens"),
        }]));
    }
    Ok(value)
}
