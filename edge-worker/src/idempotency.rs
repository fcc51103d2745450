//! A write that is repeated under its key is carried out once, and always as the same operation on the same fabric. Keys
//! are the person's, by GitHub's number: whoever signs in anew repeats what they sent before.

use http::{Method, StatusCode};
use shared::fabric::FieldError;
use shared::names::FabricId;

use crate::api_error::ApiError;
use crate::digest::sha256;
use crate::heartbeat::with_heartbeat;
use crate::host::{Host, jittered, random};
use crate::objects::session::{Attempt, SessionMessage, SessionReply};
use crate::objects::{SILENT_MS, ask};
use crate::operation::Ids;
use crate::request::Request;
use crate::response::{Response, with_type};
use crate::session::{SignedIn, of_person};

/// A repeat waits this long for the request that is being worked on.
const PATIENCE_MS: u64 = 10_000;

/// What becomes of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// It is kept, and a repeat gets it.
    Kept,
    /// It may not be kept: a repeat is carried out again under the same ids, to the same end.
    Made,
}

/// Carries `write` out unless the request's `Idempotency-Key` says that it was: then the first answer comes back. A
/// repeat of a request that was never answered goes on with its ids, as soon as nobody works on it any more.
///
/// Refusals are not kept, since nothing was written: the same request may succeed later.
pub(crate) async fn once(
    host: &impl Host,
    person: &SignedIn,
    request: &Request,
    answers: Answers,
    write: impl AsyncFnOnce(&Ids) -> Result<Response, ApiError>,
) -> Result<Response, ApiError> {
    let ids = Ids::new(host);
    let Some(key) = key(request)? else {
        return write(&ids).await;
    };
    let keys = of_person(person.user.id);
    let mut attempt = Attempt {
        id: FabricId::from_bytes(random(host)).to_string(),
        fabric: ids.fabric,
        operation: ids.operation,
    };
    let mut is_repeat = false;
    let begin = |attempt: &Attempt, kept_in: &str, fingerprint: String| SessionMessage::Begin {
        key: key.clone(),
        fingerprint,
        now_ms: host.now_ms(),
        attempt: Some(attempt.clone()),
        looks: kept_in != keys,
    };
    let asked_ms = host.now_ms();
    // Versions before this one kept keys in the session, for as long.
    for kept_in in [person.session.as_str(), &keys] {
        let mut fingerprint = fingerprint(request);
        loop {
            match ask(
                host,
                kept_in,
                &begin(&attempt, kept_in, fingerprint.clone()),
            )
            .await?
            {
                SessionReply::Answered { status, body } => {
                    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
                    return Ok(with_type(status, "application/json", body.into_bytes()));
                }
                SessionReply::OtherRequest => {
                    // A version before this one may have begun it.
                    let landed = landed_fingerprint(request);
                    if fingerprint == landed {
                        return Err(ApiError::KeyReused);
                    }
                    fingerprint = landed;
                }
                SessionReply::Resume { fabric, operation } => {
                    (attempt.fabric, attempt.operation, is_repeat) = (fabric, operation, true);
                    break;
                }
                SessionReply::UnderWay if host.now_ms().saturating_sub(asked_ms) >= PATIENCE_MS => {
                    return Err(ApiError::Busy);
                }
                SessionReply::UnderWay => host.sleep(jittered(host, 250)).await,
                _ => break,
            }
        }
    }
    let ids = Ids {
        fabric: attempt.fabric.clone(),
        operation: attempt.operation.clone(),
        is_repeat,
    };
    let still_there = async || {
        // One that is not heard is followed by another.
        let renew = SessionMessage::Renew {
            key: key.clone(),
            attempt: attempt.id.clone(),
            until_ms: host.now_ms() + SILENT_MS,
        };
        let _ = ask(host, &keys, &renew).await;
    };
    let outcome = with_heartbeat(host, still_there, Box::pin(write(&ids))).await;
    let abandon = |keeps_ids| SessionMessage::Abandon {
        key: key.clone(),
        attempt: Some(attempt.id.clone()),
        keeps_ids,
    };
    let after = match &outcome {
        Ok(response) if answers == Answers::Kept => SessionMessage::Answered {
            key: key.clone(),
            status: response.status().as_u16(),
            body: String::from_utf8_lossy(response.body()).into_owned(),
        },
        Ok(_) => abandon(true),
        // Something may have been written, now or by an earlier request.
        Err(ApiError::Storage(_) | ApiError::ForgottenMeanwhile) => abandon(true),
        Err(_) => abandon(ids.is_repeat),
    };
    if let Err(error) = ask(host, &keys, &after).await {
        host.log(
            &serde_json::json!({ "event": "answer_not_kept", "error": error.to_string() })
                .to_string(),
        );
    }
    outcome
}

/// The request's key, if it has one.
///
/// # Errors
/// Where it is none, or there are two: workerd puts a comma between them.
fn key(request: &Request) -> Result<Option<String>, ApiError> {
    let mut sent = request.headers().get_all("idempotency-key").iter();
    let Some(first) = sent.next() else {
        return Ok(None);
    };
    let key = first.to_str().ok().filter(|key| {
        let is_long = key.is_empty() || key.len() > 128;
        !is_long && !key.contains(',')
    });
    match (key, sent.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => {
            let message = "the header `Idempotency-Key` is sent once, and takes 1 to 128 characters of ASCII without a comma";
            Err(ApiError::Fields(vec![FieldError {
                field: "idempotency-key".to_owned(),
                message: message.to_owned(),
            }]))
        }
    }
}

/// What a key stands for: method, path, query and body. A plain `POST` is what it was to versions before this one, which knew path and
/// body alone, so that going back to one of them finds it, too.
fn fingerprint(request: &Request) -> String {
    let (method, query) = (request.method(), request.uri().query());
    if *method == Method::POST && query.is_none() {
        return landed_fingerprint(request);
    }
    let named = format!("{method} {}", request.uri().path());
    // No path begins with a method.
    digest(&[
        named.as_bytes(),
        query.unwrap_or_default().as_bytes(),
        request.body(),
    ])
}

fn landed_fingerprint(request: &Request) -> String {
    digest(&[request.uri().path().as_bytes(), request.body()])
}

fn digest(parts: &[&[u8]]) -> String {
    sha256(parts.join(&0))
}
