//! Requests and answers: JSON, idempotency keys, problems.

use gloo_net::http::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::RequestCache;

use super::{Answered, early};
use crate::browser;
use crate::sent_writes;
use model::failure::{Failure, Refusal};

/// Reads; nothing is taken from a cache.
pub async fn get<T: DeserializeOwned>(address: &str) -> Result<T, Failure> {
    read(fetched(address).await).await
}

/// What is the same for every type is a function of its own, here and below, so that it is loaded once.
async fn fetched(address: &str) -> Result<Response, gloo_net::Error> {
    if let Some(answer) = early::answer(address).await {
        return Ok(answer);
    }
    let request = RequestBuilder::new(address).cache(RequestCache::NoStore);
    request.build()?.send().await
}

/// Reads, unless it is still what the tag stands for; the answer comes with its own tag.
pub async fn get_changed<T: DeserializeOwned>(
    address: &str,
    tag: &str,
) -> Result<Option<(T, String)>, Failure> {
    let request = RequestBuilder::new(address).cache(RequestCache::NoStore);
    let request = request.header("If-None-Match", tag);
    let request = request.build().map_err(|_| Failure::Network)?;
    let response = request.send().await.map_err(|_| Failure::Network)?;
    if response.status() == 304 {
        return Ok(None);
    }
    let tag = response.headers().get("etag").unwrap_or_default();
    Ok(Some((read(Ok(response)).await?, tag)))
}

/// Posts with a key of its own.
pub async fn post<T: DeserializeOwned>(address: &str, body: &impl Serialize) -> Result<T, Failure> {
    read(send(Method::POST, address, &json(body), &browser::random_key()).await).await
}

/// Changes something small, with a key of its own.
pub async fn patch<T: DeserializeOwned>(
    address: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    read(send(Method::PATCH, address, &json(body), &browser::random_key()).await).await
}

/// Sends nothing and expects nothing.
pub async fn for_nothing(method: Method, address: &str) -> Result<(), Failure> {
    let response = send(method, address, "{}", &browser::random_key()).await;
    let response = response.map_err(|_| Failure::Network)?;
    if response.ok() {
        return Ok(());
    }
    Err(problem(response).await)
}

/// Writes to a repository. While the outcome is not known, a repeat of the same body carries the same key, also after a
/// reload of the tab; so it cannot write twice.
pub async fn write<T: DeserializeOwned>(
    method: Method,
    address: &str,
    body: &impl Serialize,
) -> Result<Answered<T>, Failure> {
    let sent = sent_writes::keep(address.to_owned(), json(body), String::new());
    let answer = answered(send(method, address, &sent.body, &sent.key).await).await;
    if !matches!(&answer, Err(failure) if failure.may_have_happened()) {
        sent_writes::forget(&sent);
    }
    answer
}

/// Posts a body byte for byte under a key; the caller keeps both while the outcome is not known.
pub async fn post_under<T: DeserializeOwned>(
    key: &str,
    address: &str,
    body: &str,
) -> Result<Answered<T>, Failure> {
    answered(send(Method::POST, address, body, key).await).await
}

async fn answered<T: DeserializeOwned>(
    response: Result<Response, gloo_net::Error>,
) -> Result<Answered<T>, Failure> {
    let id = |response: &Response| response.headers().get("x-request-id");
    let request_id = response.as_ref().ok().and_then(id).unwrap_or_default();
    let body = read(response).await?;
    Ok(Answered { body, request_id })
}

async fn send(
    method: Method,
    address: &str,
    body: &str,
    key: &str,
) -> Result<Response, gloo_net::Error> {
    RequestBuilder::new(address)
        .method(method)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .body(body.to_owned())?
        .send()
        .await
}

async fn read<T: DeserializeOwned>(
    response: Result<Response, gloo_net::Error>,
) -> Result<T, Failure> {
    let (status, text) = text_of(response).await?;
    model::json::from_str(&text).map_err(|_| Failure::Unreadable(status))
}

async fn text_of(response: Result<Response, gloo_net::Error>) -> Result<(u16, String), Failure> {
    let response = response.map_err(|_| Failure::Network)?;
    if !response.ok() {
        return Err(problem(response).await);
    }
    let text = response.text().await.map_err(|_| Failure::Network)?;
    Ok((response.status(), text))
}

async fn problem(response: Response) -> Failure {
    let status = response.status();
    let text = response.text().await.unwrap_or_default();
    match Refusal::read(text) {
        Some(refusal) => Failure::Problem(Box::new(refusal)),
        None => Failure::Unreadable(status),
    }
}

/// The body of a request.
pub fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body)
        .expect("the bodies of the API have string keys and no failing parts")
}
