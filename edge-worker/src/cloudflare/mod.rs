//! The Worker as Cloudflare runs it: events, objects and the host. Everything that knows workerd is in this folder.

mod fetch;
mod host;
mod object;
mod sql;

use futures_channel::oneshot;
use worker::{Context, Env, Request, Response, Result, event};

use host::CloudflareHost;

/// Reports panics with their message instead of `unreachable executed`.
#[event(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// Answers a request: `/api/*` here, everything else from the built page.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let request = fetch::incoming(request).await?;
    if !request.uri().path().starts_with("/api/") {
        return env
            .assets("ASSETS")?
            .fetch(request.uri().to_string(), None)
            .await;
    }
    let host = CloudflareHost::new(env);
    // A write goes on even when the person closes the page, so that its record is brought up to date.
    let (tell, told) = oneshot::channel();
    context.wait_until(async move {
        let _ = tell.send(crate::handle(&host, request).await);
    });
    let response = told
        .await
        .map_err(|_| worker::Error::RustError("the request was not answered".to_owned()))?;
    fetch::outgoing(&response)
}
