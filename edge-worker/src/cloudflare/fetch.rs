//! Requests and responses, between workerd's types and `http`'s.

use futures_util::StreamExt;
use worker::{Headers, Request, RequestInit, Response, ResponseBody, ResponseBuilder, Result};

use crate::admission::declared_length;
use crate::route_table::{MAX_BODY, find};

/// A request from a browser, with its body: of one that is too long only enough is read to see that, and nothing where the request
/// says so itself.
pub(super) async fn incoming(mut request: Request) -> Result<http::Request<Vec<u8>>> {
    let mut builder = http::Request::builder()
        .method(request.method().as_ref())
        .uri(request.url()?.as_str());
    for (name, value) in request.headers() {
        builder = builder.header(name, value);
    }
    let mut incoming = builder
        .body(Vec::new())
        .map_err(|error| worker::Error::RustError(error.to_string()))?;
    let most = find(incoming.uri().path()).map_or(MAX_BODY, |found| found.route.most_bytes());
    let is_too_long = declared_length(&incoming).is_some_and(|length| length > most);
    if is_too_long || request.inner().body().is_none() {
        return Ok(incoming);
    }
    let mut stream = request.stream()?;
    let body = incoming.body_mut();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk?);
        if body.len() > most {
            body.truncate(most + 1);
            break;
        }
    }
    Ok(incoming)
}

/// A response to a browser.
pub(super) fn outgoing(response: &http::Response<Vec<u8>>) -> Result<Response> {
    let headers = headers(response.headers())?;
    let builder = ResponseBuilder::new()
        .with_status(response.status().as_u16())
        .with_headers(headers);
    // These have no body, not even an empty one.
    if matches!(response.status().as_u16(), 204 | 205 | 304) {
        return Ok(builder.empty());
    }
    // `from_bytes` would call everything an octet-stream, whatever the headers say.
    Ok(builder.body(ResponseBody::Body(response.body().clone())))
}

/// A request to GitHub.
pub(super) fn to_github(request: &http::Request<Vec<u8>>) -> Result<Request> {
    let mut init = RequestInit::new();
    init.with_method(request.method().as_str().to_owned().into());
    init.with_headers(headers(request.headers())?);
    init.with_redirect(worker::RequestRedirect::Manual);
    if !request.body().is_empty() {
        init.with_body(Some(js_bytes(request.body())));
    }
    Request::new_with_init(&request.uri().to_string(), &init)
}

/// GitHub's answer, with its whole body.
pub(super) async fn from_github(mut response: Response) -> Result<http::Response<Vec<u8>>> {
    let mut builder = http::Response::builder().status(response.status_code());
    for (name, value) in response.headers() {
        builder = builder.header(name, value);
    }
    builder
        .body(response.bytes().await?)
        .map_err(|error| worker::Error::RustError(error.to_string()))
}

fn headers(map: &http::HeaderMap) -> Result<Headers> {
    let headers = Headers::new();
    for (name, value) in map {
        headers.append(name.as_str(), &String::from_utf8_lossy(value.as_bytes()))?;
    }
    Ok(headers)
}

fn js_bytes(bytes: &[u8]) -> worker::wasm_bindgen::JsValue {
    worker::js_sys::Uint8Array::from(bytes).into()
}
