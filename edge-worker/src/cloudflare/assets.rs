//! What the built page's files do not answer: no file of that name is there.

use http::Request;
use worker::{Env, Method, RequestInit, Response, Result};

/// What is said of a file that was part of another build.
const GONE: &str = "This file is no longer part of Hedgerow. Reload the page.\n";

/// Answers for a file of another build, which is gone. The page in its place would be kept under its name for a year, and
/// a build can come back.
pub(super) fn gone() -> Result<Response> {
    let mut gone = Response::error(GONE, 404)?;
    let headers = gone.headers_mut();
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(gone)
}

/// Answers with the page, which knows what is at the path.
pub(super) async fn page<B>(env: &Env, request: &Request<B>) -> Result<Response> {
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method().as_str().to_owned()));
    if let Some(tag) = request.headers().get("if-none-match") {
        init.headers
            .set("if-none-match", tag.to_str().unwrap_or_default())?;
    }
    env.assets("ASSETS")?
        .fetch("https://page/", Some(init))
        .await
}
